"""Whether the samples of two releases can stand for their totals, and what is missing. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from relnotes.evals.paired import FEW_CLUSTERS, PairedSums
from relnotes.evals.result import Kind, Measurement

_ROUNDED_TO = 6e-4  # of the larger value, as totals are printed with three digits or more


class Side(msgspec.Struct, frozen=True):
    """The samples of one release, for one task and metric."""

    asked: int
    """Questions, each counted once however often it was repeated."""
    scored: int
    mean: float | None
    low: float = 0.0
    """The smallest and the largest score; 0 of nothing."""
    high: float = 0.0
    by_position: bool = False
    """The questions have no names; they are known by their place in the file."""


class Pairs(msgspec.Struct, frozen=True):
    """What the samples of two releases say of one task and metric."""

    old: Side
    new: Side
    common: int
    """Questions asked in both."""
    sums: PairedSums
    at_worst: PairedSums | None = None
    """The sums if every missing score spoke for a loss of `new − old`; None: no score is missing,
    or a score has no range."""
    at_best: PairedSums | None = None

    @property
    def asked(self) -> int:
        """Questions asked in either."""
        return self.old.asked + self.new.asked - self.common

    @property
    def missing(self) -> int:
        """Questions asked in both that have no score in one of them, or in neither."""
        return self.common - self.sums.n

    @property
    def coverage(self) -> float:
        """Of all questions asked, the share with a score on both sides."""
        return self.sums.n / self.asked if self.asked else 0.0


class Use(msgspec.Struct, frozen=True):
    """How samples may be used; `scale` turns a score into the metric's unit, None: not at all."""

    scale: float | None
    remarks: tuple[str, ...] = ()
    hindrance: str = ""
    """Why the totals must not be compared either."""


def use_of(old: Measurement, new: Measurement, pairs: Pairs, min_overlap: float) -> Use:
    """Samples are used where they explain both totals and ask mostly the same questions."""
    if pairs.old.by_position != pairs.new.by_position:
        what = "one release does not name its questions, so they cannot be paired"
        return Use(None, (what,))
    if not pairs.common:
        return Use(None, ("the samples of the releases have no question in common",))
    if pairs.common < min_overlap * pairs.asked:
        shared = f"{pairs.common:,} of {pairs.asked:,}"
        return Use(None, (), f"questions: only {shared} were asked in both releases")
    if not pairs.sums.n:
        return Use(None, ("no question has a score in both releases",))
    scale = _scale(old, new, pairs)
    if scale is None:
        return Use(None, tuple(_disagreements(old, new, pairs)))
    return Use(scale, tuple(_remarks(pairs)))


def score_range(measurement: Measurement, side: Side) -> tuple[float, float] | None:
    """The least and the greatest that a score can be; None where it has no bounds."""
    low, high = measurement.low, measurement.high
    if measurement.kind is Kind.BINARY:
        low, high = 0.0, 1.0
    if measurement.unit == "percent" and side.high <= 1:
        low, high = 0.0, 1.0
    if low is None or high is None or side.low < low or side.high > high:
        return None
    return low, high


def _scale(old: Measurement, new: Measurement, pairs: Pairs) -> float | None:
    for scale in (1.0, 100.0) if new.unit == "percent" else (1.0,):
        if _explains(pairs.old, old, scale) and _explains(pairs.new, new, scale):
            return scale
    return None


def _explains(side: Side, total: Measurement, scale: float) -> bool:
    if side.mean is None or total.value is None:
        return False
    mean = scale * side.mean
    rounding = _ROUNDED_TO * max(abs(total.value), scale if side.high <= 1 else 0.0)
    return math.isclose(mean, total.value, rel_tol=1e-9, abs_tol=rounding)


def _disagreements(old: Measurement, new: Measurement, pairs: Pairs) -> Iterator[str]:
    for name, side, total in (("old", pairs.old, old), ("new", pairs.new, new)):
        if not _explains(side, total, 1.0) and side.mean is not None and total.value is not None:
            yield (
                f"the {name} samples have the mean {side.mean:.4g} and the result is"
                f" {total.value:.4g}, so it is not compared question by question"
            )


def _remarks(pairs: Pairs) -> Iterator[str]:
    only = (("old", pairs.old.asked), ("new", pairs.new.asked))
    for name, asked in only:
        if asked > pairs.common:
            yield f"{_count(asked - pairs.common)} asked in the {name} release only"
    if pairs.missing:
        yield f"{_count(pairs.missing)} without a score in one of the releases"
    if pairs.old.by_position:
        yield "the questions have no names and were matched by their position"
    if pairs.sums.clustered and pairs.sums.clusters < FEW_CLUSTERS:
        yield (
            f"the questions are in {pairs.sums.clusters} groups that hang together;"
            f" with fewer than {FEW_CLUSTERS} the error is hardly known"
        )


def _count(n: int) -> str:
    return f"{n:,} question" if n == 1 else f"{n:,} questions"
