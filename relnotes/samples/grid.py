"""Put scores on a grid of whole numbers, so that sums are exact. Pure.

A float sum depends on the order of its terms, and an engine that works in parallel has none.
Whole numbers add up the same in every order and on every engine, so that the numbers of a
comparison are the same to the last digit wherever it ran.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from hashlib import blake2b

import msgspec

from relnotes.evals.paired import PairedSums

_BITS = 50  # of the largest score: a float has 53
COARSE = float(1 << 20)
"""What differences are divided by before they are squared, so that a square has 62 bits."""

HASH_DIGITS = 12
"""Hexadecimal digits of a row's hash that are added up; every engine has whole numbers so long."""


class Totals(msgspec.Struct, frozen=True):
    """What an engine adds up: whole numbers only."""

    asked_old: int
    asked_new: int
    common: int
    scored_old: int
    scored_new: int
    sum_old: int
    """Over all scored questions of the side; the sums below are over the pairs."""
    sum_new: int
    n: int
    paired_old: int
    paired_new: int
    others: int
    """Pairs that are not 0 or 1 on both sides."""
    gained: int
    lost: int
    total: int
    """Σ over clusters of s, the coarse difference; `squares` Σs², `sizes` Σm² and `products`
    Σm·s, m the questions of a cluster."""
    squares: int
    sizes: int
    products: int
    clusters: int


class Alone(msgspec.Struct, frozen=True):
    """The same of one side by itself, whose scores are its differences from nothing."""

    n: int
    whole: int
    """Over all scored questions."""
    total: int
    squares: int
    sizes: int
    products: int
    clusters: int


def scale_of(largest: float) -> float:
    """The power of two that makes the largest score a number of 50 bits."""
    return math.ldexp(1.0, _BITS - math.frexp(largest)[1]) if largest else 1.0


def sums_of(totals: Totals, scale: float, largest: float) -> PairedSums:
    """Back from the grid."""
    n, grid = totals.n, Fraction(scale)
    binary = not totals.others and bool(n)
    return PairedSums(
        n=n,
        old=float(totals.paired_old / grid),
        new=float(totals.paired_new / grid),
        spread=float(_spread(totals) * (Fraction(COARSE) / grid) ** 2) if n else 0.0,
        clusters=totals.clusters,
        binary=binary,
        gained=totals.gained if binary else 0,
        lost=totals.lost if binary else 0,
        largest=largest,
    )


def error_of(alone: Alone, scale: float) -> float | None:
    """The standard error of the mean, over clusters; None of fewer than two."""
    if alone.clusters < 2:
        return None
    spread = _spread(alone) * (Fraction(COARSE) / Fraction(scale)) ** 2
    return math.sqrt(spread * alone.clusters / (alone.clusters - 1)) / alone.n


def digest_of(count: int, scale: float, sums: Sequence[int]) -> str:
    """`rows:COUNT:HASH`, of a source's rows whatever their order, its format and the engine."""
    text = " ".join([str(count), scale.hex(), *map(str, sums)])
    return f"rows:{count}:{blake2b(text.encode(), digest_size=16).hexdigest()}"


def mean_of(total: int, count: int, scale: float) -> float | None:
    return float(total / Fraction(scale) / count) if count else None


def _spread(totals: Totals | Alone) -> Fraction:
    """Σ (s − m·mean)², multiplied out."""
    mean = Fraction(totals.total, totals.n)
    return totals.squares - 2 * mean * totals.products + mean * mean * totals.sizes
