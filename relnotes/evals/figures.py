"""Print measured numbers: the same number the same way on every page and in every sentence.

How many digits a number gets depends on the number alone (its unit, its n), not on what it is
compared with; what is printed adds up: new − old is the printed change. Pure.
"""

from __future__ import annotations

import math

import msgspec

from relnotes.evals.comparison import EQUAL, SCALE, Comparison

MINUS = "−"
MOST_DECIMALS = 9

_OF_A_FRACTION = 3
_WORTH = 0.4  # standard errors that the last digit may stand for
_USUAL = (10.0**-_OF_A_FRACTION / _WORTH) ** 2  # variance at which the usual digits are enough


class Figures(msgspec.Struct, frozen=True):
    """The numbers of a comparison as they are printed; empty where there are none."""

    old: str = ""
    new: str = ""
    change: str = ""
    low: str = ""
    high: str = ""

    @property
    def interval(self) -> str:
        return f"{self.low} to {self.high}" if self.low else ""


def figures(comparison: Comparison) -> Figures:
    """All numbers of a row; the unit stands behind the last of the values."""
    old, new, ci, unit = comparison.old, comparison.new, comparison.ci, comparison.unit
    behind = unit_words(unit)
    if old is None or new is None:
        last = "" if new is None else _said(new, unit, comparison.n_new) + behind
        return Figures("" if old is None else _said(old, unit, comparison.n_old) + behind, last)
    before, after = decimals(old, unit, comparison.n_old), decimals(new, unit, comparison.n_new)
    delta = comparison.delta
    if delta is None:
        return Figures(number(old, before), number(new, after) + behind)
    change, more = _change(comparison, old, new, delta, before, after)
    if more:
        before, after = _finer(before, more), _finer(after, more)
    digits = before if before > after else after
    values = number(old, before), number(new, after) + behind
    if not ci:
        return Figures(*values, signed(change, digits))
    error = _error(comparison)
    finer = digits if error >= 10.0**-digits else max(digits, _worth(error))
    return Figures(*values, signed(change, digits), signed(ci[0], finer), signed(ci[1], finer))


def _change(
    row: Comparison, old: float, new: float, delta: float, before: int, after: int
) -> tuple[float, int]:
    """The change as it is printed, and how many digits more it takes to show it."""
    if abs(new - old - delta) > 1e-9 * (abs(old) + abs(new)):
        return delta, 0  # of the questions that have a score in both releases only
    error = _error(row)
    finest = MOST_DECIMALS - min(before, after)
    for more in range(finest + 1):
        change = round(new, _finer(after, more)) - round(old, _finer(before, more))
        off = abs(change - delta)
        if 3 * off <= error or 10 * off <= abs(delta) or row.method == EQUAL:
            return change, more
    return delta, finest


def _finer(digits: int, more: int) -> int:
    return min(digits + more, MOST_DECIMALS)


def _error(row: Comparison) -> float:
    """Of the change; 0 where it is not known."""
    return row.se or ((row.ci[1] - row.ci[0]) / 4 if row.ci else 0.0)


def _worth(error: float) -> int:
    """The digits that an interval of this error is worth."""
    return min(-math.floor(math.log10(error)), MOST_DECIMALS) if 0 < error < 1 else 0


def _said(value: float, unit: str | None, n: int | None) -> str:
    return number(value, decimals(value, unit, n))


def decimals(value: float, unit: str | None, n: int | None) -> int:
    """Digits after the point: three of a fraction, four significant ones where there is no scale.

    Near 0 and 1 as many as tell it from them: 0.9996 is not 1. What is between them and has no
    unit reads like a fraction.
    """
    if unit == "fraction" and 0.01 <= value <= 0.99 and value * (1 - value) >= _USUAL * (n or 0):
        return _OF_A_FRACTION  # nearly all of them, and there are many
    if not math.isfinite(value):
        return 0
    scale = SCALE.get(unit or "", 1.0 if unit is None and 0 <= value <= 1 else None)
    if scale is None:
        wanted = 0 if value == 0 else 3 - math.floor(math.log10(abs(value)))
        return _needed(value, min(max(wanted, 0), 6), 0)
    shift = 2 if scale == 100 else 0
    share = value / scale
    least = _OF_A_FRACTION + _more_digits(share, n) - shift
    rare = min(abs(share), abs(1 - share))
    if rare >= 0.01 or rare == 0:
        return least
    wanted = min(1 - math.floor(math.log10(rare)), 6) - shift
    return _needed(value, max(wanted, least), least)


def _more_digits(share: float, n: int | None) -> int:
    """How many digits beyond the usual the error of a share of n questions is worth."""
    if not n or not 0 < share < 1:
        return 0
    worth = max(_WORTH * math.sqrt(share * (1 - share) / n), 1e-6)
    return max(math.ceil(-math.log10(worth) - 1e-9) - _OF_A_FRACTION, 0)


def _needed(value: float, wanted: int, least: int) -> int:
    """Without the zeros at the end."""
    shown = f"{value:.{wanted}f}".partition(".")[2].rstrip("0")
    return max(len(shown), least)


def unit_words(unit: str | None) -> str:
    """What stands behind a number: nothing behind a fraction."""
    if unit in (None, "fraction"):
        return ""
    return " %" if unit == "percent" else f" {unit}"


# Nearly every number is between its last digit and 999, and there are many.
_DIGITS = range(2 * MOST_DECIMALS)
_LEAST = tuple(10.0**-digits for digits in _DIGITS)
_PLAIN = tuple(f"%.{digits}f" for digits in _DIGITS)
_PLUS = tuple(f"+%.{digits}f" for digits in _DIGITS)
_MINUS = tuple(f"{MINUS}%.{digits}f" for digits in _DIGITS)


def number(value: float, decimals: int) -> str:
    """A number with a true minus sign and thousands separators; never "−0.00"."""
    if _LEAST[decimals] <= value < 999:
        return _PLAIN[decimals] % value
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else (MINUS if value < 0 else "") + "∞"
    rounded = round(value, decimals)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,.{decimals}f}"


def signed(value: float, decimals: int) -> str:
    """The same with a plus before what is more than nothing."""
    least = _LEAST[decimals]
    if least <= value < 999:
        return _PLUS[decimals] % value
    if -999 < value <= -least:
        return _MINUS[decimals] % -value
    shown = number(value, decimals)
    return "+" + shown if round(value, decimals) > 0 else shown
