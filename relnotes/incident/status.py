"""Where an incident stands, derived from its events; nobody writes a status down."""

from __future__ import annotations

from collections.abc import Iterable

from relnotes.incident.effective import effective_events, recorded
from relnotes.incident.event import Event
from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import EventKind, PublicStatus, Status

OVER = frozenset(
    {Status.RESOLVED, Status.CLOSED, Status.DECLINED, Status.DUPLICATE, Status.FALSE_ALARM}
)

# From the furthest to the least: an event that is logged late never takes a status back.
_REACHED_BY = (
    (Status.CLOSED, {EventKind.CLOSED}),
    (Status.RESOLVED, {EventKind.RESOLVED}),
    (
        Status.MONITORING,
        {EventKind.ROLLBACK_COMPLETED, EventKind.FIX_SHIPPED, EventKind.VERIFIED},
    ),
    (Status.MITIGATED, {EventKind.MITIGATION_APPLIED}),
    (
        Status.IDENTIFIED,
        {EventKind.DECISION, EventKind.MITIGATION_REMOVED}
        | {EventKind.ROLLBACK_STARTED, EventKind.ROLLBACK_STEP},
    ),
)

_PUBLIC = {
    Status.INVESTIGATING: PublicStatus.INVESTIGATING,
    Status.REOPENED: PublicStatus.INVESTIGATING,
    Status.IDENTIFIED: PublicStatus.IDENTIFIED,
    Status.MITIGATED: PublicStatus.IDENTIFIED,  # softened is not fixed
    Status.MONITORING: PublicStatus.MONITORING,
}


def status_of(incident: Incident) -> Status:
    return status_from(effective_events(incident.events))


def status_from(events: Iterable[Event]) -> Status:
    """`events` are effective ones, in any order."""
    current, reopened = _since_reopened(tuple(events))
    kinds = {event.kind for event in current}
    if not _mitigation_holds(current):
        kinds.discard(EventKind.MITIGATION_APPLIED)
    for status, reaching in _REACHED_BY:
        if kinds & reaching:
            return _ended(current) if status is Status.CLOSED else status
    return Status.REOPENED if reopened else Status.INVESTIGATING


def is_open(status: Status) -> bool:
    return status not in OVER


def public_status(status: Status) -> PublicStatus:
    """The word of a status page."""
    return _PUBLIC.get(status, PublicStatus.RESOLVED)


def _since_reopened(events: tuple[Event, ...]) -> tuple[tuple[Event, ...], bool]:
    """What belongs to the current life of the incident, and whether there was one before."""
    last = _last(events, EventKind.REOPENED)
    if last is None:
        return events, False
    return tuple(event for event in events if comes_after(event, last)), True


def _mitigation_holds(events: tuple[Event, ...]) -> bool:
    """Whether one was applied after the last removal."""
    applied = _last(events, EventKind.MITIGATION_APPLIED)
    removed = _last(events, EventKind.MITIGATION_REMOVED)
    return applied is not None and (removed is None or comes_after(applied, removed))


def _ended(events: tuple[Event, ...]) -> Status:
    last = _last(events, EventKind.CLOSED)
    return Status.CLOSED if last is None or last.outcome is None else Status(last.outcome.value)


def _last(events: tuple[Event, ...], kind: EventKind) -> Event | None:
    found = (event for event in events if event.kind is kind)
    return max(found, key=lambda event: (event.at.bounds[1], recorded(event)), default=None)


def comes_after(event: Event, other: Event) -> bool:
    """Surely later; or, where the times overlap, written down later."""
    (low, high), (other_low, other_high) = event.at.bounds, other.at.bounds
    if high < other_low or low > other_high:
        return low > other_high
    return recorded(event) > recorded(other)
