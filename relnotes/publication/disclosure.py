"""Which incidents the readers of a site may know of, and what of them; decided before any page
is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from relnotes.concerns import ByRelease, concerns_of
from relnotes.errors import Problem, RelnotesError
from relnotes.incident.postmortem.document import Postmortem
from relnotes.incident.postmortem.review import postmortem_of
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import Review, Visibility
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.sitemap import SiteMap
from relnotes.release.record import Provenance
from relnotes.release.written.bundle import Audience
from relnotes.repository import Repository
from relnotes.tagged import Releases


@dataclass(frozen=True, slots=True)
class KnownIncident:
    """No page is made from what `whole` has and `shown` has not."""

    whole: Incident
    shown: Incident
    postmortem: Postmortem | None  # for the public only if it is published


def incidents_for(audience: Audience, incidents: Iterable[Incident]) -> tuple[KnownIncident, ...]:
    """For the house all of them, for the public those that are marked public.

    RelnotesError where one of them cannot be read, since a file that cannot be read may be the
    one that takes something back.
    """
    inside = audience is Audience.INTERNAL
    problems: list[Problem] = []
    found = []
    for incident in incidents:
        if not inside and incident.head and incident.head.visibility is Visibility.INTERNAL:
            continue
        problems += incident.problems
        shown = incident if inside else for_public(incident)
        if shown is None or shown.head is None:
            continue
        try:
            told = postmortem_of(incident) if inside else _published(incident)
            found.append(KnownIncident(incident, shown, told))
        except RelnotesError as error:
            problems += error.problems
    if problems:
        raise RelnotesError(problems)
    return tuple(found)


def _published(incident: Incident) -> Postmortem | None:
    """The postmortem, if people published it and somebody approved what it says now."""
    postmortem = postmortem_of(incident)
    if postmortem is None or postmortem.front.review is not Review.PUBLISHED:
        return None
    mistakes = incident_pages.author_mistakes(postmortem)
    if not postmortem.approved_by:
        what = "it is published, and nobody has approved what it says now"
        mend = f"relnotes incident postmortem -i {incident.id} --approve --as NAME"
        mistakes.append(Problem(postmortem.place, what, mend))
    if mistakes:
        raise RelnotesError(mistakes)
    return postmortem


def not_of(
    lines: Sequence[Releases], incidents: Iterable[KnownIncident]
) -> tuple[KnownIncident, ...]:
    """Those that are not about one of these lines."""
    return tuple(one for one in incidents if _line_of(one.shown, lines) is None)


def _line_of(incident: Incident, lines: Sequence[Releases]) -> Releases | None:
    named = incident.head.releases if incident.head else None
    for one in lines:
        if named and (one.line.name == named.line or one.named(named.introduced_in or "")):
            return one
    return None


def with_incidents(site: SiteMap, incidents: Sequence[KnownIncident]) -> SiteMap:
    """The map with the pages of these."""
    return replace(
        site,
        incidents={one.shown.id: one.shown.head.title for one in incidents if one.shown.head},
        postmortems=frozenset(one.shown.id for one in incidents if one.postmortem),
    )


def told_concerns(
    repository: Repository, incidents: Sequence[KnownIncident], lines: Sequence[Releases]
) -> ByRelease:
    """What the pages of releases say of them."""

    def releases(incident: Incident) -> Sequence[Provenance]:
        if line := _line_of(incident, lines):
            return line.known
        return lines[0].known if len(lines) == 1 else ()

    return concerns_of(repository, [one.shown for one in incidents], releases)
