"""The points in time that metrics measure between, found among the effective events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relnotes.incident.event import Event
from relnotes.incident.metrics.intervals import Instant, earliest, first_of, instant_at, instant_of
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import EventKind

SIGNALS = frozenset({EventKind.SIGNAL, EventKind.REPORTED})
PUBLIC_WORDS = frozenset({EventKind.PUBLIC_UPDATE, EventKind.PUBLIC_STATEMENT})
ENDINGS = frozenset({EventKind.ROLLBACK_COMPLETED, EventKind.FIX_SHIPPED})


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What metrics need and the events of an incident do not say."""

    limitation_published: Moment | None = None  # on the affected release
    relapsed: Moment | None = None  # a later release brought removed lines back
    postmortem_waived: bool = False


@dataclass(frozen=True, slots=True)
class Milestones:
    """None: nothing on record says so."""

    rollout: Instant | None
    signal: Instant | None
    detected: Instant | None
    declared: Instant | None
    mitigated: Instant | None  # by the first mitigation that held
    softened: Instant | None  # by the first mitigation, whether it held or not
    undone: Instant | None  # what that one had reached
    rollback_started: Instant | None
    rollback_completed: Instant | None
    restored: Instant | None
    public: Instant | None
    postmortem: Instant | None
    limitation: Instant | None


def milestones(events: Iterable[Event], elsewhere: Elsewhere) -> Milestones:
    """`events` are effective ones."""
    known = tuple(events)
    restored = _restored(known)
    softened = first_of(_of(known, EventKind.MITIGATION_APPLIED))
    return Milestones(
        rollout=first_of(_of(known, EventKind.ROLLOUT_STARTED)),
        signal=first_of(_of(known, *SIGNALS)),
        detected=first_of(_of(known, EventKind.DETECTED)),
        declared=first_of(_of(known, EventKind.DECLARED)),
        mitigated=_mitigated(known, restored),
        softened=softened,
        undone=_undone(known, softened, restored, elsewhere.relapsed),
        rollback_started=first_of(_of(known, EventKind.ROLLBACK_STARTED)),
        rollback_completed=first_of(_of(known, EventKind.ROLLBACK_COMPLETED)),
        restored=restored,
        public=first_of(_of(known, *PUBLIC_WORDS)),
        postmortem=first_of(_of(known, EventKind.POSTMORTEM_PUBLISHED)),
        limitation=_at(elsewhere.limitation_published),
    )


def ends_exposure(event: Event) -> bool:
    """A rollback or a fix that left nobody behind."""
    return event.kind in ENDINGS and not event.share


def _of(events: Iterable[Event], *kinds: EventKind) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def _restored(events: tuple[Event, ...]) -> Instant | None:
    """The first ending after the last rollout; one before every rollout is kept, to be refused."""
    endings = [event for event in events if ends_exposure(event)]
    starts = [instant_of(event) for event in _of(events, EventKind.ROLLOUT_STARTED)]
    if not starts or all(_before_all(event, starts) for event in endings):
        return first_of(endings)
    last = max(starts, key=lambda start: start.low)
    return first_of(event for event in endings if not instant_of(event).surely_before(last))


def _before_all(event: Event, starts: list[Instant]) -> bool:
    return all(instant_of(event).surely_before(start) for start in starts)


def _mitigated(events: tuple[Event, ...], restored: Instant | None) -> Instant | None:
    removals = _removals(events, restored)
    return first_of(
        event
        for event in _of(events, EventKind.MITIGATION_APPLIED)
        if not any(instant_of(event).surely_before(removal) for removal in removals)
    )


def _undone(
    events: tuple[Event, ...],
    softened: Instant | None,
    restored: Instant | None,
    relapsed: Moment | None,
) -> Instant | None:
    again = _at(relapsed)
    undoing = [
        *_removals(events, restored),
        *(instant_of(event) for event in _of(events, EventKind.REOPENED)),
        *([again] if again else []),
    ]
    return earliest(one for one in undoing if softened and not one.surely_before(softened))


def _removals(events: tuple[Event, ...], restored: Instant | None) -> list[Instant]:
    """A mitigation that is taken away once the users are safe again undoes nothing."""
    removals = [instant_of(event) for event in _of(events, EventKind.MITIGATION_REMOVED)]
    return [one for one in removals if restored is None or not restored.surely_before(one)]


def _at(moment: Moment | None) -> Instant | None:
    return None if moment is None else instant_at(moment)
