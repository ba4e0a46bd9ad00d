"""The incidents of a site: read, cut down to what readers may know, and told, where there are any.

Most builds have none, and then nothing that knows how an incident is written is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from relnotes.publication.edition import Edition
from relnotes.publish.sitemap import SiteMap
from relnotes.release.over_time.annotations import Concern
from relnotes.repository import Repository
from relnotes.tagged import Releases

if TYPE_CHECKING:
    from relnotes.publication.disclosure import KnownIncident
    from relnotes.release.written.bundle import Audience

FOLDER = "incidents"


class Disclosed(msgspec.Struct, frozen=True):
    """What readers of a site may know of incidents."""

    incidents: tuple[KnownIncident, ...] = ()
    concerns: Mapping[str, tuple[Concern, ...]] = {}  # by tag: those that it has a part in

    def on(self, site: SiteMap) -> SiteMap:
        """The map with their pages."""
        if not self.incidents:
            return site
        from relnotes.publication.disclosure import with_incidents

        return with_incidents(site, self.incidents)


def disclosed(
    root: Path,
    repository: Repository,
    lines: Sequence[Releases],
    elsewhere: Sequence[Releases],
    audience: Audience,
) -> Disclosed:
    """Of the incidents below `root`, those for the audience and not about a line `elsewhere`."""
    if not (root / FOLDER).is_dir():
        return Disclosed()
    from relnotes.incident_files.reading import read_incidents
    from relnotes.publication.disclosure import incidents_for, not_of, told_concerns

    incidents = not_of(elsewhere, incidents_for(audience, read_incidents(root)))
    return Disclosed(incidents, told_concerns(repository, incidents, lines))


def publish_incidents(edition: Edition) -> None:
    """Nothing at all where there is no incident that the readers may know of."""
    if edition.site.incidents:
        from relnotes.publication.told_incidents import tell_incidents

        tell_incidents(edition)
