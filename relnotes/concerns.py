"""Which releases an incident concerns, and how: what their pages say of it, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from relnotes.aftermath import comebacks
from relnotes.incident.effective import effective_events
from relnotes.incident.event import Event
from relnotes.incident.record import Incident
from relnotes.incident.status import is_open, public_status, status_from
from relnotes.incident.vocabulary import EventKind
from relnotes.release.over_time.annotations import Concern, Part
from relnotes.release.record import Provenance
from relnotes.repository import Repository

ByRelease = dict[str, tuple[Concern, ...]]


def concerns_of(
    repository: Repository,
    incidents: Iterable[Incident],
    releases: Callable[[Incident], Sequence[Provenance]],
) -> ByRelease:
    """By tag; `incidents` are what the readers may see of them, `releases` those of its line."""
    found: dict[str, list[Concern]] = {}
    for incident in incidents:
        known = releases(incident)
        for tag, concern in _of(repository, incident, known):
            if concern not in found.setdefault(tag, []):
                found[tag].append(concern)
    return {tag: tuple(each) for tag, each in found.items()}


def _of(
    repository: Repository, incident: Incident, releases: Sequence[Provenance]
) -> Iterator[tuple[str, Concern]]:
    head, events = incident.head, effective_events(incident.events)
    if head is None:
        return
    status = status_from(events)
    word = public_status(status).value

    def concern(part: Part, line: str | None = None) -> Concern:
        return Concern(incident.id, head.title, word, is_open(status), part, line)

    if head.releases.introduced_in:
        yield head.releases.introduced_in, concern(Part.INTRODUCED)
    if head.releases.rolled_back_to:
        yield head.releases.rolled_back_to, concern(Part.RESTORED)
    commits = {event.mitigation.commit for event in events if _softens(event) and event.mitigation}
    for one in releases:
        if one.commit and one.commit in commits:
            yield one.tag, concern(Part.MITIGATED)
    for event in events:
        if event.release and event.kind in _PARTS:
            yield event.release, concern(_PARTS[event.kind])
    for back in comebacks(repository, events, releases):
        yield back.release, concern(Part.RELAPSED, back.found)


_PARTS = {
    EventKind.MITIGATION_APPLIED: Part.MITIGATED,
    EventKind.ROLLBACK_COMPLETED: Part.ROLLED_BACK,
    EventKind.FIX_SHIPPED: Part.FIXED,
}


def _softens(event: Event) -> bool:
    return event.kind is EventKind.MITIGATION_APPLIED
