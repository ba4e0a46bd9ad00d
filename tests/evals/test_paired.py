"""The paired formulas against scipy, statsmodels, the papers, and the truth by simulation."""

from __future__ import annotations

import math
import random
import warnings

import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.evals import paired, student
from relnotes.evals.evidence import Evidence
from relnotes.evals.paired import PairedSums, tango_interval, tango_statistic, weigh_pairs
from relnotes.evals.pairing import pair
from relnotes.evals.sample import Sample
from relnotes.evals.scores import Series, collect
from relnotes.evals.statistics import normal_quantile

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import statsmodels.api as sm
    from statsmodels.stats.contingency_tables import mcnemar

Z = normal_quantile(0.975)
scores = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=3, max_size=40)
tables = st.integers(1, 400).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n)).filter(
        lambda one: one[0] + one[1] <= one[2]
    )
)


def sums_of(old: list[float], new: list[float], clusters: list[str] | None = None) -> PairedSums:
    names = [f"q{number}" for number in range(len(old))]
    groups = dict(zip(names, clusters, strict=True)) if clusters else {}
    sides = [Series(dict(zip(names, side, strict=True)), groups) for side in (old, new)]
    return pair(*sides, lambda _: None).sums


def right_and_wrong(gained: int, lost: int, n: int) -> PairedSums:
    kept = n - gained - lost
    return sums_of(
        [0.0] * gained + [1.0] * lost + [1.0] * kept, [1.0] * gained + [0.0] * lost + [1.0] * kept
    )


def evidence(sums: PairedSums, alpha: float = 0.05, span: float | None = None) -> Evidence:
    found = weigh_pairs(sums, alpha, span=span)
    assert found is not None
    return found


# -- the distributions ---------------------------------------------------------------------------


@given(st.floats(-40, 40), st.integers(1, 150_000))
def test_the_t_distribution_is_that_of_scipy(t: float, df: int) -> None:
    expected = 2 * scipy.stats.t.sf(abs(t), df)

    assert student.t_two_sided_p(t, df) == pytest.approx(expected, rel=1e-7, abs=1e-290)


@given(st.floats(0.0005, 0.9995), st.integers(1, 10_000_000))
@settings(max_examples=60)
def test_a_quantile_of_t_is_that_of_scipy(probability: float, df: int) -> None:
    expected = scipy.stats.t.ppf(probability, df)

    assert student.t_quantile(probability, df) == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_the_binomial_at_one_half_is_that_of_scipy(k: int, n: int) -> None:
    k = min(k, n)

    assert student.fair_coin_cdf(k, n) == pytest.approx(scipy.stats.binom.cdf(k, n, 0.5), rel=1e-8)
    assert student.fair_coin_pmf(k, n) == pytest.approx(scipy.stats.binom.pmf(k, n, 0.5), rel=1e-8)


@given(st.floats(0.2, 500), st.floats(0.2, 500), st.floats(0, 1))
def test_the_incomplete_beta_is_that_of_scipy(a: float, b: float, x: float) -> None:
    expected = scipy.special.betainc(a, b, x)

    assert student.incomplete_beta(a, b, x) == pytest.approx(expected, rel=1e-8, abs=1e-12)


# -- numbers -------------------------------------------------------------------------------------


@given(scores)
def test_unclustered_it_is_the_paired_t_test_of_scipy(pairs: list[tuple[float, float]]) -> None:
    old, new = (list(side) for side in zip(*pairs, strict=True))
    sums = sums_of(old, new)
    if sums.spread < 1e-9 or sums.binary:
        return

    found = evidence(sums)

    expected = scipy.stats.ttest_rel(new, old)
    interval = expected.confidence_interval(0.95)
    assert found.method == "paired t"
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert found.ci == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-6)


@given(scores, st.integers(2, 6), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_clustered_it_is_the_robust_error_of_statsmodels(
    pairs: list[tuple[float, float]], groups: int, dice: random.Random
) -> None:
    """Statsmodels has the same sum; its correction has a factor (n − 1)/(n − k) that is 1 here."""
    old, new = (list(side) for side in zip(*pairs, strict=True))
    clusters = [dice.randrange(groups) for _ in pairs]
    if len(set(clusters)) < 2:
        return
    sums = sums_of(old, new, [str(one) for one in clusters])
    if sums.spread < 1e-9 or not sums.clustered:
        return

    found = evidence(sums)

    differences = [b - a for a, b in pairs]
    fit = sm.OLS(differences, [1.0] * len(pairs)).fit(
        cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True
    )
    assert found.method == "paired t with clustered errors"
    assert found.se == pytest.approx(fit.bse[0], rel=1e-6, abs=1e-9)
    assert found.ci == pytest.approx(tuple(fit.conf_int()[0]), rel=1e-6, abs=1e-6)


def test_the_figures_of_a_hand_made_example_come_out() -> None:
    """Two clusters of two: differences 1, 1 and 0, 2; mean 1, both sums 2, so no spread at all."""
    sums = sums_of([0, 0, 0, 0], [1, 1, 0, 2], ["a", "a", "b", "b"])

    assert (sums.n, sums.clusters, sums.delta, sums.spread) == (4, 2, 1.0, 0.0)
    assert sums_of([0, 0, 0, 0], [1, 1, 0, 2]).spread == 2.0


def test_one_pair_and_one_cluster_say_nothing_of_their_error() -> None:
    assert weigh_pairs(sums_of([0.2], [0.7]), 0.05, span=1.0) is None
    assert weigh_pairs(sums_of([0.2, 0.3], [0.7, 0.1], ["a", "a"]), 0.05, span=1.0) is None
    assert weigh_pairs(sums_of([], []), 0.05) is None


def test_equal_differences_are_no_certainty() -> None:
    sums = sums_of([0.25] * 30, [0.75] * 30)

    found = evidence(sums, span=1.0)

    # With 30 of 30 alike, a share of 1 − 0.05^(1/30), near the rule's 3/30, could differ.
    assert found.one_sided[0] == pytest.approx(0.5 - (1 - 0.05 ** (1 / 30)))
    assert found.p == pytest.approx(scipy.stats.binomtest(30, 30).pvalue)
    assert weigh_pairs(sums, 0.05) is None
    assert evidence(sums_of([0.3] * 30, [0.3] * 30), span=1.0).p == 1.0


# -- right and wrong -----------------------------------------------------------------------------


@given(tables)
def test_mid_p_is_the_exact_test_less_the_chance_of_what_was_seen(
    table: tuple[int, int, int],
) -> None:
    gained, lost, n = table
    changed = gained + lost
    if not changed or gained == lost:
        assert paired.mcnemar_mid_p(gained, lost) == pytest.approx(1)
        return

    exact = mcnemar([[n - changed, gained], [lost, 0]], exact=True).pvalue
    seen = scipy.stats.binom.pmf(gained, changed, 0.5)

    assert paired.mcnemar_mid_p(gained, lost) == pytest.approx(exact - seen, rel=1e-7, abs=1e-12)


@given(tables, st.floats(-0.98, 0.98))
@settings(max_examples=60)
def test_tango_uses_the_likeliest_table_with_that_difference(
    table: tuple[int, int, int], difference: float
) -> None:
    """His closed form against a numeric search for the constrained maximum."""
    gained, lost, n = table
    kept = n - gained - lost

    def unlikely(q: float) -> float:
        cells = ((gained, q + difference), (lost, q), (kept, 1 - 2 * q - difference))
        return -sum(count * math.log(max(share, 1e-300)) for count, share in cells if count)

    low, high = max(0.0, -difference), (1 - difference) / 2
    found = scipy.optimize.minimize_scalar(
        unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    q = min((float(found.x), low, high), key=unlikely)
    variance = n * (2 * q + difference * (1 - difference))
    if variance < 1e-6:
        return

    expected = (gained - lost - n * difference) / math.sqrt(variance)

    assert tango_statistic(gained, lost, n, difference) == pytest.approx(
        expected, rel=1e-3, abs=1e-3
    )


def test_tango_gives_the_interval_of_the_example_in_newcombes_paper() -> None:
    """36 both right, 12 gained, 2 lost (Newcombe 1998, Statistics in Medicine 17, 2635–2650)."""
    assert tango_interval(12, 2, 50, 1.959964) == pytest.approx((0.0611, 0.3447), abs=5e-5)


@given(tables)
def test_at_the_ends_of_the_interval_the_statistic_is_z(table: tuple[int, int, int]) -> None:
    gained, lost, n = table
    low, high = tango_interval(gained, lost, n, Z)

    assert -1 <= low <= (gained - lost) / n <= high <= 1
    if low > -1:
        assert tango_statistic(gained, lost, n, low) == pytest.approx(Z, abs=1e-6)
    if high < 1:
        assert tango_statistic(gained, lost, n, high) == pytest.approx(-Z, abs=1e-6)


@given(tables)
def test_swapped_sides_turn_the_interval_round(table: tuple[int, int, int]) -> None:
    gained, lost, n = table
    low, high = tango_interval(gained, lost, n, Z)

    assert tango_interval(lost, gained, n, Z) == pytest.approx((-high, -low), abs=1e-9)


def test_nothing_changed_is_no_certainty() -> None:
    found = evidence(right_and_wrong(0, 0, 50))

    # z² / (n + z²), as Wilson's for 0 of n.
    assert found.ci == pytest.approx((-Z * Z / (50 + Z * Z), Z * Z / (50 + Z * Z)))
    assert found.p == 1.0


def test_the_lower_bound_excludes_a_margin_where_the_statistic_does() -> None:
    gained, lost, n, margin = 30, 40, 1000, 0.025
    z = normal_quantile(0.95)

    excluded = tango_statistic(gained, lost, n, -margin) > z

    assert excluded
    assert evidence(right_and_wrong(gained, lost, n)).one_sided[0] > -margin
    assert not tango_statistic(gained, lost, n, -0.02) > z
    assert evidence(right_and_wrong(gained, lost, n)).one_sided[0] < -0.02


# -- the truth -----------------------------------------------------------------------------------


def _coverage(covered: list[bool]) -> float:
    return sum(covered) / len(covered)


def test_tango_covers_the_truth_where_the_paired_t_does_not() -> None:
    """15 questions, 8 % gained and 2 % lost: the paired t covers four runs of five."""
    dice, n, truth = random.Random(15), 15, 0.06
    by_tango, by_t = [], []
    for _ in range(1500):
        drawn = dice.choices((1, -1, 0), (0.08, 0.02, 0.90), k=n)
        sums = right_and_wrong(drawn.count(1), drawn.count(-1), n)
        low, high = evidence(sums).ci
        by_tango.append(low <= truth <= high)
        half = student.t_quantile(0.975, n - 1) * paired.clustered_se(sums)
        by_t.append(abs(sums.delta - truth) <= half)

    assert 0.94 < _coverage(by_tango) <= 1
    assert _coverage(by_t) < 0.85


def test_clustered_errors_cover_the_truth_where_naive_ones_do_not() -> None:
    """Passages of 10 questions whose differences share half of their variance."""
    dice = random.Random(10)
    clustered, naive = [], []
    for _ in range(600):
        old, new, names = [], [], []
        for group in range(20):
            shared = dice.gauss(0, 1)
            for _ in range(10):
                old.append(dice.gauss(0, 1))
                new.append(old[-1] + shared + dice.gauss(0, 1))
                names.append(str(group))
        for found, groups in ((clustered, names), (naive, None)):
            low, high = evidence(sums_of(old, new, groups)).ci
            found.append(low <= 0 <= high)

    assert 0.93 < _coverage(clustered) < 0.97
    assert 0.5 < _coverage(naive) < 0.8


def test_mid_p_claims_no_more_often_than_it_may() -> None:
    dice, claims = random.Random(5), 0
    for _ in range(4000):
        drawn = dice.choices((1, -1, 0), (0.1, 0.1, 0.8), k=80)
        claims += paired.mcnemar_mid_p(drawn.count(1), drawn.count(-1)) <= 0.05

    assert 0.03 < claims / 4000 < 0.055


# -- gathering -----------------------------------------------------------------------------------


def test_repeated_answers_are_averaged_before_anything_else() -> None:
    samples = [
        Sample("t", "acc", None, "q1", epoch, None, score)
        for epoch, score in enumerate((1.0, 0.0, 0.0, 1.0), start=1)
    ]

    (series,) = collect(samples, "x").values()

    assert series.scores == {"q1": 0.5}
