"""Which incidents the public may know of, and what of them; decided before any page is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from relnotes.concerns import ByRelease, concerns_of
from relnotes.errors import Problem, RelnotesError
from relnotes.incident.postmortem import Postmortem
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.incident.review import postmortem_of
from relnotes.incident.vocabulary import Review, Visibility
from relnotes.lines import Releases
from relnotes.publish.incident import pages as incident_pages
from relnotes.publish.sitemap import SiteMap
from relnotes.release.record import Provenance
from relnotes.repository import Repository


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """`whole` is for checks only: no page is made from it."""

    whole: Incident
    shown: Incident
    postmortem: Postmortem | None  # only if it is published


def public_incidents(incidents: Iterable[Incident]) -> tuple[PublicIncident, ...]:
    """Those that are marked public; RelnotesError where one cannot be read, since a file that
    cannot be read may be the one that takes something back.
    """
    problems: list[Problem] = []
    found = []
    for incident in incidents:
        if incident.head is not None and incident.head.visibility is Visibility.INTERNAL:
            continue
        problems += incident.problems
        shown = for_public(incident)
        try:
            if shown is not None:
                found.append(PublicIncident(incident, shown, _published(incident)))
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
    lines: Sequence[Releases], incidents: Iterable[PublicIncident]
) -> tuple[PublicIncident, ...]:
    """Those that are not about one of these lines."""
    return tuple(one for one in incidents if _line_of(one.shown, lines) is None)


def _line_of(incident: Incident, lines: Sequence[Releases]) -> Releases | None:
    named = incident.head.releases if incident.head else None
    for one in lines:
        if named and (one.line.name == named.line or one.named(named.introduced_in or "")):
            return one
    return None


def with_incidents(site: SiteMap, incidents: Sequence[PublicIncident]) -> SiteMap:
    """The map with the pages of these."""
    return replace(
        site,
        incidents={one.shown.id: one.shown.head.title for one in incidents if one.shown.head},
        postmortems=frozenset(one.shown.id for one in incidents if one.postmortem),
    )


def public_concerns(
    repository: Repository, incidents: Sequence[PublicIncident], lines: Sequence[Releases]
) -> ByRelease:
    """What the pages of releases say of them."""

    def releases(incident: Incident) -> Sequence[Provenance]:
        if line := _line_of(incident, lines):
            return line.known
        return lines[0].known if len(lines) == 1 else ()

    return concerns_of(repository, [one.shown for one in incidents], releases)
