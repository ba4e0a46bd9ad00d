"""The formulas of a comparison question by question, each with its source. Pure.

They need sums only, which an engine makes in one pass however many questions there are:
`weigh_pairs(sums, alpha) -> Evidence | None`. A difference is always new − old.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from relnotes.evals.evidence import Evidence
from relnotes.evals.statistics import Interval, normal_quantile
from relnotes.evals.student import fair_coin_cdf, fair_coin_pmf, t_quantile, t_two_sided_p

PAIRED = "paired t"
CLUSTERED = "paired t with clustered errors"
BINARY = "paired, McNemar mid-p and Tango interval"
UNIFORM = "paired, all differences equal"

FEW_CLUSTERS = 10
"""With fewer the standard error itself is hardly known (Cameron & Miller 2015, JHR 50)."""
_NOISE = 1e-8


class PairedSums(msgspec.Struct, frozen=True):
    """Over the questions with a score on both sides, repeated answers averaged first."""

    n: int
    old: float
    """Σ of the old scores; `new` likewise, so that the means are known."""
    new: float
    spread: float
    """Σ over clusters of (S_g − n_g·d̄)², S_g the sum of the n_g differences of a cluster."""
    clusters: int
    """As many as questions where each stands for itself."""
    binary: bool = False
    """Every score is 0 or 1."""
    gained: int = 0
    """Questions that went from 0 to 1; counted only where binary."""
    lost: int = 0
    largest: float = 0.0
    """Of all scores, by magnitude: a spread far below it is the noise of floats."""

    @property
    def delta(self) -> float:
        """The mean difference; NaN of nothing."""
        return (self.new - self.old) / self.n if self.n else math.nan

    @property
    def clustered(self) -> bool:
        return self.clusters < self.n

    @property
    def uniform(self) -> bool:
        """All differences are equal."""
        return self.spread <= self.clusters * (_NOISE * self.largest) ** 2


def weigh_pairs(
    sums: PairedSums, alpha: float, *, scale: float = 1.0, span: float | None = None
) -> Evidence | None:
    """The evidence on a mean difference, or None where the pairs allow none.

    `scale` turns a score into the metric's unit; `span` is the width of a score's range.
    Binary scores in clusters hang together, which McNemar and Tango do not know: these are
    taken as numbers.
    """
    if sums.binary and not sums.clustered:
        return _scaled(_binary(sums, alpha), scale) if sums.n else None
    if sums.clusters < 2:
        return None
    if not sums.uniform:
        return _scaled(_numeric(sums, alpha), scale)
    return _scaled(_uniform(sums, alpha, span), scale) if span else None


def clustered_se(sums: PairedSums) -> float:
    """sqrt(G/(G − 1) · Σ_g (S_g − n_g·d̄)²) / n.

    Miller 2024, arXiv 2411.00640, equation 4, with the correction for few clusters; it is
    s/√n where each question is a cluster of its own.
    """
    return math.sqrt(sums.clusters / (sums.clusters - 1) * sums.spread) / sums.n


def mcnemar_mid_p(gained: int, lost: int) -> float:
    """Two-sided, of as many gained as lost.

    Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13:91: the exact test's p
    less half the chance of what was seen on each side, as the exact one is too cautious.
    """
    n, fewer = gained + lost, min(gained, lost)
    if n == 0:
        return 1.0
    return min(1.0, 2 * fair_coin_cdf(fewer, n) - fair_coin_pmf(fewer, n))


def tango_statistic(gained: int, lost: int, n: int, difference: float) -> float:
    """T of a true difference: the score statistic, standard normal where it is true.

    Tango 1998, Statistics in Medicine 17, 891–908, equations 8 to 12.
    """
    b = -gained - lost + (2 * n - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    q = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * q + difference * (1 - difference))
    distance = gained - lost - n * difference
    if variance <= 0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance)


def tango_interval(gained: int, lost: int, n: int, z: float) -> Interval:
    """The differences with |T| ≤ z."""

    def low(difference: float) -> bool:
        return tango_statistic(gained, lost, n, difference) > z

    def high(difference: float) -> bool:
        return tango_statistic(gained, lost, n, difference) >= -z

    estimate = (gained - lost) / n
    return _border(low, -1.0, estimate), _border(high, estimate, 1.0)


def _border(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that is true to the left stops being so."""
    if not holds(low):
        return low
    if holds(high):
        return high
    for _ in range(100):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def _binary(sums: PairedSums, alpha: float) -> Evidence:
    """The error is read off the interval, as it is never zero."""
    z = normal_quantile(1 - alpha / 2)
    low, high = tango_interval(sums.gained, sums.lost, sums.n, z)
    return Evidence(
        BINARY,
        (high - low) / (2 * z),
        mcnemar_mid_p(sums.gained, sums.lost),
        (low, high),
        tango_interval(sums.gained, sums.lost, sums.n, normal_quantile(1 - alpha)),
    )


def _numeric(sums: PairedSums, alpha: float) -> Evidence:
    se, df, delta = clustered_se(sums), sums.clusters - 1, sums.delta
    two, one = (t_quantile(1 - tail, df) * se for tail in (alpha / 2, alpha))
    return Evidence(
        CLUSTERED if sums.clustered else PAIRED,
        se,
        t_two_sided_p(delta / se, df),
        (delta - two, delta + two),
        (delta - one, delta + one),
    )


def _uniform(sums: PairedSums, alpha: float, span: float) -> Evidence:
    """All differences equal is no certainty that no other exists.

    At confidence 1 − alpha at most a share 1 − alpha^(1/G) of unseen questions differs, each
    by no more than the span (the exact form of the rule of three: Hanley & Lippman-Hand 1983,
    JAMA 249, 1743–1745); p is that of the sign test.
    """
    two, one = (-math.expm1(math.log(tail) / sums.clusters) * span for tail in (alpha / 2, alpha))
    delta = sums.delta
    return Evidence(
        UNIFORM,
        two / normal_quantile(1 - alpha / 2),
        2.0 ** (1 - sums.clusters) if delta else 1.0,
        (delta - two, delta + two),
        (delta - one, delta + one),
    )


def _scaled(evidence: Evidence, scale: float) -> Evidence:
    (low, high), (least, most) = evidence.ci, evidence.one_sided
    return Evidence(
        evidence.method,
        scale * evidence.se,
        evidence.p,
        (scale * low, scale * high),
        (scale * least, scale * most),
    )
