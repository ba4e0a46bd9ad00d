"""What is computed of a difference before anything is said of it, of totals or of pairs. Pure."""

from __future__ import annotations

import msgspec

from relnotes.evals import statistics
from relnotes.evals.evidence import Evidence, weigh
from relnotes.evals.overlap import Pairs, score_range
from relnotes.evals.paired import PairedSums, weigh_pairs
from relnotes.evals.result import Direction, Measurement
from relnotes.evals.statistics import Interval

EQUAL = "equal to the printed precision"
NO_METHOD = "none"

_PRINTED_PRECISION = 1e-6


class Numbers(msgspec.Struct, frozen=True, gc=False):
    """In the metric's unit; a gain is a change for the better."""

    delta: float | None = None
    evidence: Evidence | None = None
    worst: float | None = None
    """One-sided bound of the gain; `best` is the other one."""
    best: float | None = None
    mde: float | None = None
    method: str = NO_METHOD
    n: float | None = None
    """Questions behind the evidence: those in both, else the mean of both sides."""
    paired: bool = False

    @property
    def equal(self) -> bool:
        return self.method == EQUAL


NO_NUMBERS = Numbers()


class PairedNumbers(msgspec.Struct, frozen=True):
    """Of the pairs; and how they would be if every missing score spoke against, or for."""

    numbers: Numbers
    extremes: tuple[Numbers, ...] = ()


def of_totals(
    old: Measurement, new: Measurement, direction: Direction, alpha: float, power: float
) -> Numbers:
    """The numbers of two totals, without samples."""
    if old.value is None or new.value is None:
        return NO_NUMBERS
    delta = new.value - old.value
    same = _equal(delta, old.value, new.value)
    return _numbers(
        delta, weigh(old, new, alpha), direction, alpha, power, same=same, n=mean_n(old.n, new.n)
    )


def of_pairs(
    old: Measurement,
    new: Measurement,
    pairs: Pairs,
    scale: float,
    direction: Direction,
    alpha: float,
    power: float,
) -> PairedNumbers | None:
    """The numbers of pairs; None where they differ and their spread says nothing of the error."""
    bounds = score_range(new, pairs.new)
    span = bounds[1] - bounds[0] if bounds else None

    def made(sums: PairedSums) -> Numbers:
        evidence = weigh_pairs(sums, alpha, scale=scale, span=span)
        delta = scale * sums.delta
        same = _equal(delta, old.value or 0.0, new.value or 0.0)
        return _numbers(
            delta,
            evidence,
            direction,
            alpha,
            power,
            same=same and not (sums.gained or sums.lost),
            n=sums.n,
            paired=True,
        )

    numbers = made(pairs.sums)
    if numbers.evidence is None and not numbers.equal:
        return None
    extremes = tuple(made(sums) for sums in (pairs.at_worst, pairs.at_best) if sums)
    return PairedNumbers(numbers, extremes)


def mean_n(old: int | None, new: int | None) -> float | None:
    """The n that, asked on both sides, gives the same error: the harmonic mean."""
    return 2 * old * new / (old + new) if old and new else old or new


def _numbers(
    delta: float,
    evidence: Evidence | None,
    direction: Direction,
    alpha: float,
    power: float,
    *,
    same: bool,
    n: float | None,
    paired: bool = False,
) -> Numbers:
    if evidence is None:
        return Numbers(delta, method=EQUAL if same else NO_METHOD, n=n, paired=paired)
    worst, best = _of_the_gain(evidence.one_sided, direction)
    mde = statistics.minimum_detectable_effect(evidence.se, alpha, power)
    method = EQUAL if same else evidence.method
    return Numbers(delta, evidence, worst, best, mde, method, n, paired)


def _of_the_gain(bounds: Interval, direction: Direction) -> tuple[float | None, float | None]:
    """Bounds of new − old as those of a change for the better, the worse one first."""
    low, high = bounds
    if direction is Direction.HIGHER:
        return low, high
    return (-high, -low) if direction is Direction.LOWER else (None, None)


def _equal(delta: float, old: float, new: float) -> bool:
    return abs(delta) <= _PRINTED_PRECISION * max(abs(old), abs(new))
