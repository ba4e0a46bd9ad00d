"""Student's t and the binomial at one half, from the incomplete beta function. Pure.

scipy.special would do, and costs more to import than a whole comparison takes.
"""

from __future__ import annotations

import math
from functools import lru_cache

from relnotes.evals.statistics import normal_quantile, two_sided_p

_MANY = 200_000  # degrees of freedom beyond which the normal is right to 11 digits
_SMALL = 1e-300
_PRECISION = 1e-15


def t_two_sided_p(t: float, df: float) -> float:
    """The chance of |T| ≥ |t|: I(df / (df + t²); df/2, 1/2) (Abramowitz & Stegun 26.7.1)."""
    if math.isinf(t):
        return 0.0
    if df > _MANY:  # Abramowitz & Stegun 26.7.8
        return two_sided_p(t * (1 - 1 / (4 * df)) / math.sqrt(1 + t * t / (2 * df)))
    if t * t < 1:  # from the other end, where df / (df + t²) would be rounded to nearly 1
        return 1 - incomplete_beta(0.5, df / 2, t * t / (df + t * t))
    return incomplete_beta(df / 2, 0.5, df / (df + t * t))


@lru_cache(maxsize=256)
def t_quantile(probability: float, df: float) -> float:
    """The t below which `probability` lies, by bisection in `t_two_sided_p`."""
    if probability < 0.5:
        return -t_quantile(1 - probability, df)
    beyond = 2 * (1 - probability)
    low, high = 0.0, max(1.0, normal_quantile(probability))
    while t_two_sided_p(high, df) > beyond:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if t_two_sided_p(middle, df) > beyond:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def fair_coin_cdf(k: int, n: int) -> float:
    """The chance of at most k heads in n throws: I(1/2; n − k, k + 1) (A&S 26.5.24)."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else incomplete_beta(n - k, k + 1, 0.5)


def fair_coin_pmf(k: int, n: int) -> float:
    """The chance of exactly k heads in n throws."""
    return math.exp(_log_choose(n, k) - n * math.log(2))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """I(x; a, b), regularised; the continued fraction of A&S 26.5.8 by Lentz's method."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    log_front = a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b)
    if x > (a + 1) / (a + b + 2):
        return 1 - math.exp(log_front) * _fraction(b, a, 1 - x) / b
    return math.exp(log_front) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return result


def _not_zero(value: float) -> float:
    return value if abs(value) > _SMALL else _SMALL


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
