"""Events and incidents made in a line each, and the incident of April 2025 as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from relnotes.incident.event import Event, Mitigation, Restated
from relnotes.incident.record import Filed, FollowUp, Head, Incident, Releases, Zone
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import EventKind, FollowUpType, Precision, Visibility

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
    return tuple(
        event(kind, at, id=f"F{number:025d}", visibility=Visibility.PUBLIC)
        for number, (kind, at) in enumerate(known)
    )


def night() -> Incident:
    """One night with Wren, logged as it went on, with a mistake, a correction and an end."""
    wrong = _logged(4, "2025-04-25 19:00", EventKind.SIGNAL, "support: 40 tickets", late=524)
    gone = _logged(5, "2025-04-28 03:40", EventKind.NOTE, "disk is full", visibility="internal")
    prompt = Mitigation(removed=("Match the user's mood.",), commit="4be1" * 10)
    steps = (
        _logged(1, "2025-04-24 10:00", EventKind.ROLLOUT_STARTED, None, share=0.01, release="v2"),
        _logged(2, "2025-04-25 10:00", EventKind.ROLLOUT_COMPLETED, None, release="v2"),
        _logged(3, "2025-04-28 03:31", EventKind.DETECTED, "It agrees with everything.", late=1),
        wrong,
        gone,
        _logged(6, "2025-04-28 03:50", EventKind.MITIGATION_APPLIED, None, mitigation=prompt),
        _logged(7, "2025-04-28 04:05", EventKind.PUBLIC_UPDATE, "We are rolling back."),
        _logged(8, "2025-04-28 04:10", EventKind.ROLLBACK_STARTED, None),
        _logged(9, "2025-04-28 06:00", EventKind.ROLLBACK_COMPLETED, None),
        _logged(10, "2025-04-28 12:00", EventKind.RESOLVED, None),
        _logged(
            11,
            "2025-04-28 12:05",
            EventKind.CORRECTION,
            "read the thread again",
            corrects=wrong.id,
            restates=Restated(text="support: 400 tickets", at=day("2025-04-25", PACIFIC)),
        ),
        _logged(12, "2025-04-28 12:06", EventKind.RETRACTION, "another host", corrects=gone.id),
    )
    return incident(
        steps,
        (_filed("01-eval", "Measure flattery", due=date(2025, 5, 16)), _filed("02-ask", "Ask why")),
        id="2025-04-28-wren-flatters",
        title="Wren flatters and validates harmful plans",
        visibility=Visibility.PUBLIC,
        timezone=Zone(name="America/Los_Angeles"),
        releases=Releases(introduced_in="v2", rolled_back_to="v1"),
    )


def _logged(
    number: int, at: str, kind: EventKind, text: str | None, *, late: int = 0, **fields: Any
) -> Event:
    value = datetime.fromisoformat(at).replace(tzinfo=PACIFIC)
    given = {
        "id": f"{number:026d}",
        "at": Moment(value=value.replace(tzinfo=timezone(value.utcoffset() or timedelta()))),
        "recorded_at": value.astimezone(UTC) + timedelta(minutes=late),
        "text": text,
        "by": "ada",
        "visibility": Visibility.PUBLIC,
    }
    return event(kind, **{**given, **fields})


def _filed(name: str, what: str, **fields: Any) -> Filed:
    one = FollowUp(
        what=what, type=FollowUpType.EVAL, owner="Ada", visibility=Visibility.PUBLIC, **fields
    )
    return Filed(name, f"incidents/2025-04-28-wren-flatters/followups/{name}.yaml", one)
