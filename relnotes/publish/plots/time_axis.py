"""A time axis for plots: round moments in UTC, and the place of a moment on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEPS = (
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30)),
    *(_HOUR * hours for hours in (1, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 4, 7, 14, 28, 61, 122, 244)),
    *(_DAY * days for days in (365, 730, 1826, 3652, 7305, 18262, 36525)),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROOM = 0.03


class TimeAxis(msgspec.Struct, frozen=True):
    """From `start` to `end`, drawn between two shares of a width in per cent."""

    start: datetime
    end: datetime
    left: float = 1.0
    right: float = 99.0

    def at(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, most: int = 6) -> tuple[tuple[datetime, str], ...]:
        """At most `most` round moments with their words."""
        width = self.end - self.start
        step = next((one for one in _STEPS if width / one <= most), width)
        first = _floor(self.start, step)
        moments = (first + step * number for number in range(2 * most + 2))
        return tuple((one, _words(one, step)) for one in moments if self.start <= one <= self.end)[
            : most + 1
        ]


def axis_over(moments: Iterable[datetime]) -> TimeAxis:
    """An axis that holds all of the moments, with some room at its ends."""
    known = sorted(moments)
    width = (known[-1] - known[0]) or _HOUR
    return TimeAxis(known[0] - width * _ROOM, known[-1] + width * _ROOM)


def _floor(moment: datetime, step: timedelta) -> datetime:
    zero = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
    return zero + step * ((moment - zero) // step)


def _words(moment: datetime, step: timedelta) -> str:
    utc = moment.astimezone(UTC)
    day = f"{utc.day} {_MONTHS[utc.month - 1]}"
    if step < _DAY:
        return f"{utc:%H:%M}" if (utc.hour, utc.minute) != (0, 0) else day
    return day if step < _DAY * 61 else f"{_MONTHS[utc.month - 1]} {utc.year}"
