"""Round numbers for the axis of a plot, and the place of a value on it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec


class Axis(msgspec.Struct, frozen=True):
    """From `low` at `start` to `high` at `end`; these two are pixels or shares of a width."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        low, high = self.low, self.high
        inside = low if value < low else high if value > high else value
        return self.start + (inside - low) / (high - low) * (self.end - self.start)

    def ticks(self, most: int) -> tuple[float, ...]:
        """At most `most` round values, or a few more where no rounder step exists."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return tuple(round(at * step, 9) for at in range(first, last + 1))


def axis_around(values: Iterable[float], start: float, end: float, room: float = 0.08) -> Axis:
    """An axis with some room beyond the smallest and the largest value."""
    found = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(found), max(found)
    width = high - low or abs(high) * 0.1 or 1.0
    return Axis(low - room * width, high + room * width, start, end)
