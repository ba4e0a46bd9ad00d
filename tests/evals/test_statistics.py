"""Every formula against scipy, or against the figures in its paper."""

from __future__ import annotations

import math

import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.evals import statistics

probabilities = st.floats(0.0001, 0.9999)
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=60)
counts = st.tuples(st.integers(1, 5000), st.floats(0, 1)).map(
    lambda one: (round(one[0] * one[1]), one[0])
)


@given(st.floats(-35, 35))
def test_the_normal_distribution_is_that_of_scipy_far_into_its_tails(z: float) -> None:
    assert statistics.normal_cdf(z) == pytest.approx(scipy.stats.norm.cdf(z), rel=1e-9)
    assert statistics.two_sided_p(z) == pytest.approx(2 * scipy.stats.norm.sf(abs(z)), rel=1e-9)


@given(probabilities)
def test_a_quantile_undoes_the_distribution(probability: float) -> None:
    z = statistics.normal_quantile(probability)

    assert z == pytest.approx(scipy.stats.norm.ppf(probability), abs=1e-9)
    assert statistics.normal_cdf(z) == pytest.approx(probability)


@given(counts, st.sampled_from([0.1, 0.05, 0.01]))
def test_wilson_is_that_of_scipy(count: tuple[int, int], alpha: float) -> None:
    right, n = count

    low, high = statistics.wilson(right / n, n, statistics.normal_quantile(1 - alpha / 2))

    exact = scipy.stats.binomtest(right, n).proportion_ci(1 - alpha, method="wilson")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize(
    ("new", "old", "interval"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe_gives_the_intervals_of_table_two_in_his_paper(
    new: tuple[int, int], old: tuple[int, int], interval: tuple[float, float]
) -> None:
    z = statistics.normal_quantile(0.975)

    found = statistics.newcombe(old[0] / old[1], old[1], new[0] / new[1], new[1], z)

    assert found == pytest.approx(interval, abs=0.00006)


@given(counts, counts)
@settings(max_examples=50)
def test_the_pooled_error_gives_the_chi_squared_test_of_scipy(
    old: tuple[int, int], new: tuple[int, int]
) -> None:
    table = [[old[0], old[1] - old[0]], [new[0], new[1] - new[0]]]
    pooled = statistics.pooled_se(old[0] / old[1], old[1], new[0] / new[1], new[1])
    if not pooled:
        return

    z = (new[0] / new[1] - old[0] / old[1]) / pooled

    expected = scipy.stats.chi2_contingency(table, correction=False).pvalue
    assert statistics.two_sided_p(z) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(p_values)
def test_benjamini_hochberg_is_that_of_scipy(p_values: list[float]) -> None:
    expected = scipy.stats.false_discovery_control(p_values)

    assert statistics.benjamini_hochberg(p_values) == pytest.approx(tuple(expected))


def test_benjamini_hochberg_of_nothing_is_nothing() -> None:
    assert statistics.benjamini_hochberg([]) == ()


def test_a_detectable_effect_is_found_with_the_power_that_was_asked_for() -> None:
    se = 0.013

    effect = statistics.minimum_detectable_effect(se, alpha=0.05, power=0.8)

    found = scipy.stats.norm.sf(scipy.stats.norm.ppf(0.975), loc=effect / se)
    assert found == pytest.approx(0.8)


def test_the_needed_n_makes_the_margin_detectable() -> None:
    n, margin, spread = 100, 0.02, 0.5
    mde = statistics.minimum_detectable_effect(spread / math.sqrt(n), 0.05, 0.8)

    needed = statistics.n_needed(n, mde, margin)

    found = statistics.minimum_detectable_effect(spread / math.sqrt(needed), 0.05, 0.8)
    assert margin * 0.999 < found <= margin


@given(st.floats(-1, 1), st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_bound_above_the_margin_is_a_significant_test_of_non_inferiority(
    gain: float, se: float, margin: float
) -> None:
    p = scipy.stats.norm.sf((gain + margin) / se)
    if abs(p - 0.05) < 1e-9:
        return

    assert (statistics.normal_bounds(gain, se, 0.05)[0] > -margin) == (p < 0.05)


@given(counts)
def test_zeros_and_ones_are_counted_from_their_mean_and_its_error(count: tuple[int, int]) -> None:
    right, n = count
    scores = [1.0] * right + [0.0] * (n - right)
    if not 0 < right < n:
        return

    mean, error = right / n, float(scipy.stats.sem(scores))

    assert statistics.n_of_zeros_and_ones(mean, error) == n


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_a_mean_without_an_error_counts_nothing(score: float) -> None:
    assert statistics.n_of_zeros_and_ones(score, 0.0) is None


def test_other_scores_or_rounded_ones_count_nothing() -> None:
    partial = [0.0, 0.25, 0.5, 1.0, 1.0]
    error = float(scipy.stats.sem(partial))

    assert statistics.n_of_zeros_and_ones(sum(partial) / 5, error) is None
    assert statistics.n_of_zeros_and_ones(0.6125, 0.0244) is None


def test_two_errors_add_as_squares() -> None:
    assert statistics.unpaired_se(3, 4) == 5


def test_a_share_with_an_error_stands_for_as_many_questions() -> None:
    assert statistics.effective_n(0.25, math.sqrt(0.25 * 0.75 / 400)) == pytest.approx(400)
