"""Where the pages of a site stand, from its settings and its releases."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from relnotes.publish.sitemap import EveryLimitation, SiteMap, site_map
from relnotes.settings import Settings
from relnotes.tagged import Releases, short_tag

NAMELESS = "Releases"  # of a site whose settings give it no name


def map_of(settings: Settings, lines: Sequence[Releases]) -> SiteMap:
    """Where the pages of these releases stand; behaviours are known when the walk is over."""
    site = site_map(
        settings.project.name or NAMELESS,
        {line.name: line.title or line.name for line in settings.lines},
        [
            (one.line.name, release.tag, f"{one.line.title} {short_tag(release.tag, one.line)}")
            for one in lines
            for release in one.known
        ],
        disclaimer=settings.project.disclaimer,
        records=True,
    )
    return replace(
        site,
        is_named=settings.project.name is not None,
        limitations=EveryLimitation(site.folders),
        behaviours=None,
    )
