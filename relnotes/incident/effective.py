"""Events as they stand after corrections and retractions; what was said before stays on file.

A correction replaces what it restates; of several, the one recorded last. Corrections and
retractions are events too: they can be corrected and retracted in turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relnotes.incident.event import Event, Restated
from relnotes.incident.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class Standing:
    """One event: as it stands, as it was first said, and what was made of it since."""

    event: Event
    original: Event
    amendments: tuple[Standing, ...] = ()  # in the order in which they were recorded

    @property
    def retraction(self) -> Event | None:
        """The last retraction that was not retracted itself."""
        kind = EventKind.RETRACTION
        found = [one.event for one in self.amendments if one.event.kind is kind and one.stands]
        return found[-1] if found else None

    @property
    def stands(self) -> bool:
        return self.retraction is None

    @property
    def corrections(self) -> tuple[Event, ...]:
        """Those in force, oldest first."""
        kind = EventKind.CORRECTION
        return tuple(one.event for one in self.amendments if one.event.kind is kind and one.stands)


@dataclass(frozen=True, slots=True)
class Log:
    """`entries` in the order in which things happened, those retracted included."""

    entries: tuple[Standing, ...]
    stray: tuple[Event, ...]  # corrections and retractions of nothing that is on file

    @property
    def events(self) -> tuple[Event, ...]:
        """What stands; never a correction or a retraction."""
        return tuple(entry.event for entry in self.entries if entry.stands)


def read_log(events: Iterable[Event]) -> Log:
    """The order in which the events come changes nothing."""
    reached, stray = _outwards(sorted(events, key=recorded))
    amendments: dict[str, list[Standing]] = defaultdict(list)
    entries: list[Standing] = []
    for event in reversed(reached):
        found = tuple(reversed(amendments.pop(event.id, [])))
        standing = Standing(_corrected(event, found), event, found)
        (entries if event.corrects is None else amendments[event.corrects]).append(standing)
    return Log(tuple(sorted(entries, key=lambda entry: happened(entry.event))), stray)


def effective_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """What stands, in the order in which it happened."""
    return read_log(events).events


def recorded(event: Event) -> tuple[datetime, str]:
    """Sort key: when it was written down."""
    return event.recorded_at, event.id


def happened(event: Event) -> tuple[datetime, datetime, datetime, str]:
    """Sort key: earliest possible instant, then the latest, then when it was written down."""
    return *event.at.bounds, *recorded(event)


def _outwards(events: Sequence[Event]) -> tuple[list[Event], tuple[Event, ...]]:
    """Every event before its amendments; and the amendments that no event leads to."""
    waiting: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.corrects is not None:
            waiting[event.corrects].append(event)
    ring = [event for event in events if event.corrects is None]
    reached: list[Event] = []
    while ring:
        reached += ring
        ring = [amendment for event in ring for amendment in waiting.pop(event.id, ())]
    stray = sorted((event for left in waiting.values() for event in left), key=recorded)
    return reached, tuple(stray)


def _corrected(event: Event, amendments: tuple[Standing, ...]) -> Event:
    changes: dict[str, Any] = {}
    for correction in Standing(event, event, amendments).corrections:
        if correction.restates is not None:
            changes |= stated(correction.restates)
    if not changes:
        return event
    if event.restates is not None:
        event_restates = event.restates.model_copy(update=changes)
        return event.model_copy(update={"restates": event_restates})
    return event.model_copy(update=changes)


def stated(restated: Restated) -> dict[str, Any]:
    """What a correction says, by the key that it replaces."""
    return {key: getattr(restated, key) for key in restated.model_fields_set}
