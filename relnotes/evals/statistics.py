"""The formulas of a comparison of aggregates, each with its source; numbers in, numbers out.

Nothing is imported that is slow to import; the tests hold every function against scipy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

Interval = tuple[float, float]

_NORMAL = NormalDist()
_SQRT2 = math.sqrt(2.0)


def normal_cdf(z: float) -> float:
    """Φ(z), by the complementary error function, so that far tails keep their digits."""
    return 0.5 * math.erfc(-z / _SQRT2)


@lru_cache(maxsize=64)
def normal_quantile(probability: float) -> float:
    """Φ⁻¹, by Wichura's algorithm AS 241 (Applied Statistics 37, 1988), as in the stdlib."""
    return _NORMAL.inv_cdf(probability)


def two_sided_p(z: float) -> float:
    """The chance of |Z| ≥ |z| for a standard normal Z."""
    return math.erfc(abs(z) / _SQRT2)


def unpaired_se(se_old: float, se_new: float) -> float:
    """Standard error of a difference of independent means: sqrt(se_old² + se_new²).

    Two releases answer the same questions, so their scores are correlated and the true error
    is mostly smaller (Miller 2024, arXiv 2411.00640, section 4): conservative.
    """
    return math.hypot(se_old, se_new)


def wilson(p: float, n: float, z: float) -> Interval:
    """Score interval of a proportion (Wilson 1927, JASA 22, 209–212)."""
    z2 = z * z
    middle = p + z2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return (middle - half) / scale, (middle + half) / scale


def newcombe(p_old: float, n_old: float, p_new: float, n_new: float, z: float) -> Interval:
    """Interval of p_new − p_old from two Wilson intervals.

    Newcombe 1998, Statistics in Medicine 17, 873–890, method 10; unlike the normal interval it
    has a width where a proportion is 0 or 1.
    """
    low_old, high_old = wilson(p_old, n_old, z)
    low_new, high_new = wilson(p_new, n_new, z)
    delta = p_new - p_old
    return (
        delta - math.hypot(p_new - low_new, high_old - p_old),
        delta + math.hypot(high_new - p_new, p_old - low_old),
    )


def pooled_se(p_old: float, n_old: float, p_new: float, n_new: float) -> float:
    """Standard error of p_new − p_old if both were equal: the denominator of the score test.

    Pearson's chi-squared test of a 2×2 table without correction, as a z
    (Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, 3.1).
    """
    p = (p_old * n_old + p_new * n_new) / (n_old + n_new)
    return math.sqrt(p * (1 - p) * (1 / n_old + 1 / n_new))


def effective_n(p: float, se: float) -> float:
    """The n at which a proportion p has the standard error se: p(1 − p) / se²."""
    return p * (1 - p) / (se * se)


def n_of_zeros_and_ones(p: float, se: float) -> int | None:
    """How many zeros and ones have the mean p and, as a sample, the standard error se.

    Turns se² = p(1 − p) / (n − 1) round. None where the numbers, to nine digits, are not those
    of zeros and ones.
    """
    if not 0 < p < 1 or se <= 0:
        return None
    exact = p * (1 - p) / (se * se) + 1
    n = round(exact)
    close = 1e-9 * n
    return n if abs(exact - n) < close and abs(p * n - round(p * n)) < close else None


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values, in the order given (Benjamini & Hochberg 1995, JRSS B 57, 289–300)."""
    m = len(p_values)
    adjusted = [1.0] * m
    smallest = 1.0
    descending = sorted(range(m), key=p_values.__getitem__, reverse=True)
    for rank, index in zip(range(m, 0, -1), descending, strict=True):
        smallest = min(smallest, p_values[index] * m / rank)
        adjusted[index] = smallest
    return tuple(adjusted)


def minimum_detectable_effect(se: float, alpha: float, power: float) -> float:
    """The smallest true difference found with the given power: (z(1 − alpha/2) + z(power)) · SE.

    Cohen 1988, Statistical Power Analysis, chapter 2, in its normal approximation.
    """
    return (normal_quantile(1 - alpha / 2) + normal_quantile(power)) * se


def n_needed(n: float, mde: float, margin: float) -> int:
    """How many questions would make `margin` detectable: n · (MDE / margin)², rounded up.

    A standard error falls with the root of n.
    """
    return math.ceil(n * (mde / margin) ** 2)


def normal_bounds(delta: float, se: float, alpha: float) -> Interval:
    """Of a difference, each one-sided at 1 − alpha: delta ∓ z(1 − alpha) · SE.

    A gain is non-inferior where its lower one exceeds −margin, which is the same as
    (gain + margin) / SE > z(1 − alpha), the fixed-margin method of Rothmann, Wiens & Chan 2011,
    Design and Analysis of Non-Inferiority Trials.
    """
    half = normal_quantile(1 - alpha) * se
    return delta - half, delta + half
