"""What is said of pairs: verdicts, missing scores, samples that do not explain their totals."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from relnotes.evals.comparison import Comparison, Settings, Verdict, adjust, compare
from relnotes.evals.overlap import Pairs, score_range
from relnotes.evals.pairing import Flips, flips, pair
from relnotes.evals.result import Direction, Kind, Measurement
from relnotes.evals.sample import by_position
from relnotes.evals.scores import Series

Answers = dict[str, float | None]


def answers(*groups: tuple[int, float | None], start: int = 0) -> Answers:
    """So many questions with that score, then so many with the next."""
    scores = [score for count, score in groups for _ in range(count)]
    return {f"q{number}": score for number, score in enumerate(scores, start=start)}


def mean(given: Answers) -> float:
    scored = [score for score in given.values() if score is not None]
    return sum(scored) / len(scored)


def total_of(given: Answers, **more: Any) -> Measurement:
    """What a harness would say of them."""
    fields = {"direction": Direction.HIGHER, "kind": Kind.BINARY, "unit": "fraction"}
    known = {"value": mean(given), "n": len(given), **fields, **more}
    return Measurement("mmlu", "acc", None, **known)


def pairs_of(
    old: Answers, new: Answers, of: Measurement, clusters: dict[str, str] | None = None
) -> Pairs:
    sides = [Series(one, clusters or {}) for one in (old, new)]
    return pair(*sides, partial(score_range, of))


def compared(
    old: Answers,
    new: Answers,
    *,
    clusters: dict[str, str] | None = None,
    asked: Settings | None = None,
    blocking: bool = False,
    **more: Any,
) -> Comparison:
    before, after = total_of(old, **more), total_of(new, **more)
    pairs = pairs_of(old, new, after, clusters)
    return compare(before, after, asked or Settings(), pairs=pairs, blocking=blocking)


# -- right and wrong -----------------------------------------------------------------------------


def test_pairs_find_what_totals_cannot() -> None:
    """875 of 1000 and 850 of 1000: as totals z is 1.6; by question 35 were lost and 10 gained."""
    old = answers((840, 1.0), (35, 1.0), (10, 0.0), (115, 0.0))
    new = answers((840, 1.0), (35, 0.0), (10, 1.0), (115, 0.0))

    row, totals = compared(old, new), compare(total_of(old), total_of(new))

    assert totals.verdict is Verdict.INCONCLUSIVE
    assert row.verdict is Verdict.REGRESSED
    assert row.paired
    assert row.delta == pytest.approx(-0.025)
    assert (row.n_common, row.coverage) == (1000, 1.0)
    assert row.method == "paired, McNemar mid-p and Tango interval"


def test_the_bounds_of_a_change_are_worst_and_best() -> None:
    row = compared(answers((50, 1.0), (50, 0.0)), answers((55, 1.0), (45, 0.0)))

    assert row.worst is not None
    assert row.best is not None
    assert row.worst < 0.05 < row.best


def test_as_many_lost_as_gained_is_no_proof_that_nothing_changed() -> None:
    row = compared(answers((50, 1.0), (50, 0.0)), answers((50, 0.0), (50, 1.0)))

    assert row.old == row.new
    assert row.verdict is Verdict.INCONCLUSIVE


def test_the_same_answers_have_held() -> None:
    same = answers((7, 1.0), (3, 0.0))

    assert compared(same, same).verdict is Verdict.HELD


def test_a_blocking_eval_with_few_questions_has_not_shown_anything_by_the_same_answers() -> None:
    few, many = answers((7, 1.0), (3, 0.0)), answers((700, 1.0), (300, 0.0))

    assert compared(few, few, blocking=True).verdict is Verdict.INCONCLUSIVE
    assert compared(many, many, blocking=True).verdict is Verdict.HELD


def test_questions_that_hang_together_are_taken_in_clusters() -> None:
    old, new = answers((80, 0.0)), answers((40, 1.0), (40, 0.0))
    clusters = {key: str(number // 20) for number, key in enumerate(old)}

    row = compared(old, new, clusters=clusters)

    assert row.method == "paired t with clustered errors"
    assert row.verdict is Verdict.INCONCLUSIVE
    assert compared(old, new).verdict is Verdict.IMPROVED
    assert "4 groups that hang together" in row.remarks[0]


def test_a_claim_that_does_not_survive_many_others_is_judged_by_its_own_n() -> None:
    weak = compared(answers((10, 1.0), (90, 0.0)), answers((4, 1.0), (96, 0.0)))
    rows = [weak] + [structs.replace(weak, verdict=Verdict.INCONCLUSIVE, p=0.9)] * 30

    found = adjust(rows)[0]

    assert weak.verdict is Verdict.REGRESSED
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "not significant among 31 comparisons" in found.reason
    assert "100 were asked" in found.reason


# -- numbers -------------------------------------------------------------------------------------


def test_scores_that_are_numbers_take_the_t_test() -> None:
    dice = random.Random(3)
    old = {f"q{i}": dice.uniform(0, 1) for i in range(200)}
    new = {key: min(1.0, score + 0.03 + dice.gauss(0, 0.02)) for key, score in old.items()}

    row = compared(old, new, kind=Kind.BOUNDED, low=0.0, high=1.0)

    assert (row.method, row.verdict) == ("paired t", Verdict.IMPROVED)


def test_a_difference_below_the_printed_precision_is_no_change() -> None:
    dice = random.Random(4)
    old = {f"q{i}": dice.uniform(5, 9) for i in range(200)}
    new = {key: score + 1e-7 * dice.uniform(0.9, 1.1) for key, score in old.items()}

    row = compared(old, new, kind=Kind.UNBOUNDED, unit=None, direction=Direction.LOWER)

    assert row.verdict is Verdict.HELD


def test_percent_is_understood_whatever_the_samples_are_written_in() -> None:
    old, new = answers((50, 1.0), (50, 0.0)), answers((90, 1.0), (10, 0.0))
    more = {"unit": "percent", "low": 0.0, "high": 100.0}
    totals = [total_of(one, value=100 * mean(one), **more) for one in (old, new)]

    row = compare(*totals, pairs=pairs_of(old, new, totals[1]))

    assert row.paired
    assert row.delta == 40
    assert row.verdict is Verdict.IMPROVED


# -- what is missing -----------------------------------------------------------------------------


def test_missing_scores_that_could_turn_the_verdict_over_make_it_inconclusive() -> None:
    old = answers((100, 0.0), (100, 1.0))
    new = answers((20, 1.0), (80, 0.0), (75, 1.0), (25, None))

    row = compared(old, new)

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.reason == (
        "improved by the scores there are, but 25 questions have none"
        " and could make it inconclusive"
    )
    assert row.n_common == 175
    assert row.coverage == 0.875
    assert row.worst is not None
    assert row.worst < 0


def test_a_few_missing_scores_leave_a_clear_verdict_and_a_remark() -> None:
    old = answers((100, 0.0), (100, 1.0))
    new = answers((80, 1.0), (20, 0.0), (98, 1.0), (2, None))

    row = compared(old, new)

    assert row.verdict is Verdict.IMPROVED
    assert "2 questions without a score in one of the releases" in row.remarks


def test_missing_scores_of_an_unbounded_metric_have_no_bounds() -> None:
    old, new = answers((5, 1.0), (5, 2.5)), answers((4, 1.5), (1, None), (5, 2.0))
    of = total_of(new, kind=Kind.UNBOUNDED, unit=None)

    assert pairs_of(old, new, of).at_worst is None


def test_what_only_one_release_asked_is_remarked() -> None:
    old = answers((60, 1.0), (40, 0.0))
    new = {**answers((60, 1.0), (40, 0.0)), **answers((10, 1.0), start=500)}

    row = compared(old, new)

    assert row.paired
    assert "10 questions asked in the new release only" in row.remarks
    assert row.coverage == pytest.approx(100 / 110)


def test_mostly_different_questions_are_not_comparable() -> None:
    old, new = answers((60, 1.0), (40, 0.0)), answers((60, 1.0), (40, 0.0), start=70)

    row = compared(old, new)

    assert row.verdict is Verdict.NOT_COMPARABLE
    assert row.reason == "questions: only 30 of 170 were asked in both releases"
    assert compared(old, new, asked=Settings(min_overlap=0.1)).paired


def test_no_question_in_common_leaves_the_totals() -> None:
    row = compared(answers((50, 1.0)), answers((50, 1.0), start=900))

    assert not row.paired
    assert "the samples of the releases have no question in common" in row.remarks


def test_all_scores_missing_leaves_the_totals() -> None:
    old, new = answers((50, 1.0)), answers((50, None))
    pairs = pairs_of(old, new, total_of(old))

    row = compare(total_of(old), total_of(old), pairs=pairs)

    assert not row.paired
    assert "no question has a score in both releases" in row.remarks


def test_questions_without_names_are_matched_by_position_with_a_remark() -> None:
    old, new = ({by_position(i): float(i < right) for i in range(50)} for right in (20, 30))

    row = compared(old, new)

    assert row.paired
    assert "matched by their position" in row.remarks[0]


def test_names_on_one_side_only_cannot_be_paired() -> None:
    row = compared({by_position(i): 1.0 for i in range(50)}, answers((50, 1.0)))

    assert not row.paired
    assert "does not name its questions" in row.remarks[0]


def test_samples_that_do_not_explain_the_total_are_not_used() -> None:
    old, new = answers((60, 1.0), (40, 0.0)), answers((70, 1.0), (30, 0.0))
    totals = total_of(old, value=0.55), total_of(new)

    row = compare(*totals, pairs=pairs_of(old, new, totals[1]))

    assert not row.paired
    assert "the old samples have the mean 0.6 and the result is 0.55" in row.remarks[0]


def test_a_total_that_was_rounded_is_explained() -> None:
    old, new = answers((1, 1.0), (2, 0.0)), answers((2, 1.0), (1, 0.0))
    totals = total_of(old, value=0.333), total_of(new, value=0.667)

    assert compare(*totals, pairs=pairs_of(old, new, totals[1])).paired


def test_a_changed_judge_is_not_comparable_whatever_the_samples_say() -> None:
    old, new = answers((60, 1.0), (40, 0.0)), answers((70, 1.0), (30, 0.0))
    totals = [
        total_of(one, conditions=(("judge", judge),)) for one, judge in ((old, "a"), (new, "b"))
    ]

    row = compare(*totals, pairs=pairs_of(old, new, totals[1]))

    assert row.verdict is Verdict.NOT_COMPARABLE


# -- laws ----------------------------------------------------------------------------------------

kept = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1, max_size=300
)
numbers = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=60)
SWAPPED = {Verdict.IMPROVED: Verdict.REGRESSED, Verdict.REGRESSED: Verdict.IMPROVED}
NUMBERS: dict[str, Any] = {"kind": Kind.BOUNDED, "low": 0.0, "high": 1.0}


def sides(drawn: list[tuple[float, float]]) -> tuple[Answers, Answers]:
    old, new = (
        {f"q{number}": score for number, score in enumerate(side)}
        for side in zip(*drawn, strict=True)
    )
    return old, new


@given(kept | numbers)
def test_comparing_a_thing_with_itself_changes_nothing(drawn: list[tuple[float, float]]) -> None:
    old, _ = sides(drawn)

    row = compared(old, old, **NUMBERS)

    assert row.delta == 0
    assert row.verdict is Verdict.HELD


@given(kept | numbers)
@settings(max_examples=60)
def test_swapping_old_and_new_swaps_improved_and_regressed(
    drawn: list[tuple[float, float]],
) -> None:
    old, new = sides(drawn)
    asked = Settings(margin=None)  # held is not symmetric: a loss must be excluded, a gain need not

    there, back = (
        compared(old, new, asked=asked, **NUMBERS),
        compared(new, old, asked=asked, **NUMBERS),
    )

    assert back.verdict is SWAPPED.get(there.verdict, there.verdict)
    assert back.p == pytest.approx(there.p)


@given(kept | numbers, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_questions_is_irrelevant_to_the_last_digit(
    drawn: list[tuple[float, float]], dice: random.Random
) -> None:
    old, new = sides(drawn)
    names = list(new)
    dice.shuffle(names)

    # The same totals, as a file says them; only the order of the samples differs.
    totals = total_of(old, **NUMBERS), total_of(new, **NUMBERS)
    shuffled = {name: new[name] for name in names}
    rows = [compare(*totals, pairs=pairs_of(old, one, totals[1])) for one in (new, shuffled)]

    assert rows[0] == rows[1]


@given(numbers, st.sampled_from([0.001, 0.5, 8.0, 100.0]))
@settings(max_examples=60)
def test_the_unit_of_a_score_changes_no_verdict(
    drawn: list[tuple[float, float]], factor: float
) -> None:
    old, new = sides(drawn)
    scaled = [
        {key: None if score is None else factor * score for key, score in side.items()}
        for side in (old, new)
    ]
    more: dict[str, Any] = {"kind": Kind.UNBOUNDED, "unit": None}

    assert compared(*scaled, **more).verdict is compared(old, new, **more).verdict


# -- flips ---------------------------------------------------------------------------------------


def test_flips_are_named_and_counted() -> None:
    old = {"a": 0.0, "b": 1.0, "c": 1.0, "d": 0.0, "e": None, "f": 0.5}
    new = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": 1.0, "f": 1.0}

    assert flips(Series(old), Series(new), 1) == Flips(("a",), ("b",), 1, 2)
