"""Numbers, dates and ordinals as values, and when one says the same as another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

PERCENT, POINTS, TIMES = "%", "points", "times"


class Kind(StrEnum):
    NUMBER = "number"
    ORDINAL = "ordinal"
    DAY = "day"  # as exact as it is written: a year, a month of a year, a day
    WEEKDAY = "weekday"
    LITERAL = "literal"  # a time of day, or a date that can be read in two ways


@dataclass(frozen=True, slots=True)
class Quantity:
    kind: Kind
    shown: str
    value: Fraction = Fraction(0)
    sign: str = ""
    unit: str = ""
    day: tuple[int | None, int | None, int | None] = (None, None, None)  # year, month, day


def stands(one: Quantity, known: Iterable[Quantity]) -> bool:
    """Whether the known quantities say this one: the same value, exactly."""
    return any(_same(one, other) for other in known)


def _same(one: Quantity, other: Quantity) -> bool:
    match one.kind:
        case Kind.NUMBER:
            return _same_number(one, other)
        case Kind.WEEKDAY:
            return _same_weekday(one, other)
        case Kind.DAY:
            return other.kind is Kind.DAY and _same_day(one, other)
        case Kind.ORDINAL:
            return other.kind is Kind.ORDINAL and one.value == other.value
    return _folded(one.shown) == _folded(other.shown)


def _same_number(one: Quantity, other: Quantity) -> bool:
    if other.kind is Kind.DAY:  # "in 2026", where the fact says 25 April 2026
        return not (one.unit or one.sign) and one.value == other.day[0]
    if other.kind is not Kind.NUMBER or not _signs_agree(one.sign, other.sign):
        return False
    if one.unit == other.unit or {one.unit, other.unit} == {PERCENT, POINTS}:
        return one.value == other.value
    if not other.unit and one.unit in (PERCENT, POINTS):  # 3.1 % of a fraction, 0.031
        return other.value <= 1 and one.value == 100 * other.value
    if not one.unit and other.unit in (PERCENT, POINTS):
        return one.value <= 1 and 100 * one.value == other.value
    return False


def _signs_agree(said: str, known: str) -> bool:
    """A sign may be left out, as in "fell by 0.031"; a loss may not become a gain."""
    return not said or said == known or (said == "+" and not known)


def _same_day(one: Quantity, other: Quantity) -> bool:
    pairs = zip(one.day, other.day, strict=True)
    return all(said is None or said == known for said, known in pairs)


def _same_weekday(one: Quantity, other: Quantity) -> bool:
    if other.kind is Kind.WEEKDAY:
        return one.value == other.value
    year, month, day = other.day
    return bool(year and month and day) and _weekday(year or 1, month or 1, day or 1) == one.value


def _weekday(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).weekday()
    except ValueError:
        return None


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
