"""Pair the samples of two releases in memory: the sums that a comparison needs. Pure.

What an engine does for any number of samples is defined here, and tested against this.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import msgspec

from relnotes.evals.overlap import Pairs, Side
from relnotes.evals.paired import PairedSums
from relnotes.evals.sample import is_position
from relnotes.evals.scores import Series

RangeOf = Callable[[Side], tuple[float, float] | None]
"""The bounds of a score, for those that are missing; None where there are none."""


class Flips(msgspec.Struct, frozen=True):
    """Questions that went from wrong to right and back: how many, and the first by key."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    gained_count: int = 0
    lost_count: int = 0


def pair(old: Series, new: Series, range_of: RangeOf) -> Pairs:
    """What two series say of each other."""
    common = [key for key in old.scores if key in new.scores]
    clusters = old.clusters | new.clusters
    sides = side_of(old), side_of(new)
    pairs = [(key, old.scores[key], new.scores[key]) for key in common]
    scored = [(k, a, b) for k, a, b in pairs if a is not None and b is not None]
    largest = max(abs(one) for side in sides for one in (side.low, side.high))
    sums = _sums(scored, clusters, largest)
    bounds = range_of(sides[1]) if len(scored) < len(pairs) else None
    if bounds is None:
        return Pairs(*sides, len(pairs), sums)
    low, high = bounds
    return Pairs(
        *sides,
        len(pairs),
        sums,
        _sums([(k, _or(a, high), _or(b, low)) for k, a, b in pairs], clusters, largest),
        _sums([(k, _or(a, low), _or(b, high)) for k, a, b in pairs], clusters, largest),
    )


def flips(old: Series, new: Series, shown: int) -> Flips:
    """Of scores that are 0 or 1; everything else has no right and wrong."""
    before, after = old.scores, new.scores
    gained = sorted(key for key, score in before.items() if score == 0 and after.get(key) == 1)
    lost = sorted(key for key, score in before.items() if score == 1 and after.get(key) == 0)
    return Flips(tuple(gained[:shown]), tuple(lost[:shown]), len(gained), len(lost))


def side_of(series: Series) -> Side:
    scores = [score for score in series.scores.values() if score is not None]
    first = next(iter(series.scores), "")
    return Side(
        asked=len(series.scores),
        scored=len(scores),
        mean=math.fsum(scores) / len(scores) if scores else None,
        low=min(scores, default=0.0),
        high=max(scores, default=0.0),
        by_position=is_position(first),
    )


def _or(score: float | None, other: float) -> float:
    return other if score is None else score


def _sums(
    pairs: list[tuple[str, float, float]], clusters: dict[str, str], largest: float
) -> PairedSums:
    """`math.fsum` rounds once, so that the order of the questions changes nothing."""
    n = len(pairs)
    old, new = math.fsum(a for _, a, _ in pairs), math.fsum(b for _, _, b in pairs)
    differences = [(key, b - a) for key, a, b in pairs]
    delta = math.fsum(d for _, d in differences) / n if n else 0.0
    groups = _groups(differences, clusters)
    binary = n > 0 and all(a in (0, 1) and b in (0, 1) for _, a, b in pairs)
    return PairedSums(
        n=n,
        old=old,
        new=new,
        spread=math.fsum((total - count * delta) ** 2 for count, total in groups),
        clusters=len(groups),
        binary=binary,
        gained=sum(d == 1 for _, d in differences) if binary else 0,
        lost=sum(d == -1 for _, d in differences) if binary else 0,
        largest=largest,
    )


def _groups(
    differences: Iterable[tuple[str, float]], clusters: dict[str, str]
) -> list[tuple[int, float]]:
    """Count and sum of the differences of each cluster; without one, each question is its own."""
    if not clusters:
        return [(1, d) for _, d in differences]
    groups: dict[tuple[bool, str], list[float]] = {}
    for key, d in differences:
        groups.setdefault((key in clusters, clusters.get(key, key)), []).append(d)
    return [(len(group), math.fsum(group)) for group in groups.values()]
