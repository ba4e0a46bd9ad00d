"""Events and incidents made in a line each, and the incident of April 2025 as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from relnotes.incident.event import Event, Restated
from relnotes.incident.moment import Moment
from relnotes.incident.record import Filed, Head, Incident
from relnotes.incident.vocabulary import EventKind, Precision, Visibility

_numbers = count(1)
_WRITTEN = datetime(2026, 5, 4, 9, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")


def minute(text: str) -> Moment:
    """A time known to the minute: `2025-04-27 22:28`, in UTC unless it says otherwise."""
    value = datetime.fromisoformat(text)
    return Moment(value=value if value.tzinfo else value.replace(tzinfo=UTC))


def between(low: str, high: str, zone: Any = UTC) -> Moment:
    """A time known only to lie between two."""
    first, last = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (low, high))
    return Moment(value=first, precision=Precision.RANGE, not_before=first, not_after=last)


def day(text: str, zone: Any = UTC) -> Moment:
    """Some time on a day of `zone`."""
    first = datetime.fromisoformat(text)
    return between(first.isoformat(), (first + timedelta(days=1)).isoformat(), zone)


def event(kind: EventKind, at: Moment | str, **fields: Any) -> Event:
    """The next event to be recorded; ids and recording times go up with every call."""
    number = next(_numbers)
    moment = minute(at) if isinstance(at, str) else at
    return Event(
        **{
            "id": f"{number:026d}",
            "kind": kind,
            "at": moment,
            "recorded_at": _WRITTEN + timedelta(seconds=number),
            **fields,
        }
    )


def correction(of: Event, **restated: Any) -> Event:
    return event(
        EventKind.CORRECTION, "2026-05-04 10:00", corrects=of.id, restates=Restated(**restated)
    )


def retraction(of: Event) -> Event:
    return event(EventKind.RETRACTION, "2026-05-04 11:00", corrects=of.id)


def incident(
    events: Sequence[Event] = (), followups: Sequence[Filed] = (), **head: Any
) -> Incident:
    name = head.pop("id", "2026-05-04-wren-flatters")
    written = Head(id=name, title=head.pop("title", "Wren flatters"), **head)
    return Incident(name, f"incidents/{name}", written, tuple(events), tuple(followups))


def founding() -> tuple[Event, ...]:
    """The public record of April 2025: days, a part of a day, and "about 24 hours"."""
    rollback_ends = between("2025-04-28 20:00", "2025-04-30 04:00", PACIFIC)
    known = (
        (EventKind.ROLLOUT_STARTED, day("2025-04-24", PACIFIC)),
        (EventKind.ROLLOUT_COMPLETED, day("2025-04-25", PACIFIC)),
        (EventKind.DETECTED, day("2025-04-27", PACIFIC)),
        (EventKind.MITIGATION_APPLIED, between("2025-04-27 20:00", "2025-04-28 00:00", PACIFIC)),
        (EventKind.ROLLBACK_STARTED, day("2025-04-28", PACIFIC)),
        (EventKind.ROLLBACK_COMPLETED, rollback_ends),
    )
    return tuple(event(kind, at, visibility=Visibility.PUBLIC) for kind, at in known)
