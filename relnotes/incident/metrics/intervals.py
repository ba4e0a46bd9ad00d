"""Arithmetic with times that are known only to lie between two, all of it in UTC.

Subtracting wall clocks of one zone is an hour wrong across a change of summer time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from relnotes.incident.event import Event
from relnotes.incident.times.moment import Moment


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time between `low` and `high`, in UTC, and the ids of the events that say so."""

    low: datetime
    high: datetime
    events: tuple[str, ...] = ()

    def surely_before(self, other: Instant) -> bool:
        return self.high < other.low

    def may_meet(self, other: Instant) -> bool:
        """Whether it is open which of the two came first; two that are one point do not count."""
        return self.low < other.high and other.low < self.high


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time between `low` and `high`, in seconds; negative where the end comes first."""

    low: float
    high: float


def instant_of(event: Event) -> Instant:
    return Instant(*event.at.bounds, (event.id,))


def instant_at(moment: Moment) -> Instant:
    """A time that no event of the record says."""
    return Instant(*moment.bounds)


def first_of(events: Iterable[Event]) -> Instant | None:
    return earliest(instant_of(event) for event in events)


def earliest(instants: Iterable[Instant]) -> Instant | None:
    """The first; where times overlap, with the events of all that may have been it."""
    known = tuple(instants)
    if not known:
        return None
    high = min(one.high for one in known)
    ids = sorted(event for one in known if one.low <= high for event in one.events)
    return Instant(min(one.low for one in known), high, tuple(ids))


def elapsed(start: Instant, end: Instant) -> Span:
    """From start to end: never cut at zero, because a negative length says that one is wrong."""
    return Span(_seconds(start.high, end.low), _seconds(start.low, end.high))


def widest_gap(instants: Iterable[Instant]) -> Span | None:
    """The longest time between two that follow each other; None for fewer than two.

    The k-th in time lies between the k-th of the lows and the k-th of the highs.
    """
    known = tuple(instants)
    lows, highs = sorted(one.low for one in known), sorted(one.high for one in known)
    if len(known) < 2:
        return None
    return Span(
        max(0.0, *(_seconds(high, low) for high, low in zip(highs, lows[1:], strict=False))),
        max(_seconds(low, high) for low, high in zip(lows, highs[1:], strict=False)),
    )


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
