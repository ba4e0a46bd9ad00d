from __future__ import annotations

from typing import Any

import msgspec
import pytest

from relnotes.evals.comparability import Override
from relnotes.evals.comparison import EQUAL, Comparison, Settings, Verdict, adjust, compare
from relnotes.evals.result import Direction, Kind, Measurement


def accuracy(
    value: float | None, stderr: float | None = None, n: int | None = None, **more: Any
) -> Measurement:
    given = {"direction": Direction.HIGHER, "kind": Kind.BINARY, "unit": "fraction"}
    return Measurement("mmlu", "acc", None, value, stderr, None, n, **{**given, **more})


def perplexity(value: float, stderr: float | None = None, n: int | None = None) -> Measurement:
    return Measurement("lambada", "ppl", None, value, stderr, None, n, Direction.LOWER)


def many(number: int, gain: float, stderr: float = 0.01) -> list[Comparison]:
    return [compare(accuracy(0.5, stderr), accuracy(0.5 + gain, stderr)) for _ in range(number)]


def test_a_gain_that_is_no_chance_is_an_improvement() -> None:
    row = compare(accuracy(0.5, 0.005), accuracy(0.55, 0.005))

    assert row.verdict is Verdict.IMPROVED
    assert row.delta == 0.05
    assert row.method == "unpaired, conservative"
    assert row.p == pytest.approx(1.5e-12, rel=0.1)


def test_a_falling_perplexity_is_an_improvement_and_its_delta_is_shown_as_it_is() -> None:
    row = compare(perplexity(20.19, 0.74), perplexity(4.0, 0.085))

    assert row.verdict is Verdict.IMPROVED
    assert row.delta == -16.19


def test_a_significant_loss_is_a_regression_even_within_the_margin() -> None:
    row = compare(accuracy(0.5, 0.001), accuracy(0.49, 0.001), Settings(margin=0.02))

    assert row.verdict is Verdict.REGRESSED


def test_held_means_that_a_loss_of_the_margin_is_excluded() -> None:
    held = compare(accuracy(0.5, 0.005), accuracy(0.499, 0.005))
    unsure = compare(accuracy(0.5, 0.02), accuracy(0.499, 0.02))

    assert held.verdict is Verdict.HELD
    assert unsure.verdict is Verdict.INCONCLUSIVE


def test_inconclusive_says_how_many_questions_would_settle_it() -> None:
    row = compare(accuracy(0.97, n=100), accuracy(0.96, n=100))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.n_needed is not None
    assert row.n_needed > 1000
    assert row.reason == (
        "a loss of 0.02 cannot be excluded: "
        f"{row.n_needed:,} questions would settle it, 100 were asked"
    )


def test_no_number_of_questions_is_asked_for_that_was_asked_already() -> None:
    row = compare(accuracy(0.5, 0.0048, 9000), accuracy(0.491, 0.0048, 9000))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.n_needed is None
    assert "lies close to it" in row.reason


def test_a_zero_standard_error_is_no_certainty() -> None:
    row = compare(accuracy(1.0, 0.0, 5), accuracy(0.8, 0.2, 5))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.method == "unpaired proportions, Newcombe interval"
    assert row.ci is not None
    assert row.ci[0] < -0.5


def test_five_of_five_twice_does_not_prove_that_a_blocking_behaviour_held() -> None:
    row = compare(accuracy(1.0, 0.0, 5), accuracy(1.0, 0.0, 5), blocking=True)

    assert row.verdict is Verdict.INCONCLUSIVE
    assert not row.passes


def test_a_zero_standard_error_without_n_is_unknown() -> None:
    row = compare(accuracy(0.0, 0.0), accuracy(0.1, 0.0))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.delta == 0.1
    assert row.ci is None
    assert "no certainty" in row.reason


def test_a_standard_error_on_one_side_and_n_on_the_other_are_enough_for_a_proportion() -> None:
    row = compare(accuracy(0.5, 0.01), accuracy(0.6, n=2500))

    assert row.verdict is Verdict.IMPROVED


def test_without_error_and_n_the_difference_is_shown_and_no_claim_made() -> None:
    row = compare(accuracy(0.5), accuracy(0.9))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.delta == 0.4
    assert row.reason == "neither a standard error nor the number of questions is known"


def test_a_missing_error_is_named_and_not_the_n_that_is_known() -> None:
    row = compare(perplexity(20.19, n=100), perplexity(4.0, n=100))

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.reason == "no standard error is known"


def test_a_score_that_is_not_right_or_wrong_is_no_proportion() -> None:
    old, new = (accuracy(value, n=500, kind=Kind.BOUNDED) for value in (0.5, 0.9))

    assert compare(old, new).verdict is Verdict.INCONCLUSIVE


def test_a_difference_below_the_printed_precision_is_no_change() -> None:
    row = compare(perplexity(7.9112345, 0.02), perplexity(7.9112344, 0.02))

    assert row.verdict is Verdict.HELD
    assert row.method == EQUAL


def test_an_unknown_direction_gives_changed() -> None:
    old, new = (accuracy(value, 0.001, direction=Direction.UNKNOWN) for value in (0.5, 0.6))

    assert compare(old, new).verdict is Verdict.CHANGED
    assert compare(old, old).verdict is Verdict.HELD


def test_without_a_margin_an_unbounded_metric_cannot_be_shown_to_have_held() -> None:
    old, new = perplexity(8.0, 0.1), perplexity(8.01, 0.1)

    assert compare(old, new).verdict is Verdict.INCONCLUSIVE
    assert compare(old, new, margin=0.5).verdict is Verdict.HELD


def test_other_conditions_are_not_compared_and_named() -> None:
    old = accuracy(0.24, 0.004, conditions=(("shots", "5"),))
    new = accuracy(0.66, 0.004, conditions=(("model_args.add_bos_token", "True"), ("shots", "5")))

    row = compare(old, new)

    assert row.verdict is Verdict.NOT_COMPARABLE
    assert row.reason == "model_args.add_bos_token not set → True"
    assert row.delta is None


def test_an_override_compares_and_says_so() -> None:
    old = accuracy(0.5, 0.001, conditions=(("judge", "J-2"),))
    new = accuracy(0.6, 0.001, conditions=(("judge", "J-3"),))

    row = compare(old, new, overrides=[Override("judge", "same verdicts on 500 answers")])

    assert row.verdict is Verdict.IMPROVED
    assert row.remarks == ("compared in spite of judge J-2 → J-3: same verdicts on 500 answers",)


def test_a_field_that_one_side_knows_is_remarked() -> None:
    row = compare(accuracy(0.5, 0.01), accuracy(0.5, 0.01, conditions=(("limit", "100"),)))

    assert row.remarks == ("known on one side only: limit unknown → 100",)


def test_what_is_only_in_one_release_is_added_or_removed() -> None:
    one = accuracy(0.5, 0.01, 100)

    assert compare(None, one).verdict is Verdict.ADDED
    assert compare(one, None).verdict is Verdict.REMOVED
    assert (compare(one, None).old, compare(one, None).n_old) == (0.5, 100)


def test_comparing_nothing_with_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        compare(None, None)


def test_a_missing_value_is_not_measured() -> None:
    row = compare(accuracy(0.5, 0.01), accuracy(None))

    assert row.verdict is Verdict.NOT_MEASURED
    assert row.reason == "the new result has no value"


def test_an_old_result_that_was_carried_over_is_not_measured() -> None:
    row = compare(accuracy(0.5, 0.01), accuracy(0.5, 0.01), carried_over=True, blocking=True)

    assert row.verdict is Verdict.NOT_MEASURED
    assert not row.passes


def test_a_blocking_behaviour_passes_with_a_real_loss_that_the_margin_allows() -> None:
    row = compare(accuracy(0.5, 0.001), accuracy(0.49, 0.001), margin=0.02, blocking=True)

    assert row.verdict is Verdict.HELD
    assert row.passes
    assert row.reason == "a loss of 0.01 is real, and smaller than the margin"


def test_a_blocking_behaviour_that_surely_lost_regressed() -> None:
    row = compare(accuracy(0.5, 0.005), accuracy(0.45, 0.005), blocking=True)

    assert row.verdict is Verdict.REGRESSED


def test_claims_are_adjusted_for_how_many_there_are() -> None:
    weak = compare(accuracy(0.5, 0.01), accuracy(0.531, 0.01))
    assert weak.verdict is Verdict.IMPROVED

    adjusted = adjust([weak, *many(40, 0.001)])

    assert adjusted[0].p == weak.p
    assert adjusted[0].p_adjusted == pytest.approx(1.0, abs=0.1)
    assert adjusted[0].verdict is Verdict.HELD
    assert adjusted[0].reason == "not significant among 41 comparisons"


def test_a_weak_loss_among_many_is_inconclusive_and_not_held() -> None:
    weak = compare(accuracy(0.531, 0.01, 2000), accuracy(0.5, 0.01, 2000))

    adjusted = adjust([weak, *many(40, 0.001)])[0]

    assert adjusted.verdict is Verdict.INCONCLUSIVE
    assert adjusted.reason.startswith("not significant among 41 comparisons; a loss of 0.02")
    assert adjusted.n_needed is not None


def test_strong_claims_survive_the_adjustment() -> None:
    adjusted = adjust([*many(20, 0.2), *many(20, 0.0)])

    assert [row.verdict for row in adjusted[:20]] == [Verdict.IMPROVED] * 20


def test_blocking_behaviours_are_neither_adjusted_nor_counted() -> None:
    blocking = compare(accuracy(0.5, 0.01), accuracy(0.531, 0.01), blocking=True)

    adjusted = adjust([blocking, *many(3, 0.03)])

    assert adjusted[0] == blocking
    assert adjusted[1].p_adjusted == adjusted[1].p


def test_rows_without_a_test_are_neither_adjusted_nor_counted() -> None:
    without = [
        compare(None, accuracy(0.5, 0.01)),
        compare(accuracy(0.5), accuracy(0.6)),
        compare(
            accuracy(0.5, 0.01, direction=Direction.UNKNOWN),
            accuracy(0.9, 0.01, direction=Direction.UNKNOWN),
        ),
    ]

    adjusted = adjust([*without, *many(1, 0.03)])

    assert list(adjusted[:3]) == without
    assert adjusted[3].p_adjusted == adjusted[3].p


def test_a_row_says_where_its_numbers_stand() -> None:
    row = compare(
        accuracy(0.5, 0.01), accuracy(0.5, 0.01),
        variant="shots 5", behaviour="knowledge",
        source_old="v1.0.0:evals/mmlu.json", source_new="v1.1.0:evals/mmlu.json",
    )  # fmt: skip

    assert row.source_new == "v1.1.0:evals/mmlu.json"
    assert row.key == ("mmlu", "acc", "", "shots 5")
    assert row.behaviour == "knowledge"


def test_numbers_are_free_of_binary_noise() -> None:
    row = compare(accuracy(0.1, 0.01), accuracy(0.3, 0.01))

    assert row.delta == 0.2


def test_a_row_survives_json_and_msgpack() -> None:
    row = adjust([compare(accuracy(0.5, 0.01, 99), accuracy(0.52, 0.01, 99))])[0]

    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(row), type=Comparison) == row
