"""What two aggregates say of their difference: its standard error, p and interval."""

from __future__ import annotations

import msgspec

from relnotes.evals import statistics
from relnotes.evals.result import Kind, Measurement
from relnotes.evals.statistics import Interval

SCALE = {"fraction": 1.0, "percent": 100.0}
"""The units in which a proportion, and a margin given as a fraction, has a meaning."""

UNPAIRED = "unpaired, conservative"
PROPORTIONS = "unpaired proportions, Newcombe interval"


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Of the difference new − old, in the metric's unit."""

    method: str
    se: float
    p: float
    """Two-sided, of no difference."""
    ci: Interval
    """Two-sided, at 1 − alpha."""
    one_sided: Interval
    """Each end alone is a bound at 1 − alpha."""


def weigh(old: Measurement, new: Measurement, alpha: float) -> Evidence | None:
    """The evidence on a difference, or None where nothing is known of its error.

    A standard error of zero is what a harness writes for 5 of 5 right; it is no certainty, so
    such results are taken as proportions of n, and as unknown without n.
    """
    if old.value is None or new.value is None:
        return None
    if old.stderr and new.stderr:
        return _from_errors(new.value - old.value, old.stderr, new.stderr, alpha)
    p_old, p_new = _proportion(old), _proportion(new)
    if p_old is None or p_new is None:
        return None
    return _from_proportions(p_old, p_new, SCALE[new.unit or "fraction"], alpha)


def spread(measurement: Measurement, alpha: float) -> Interval | None:
    """The interval of one result by itself, two-sided at 1 − alpha; None where no error is known.

    Wilson's where the score is a share of right answers, else the normal one.
    """
    z = statistics.normal_quantile(1 - alpha / 2)
    if share := _proportion(measurement):
        low, high = statistics.wilson(*share, z)
        scale = SCALE[measurement.unit or "fraction"]
        return scale * low, scale * high
    if measurement.value is None or not measurement.stderr:
        return None
    half = z * measurement.stderr
    return measurement.value - half, measurement.value + half


def _from_errors(delta: float, se_old: float, se_new: float, alpha: float) -> Evidence:
    se = statistics.unpaired_se(se_old, se_new)
    return Evidence(
        UNPAIRED,
        se,
        statistics.two_sided_p(delta / se),
        statistics.normal_bounds(delta, se, alpha / 2),
        statistics.normal_bounds(delta, se, alpha),
    )


def _proportion(measurement: Measurement) -> tuple[float, float] | None:
    """The share of right answers and the n behind it, which a standard error can stand for."""
    scale = SCALE.get(measurement.unit or "")
    if measurement.kind is not Kind.BINARY or scale is None or measurement.value is None:
        return None
    share = measurement.value / scale
    if not 0 <= share <= 1:
        return None
    if measurement.n:
        return share, measurement.n
    if measurement.stderr and 0 < share < 1:
        return share, statistics.effective_n(share, measurement.stderr / scale)
    return None


def _from_proportions(
    old: tuple[float, float], new: tuple[float, float], scale: float, alpha: float
) -> Evidence:
    """Newcombe's interval and the pooled score test; the error is read off the interval."""
    z = statistics.normal_quantile(1 - alpha / 2)
    low, high = statistics.newcombe(*old, *new, z)
    bounds = statistics.newcombe(*old, *new, statistics.normal_quantile(1 - alpha))
    pooled = statistics.pooled_se(*old, *new)
    return Evidence(
        PROPORTIONS,
        scale * (high - low) / (2 * z),
        statistics.two_sided_p((new[0] - old[0]) / pooled) if pooled else 1.0,
        (scale * low, scale * high),
        (scale * bounds[0], scale * bounds[1]),
    )
