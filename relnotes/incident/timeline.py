"""What happened, in order, and where the order or the hour is not certain; words are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from relnotes.incident.effective import Standing, read_log
from relnotes.incident.event import Event
from relnotes.incident.metrics.intervals import Instant, instant_of
from relnotes.incident.record import Incident

LATE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the timeline, as it stands, with what is to be said about its time."""

    event: Event
    low: datetime  # in UTC
    high: datetime
    order_uncertain: bool = False  # it may as well have come before or after a neighbour
    recorded_late: timedelta | None = None  # how long after its latest possible time, if long
    recorded_ahead: timedelta | None = None  # before its earliest: a clock is wrong, or a plan
    original: Event | None = None  # what was said first, where it was corrected
    corrections: tuple[Event, ...] = ()
    retraction: Event | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: tuple[Entry, ...]
    stray: tuple[Event, ...] = ()  # corrections of nothing that is on file


def timeline(incident: Incident) -> Timeline:
    """Every event in order, those retracted too: they are shown as such."""
    log = read_log(incident.events)
    instants = [instant_of(entry.event) for entry in log.entries]
    entries = zip(log.entries, instants, _uncertain(instants), strict=True)
    return Timeline(tuple(_entry(*one) for one in entries), log.stray)


def _entry(entry: Standing, instant: Instant, uncertain: bool) -> Entry:
    event = entry.event
    late, ahead = event.recorded_at - instant.high, instant.low - event.recorded_at
    return Entry(
        event,
        instant.low,
        instant.high,
        order_uncertain=uncertain,
        recorded_late=late if late > LATE_AFTER else None,
        recorded_ahead=ahead if ahead > timedelta(0) else None,
        original=entry.original if entry.corrections else None,
        corrections=entry.corrections,
        retraction=entry.retraction,
    )


def _uncertain(instants: list[Instant]) -> list[bool]:
    """Which of the instants, sorted by lows and then highs, may have changed places with another.

    What overlaps one overlaps that which reaches furthest before it, or the next after it.
    """
    marks = [one.may_meet(following) for one, following in pairwise(instants)] + [False]
    furthest = None
    for at, instant in enumerate(instants):
        if furthest is not None:
            marks[at] |= furthest.may_meet(instant)
        if furthest is None or instant.high > furthest.high:
            furthest = instant
    return marks[: len(instants)]
