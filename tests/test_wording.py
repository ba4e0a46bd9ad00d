"""Numbers, dates and verdicts in words."""

from __future__ import annotations

import pytest
import records
from hypothesis import given
from hypothesis import strategies as st

from relnotes.evals.comparison import Verdict
from relnotes.publish import wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.evals.honesty import honest_sentence


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (-0.031, 3, "−0.031"),
        (0.013, 3, "+0.013"),
        (-0.0001, 3, "0.000"),
        (14042, 0, "+14,042"),
        (float("nan"), 2, "not a number"),
        (float("-inf"), 2, "−∞"),
    ],
)
def test_a_signed_number_has_a_true_minus_and_no_negative_zero(
    value: float, decimals: int, shown: str
) -> None:
    assert wording.signed(value, decimals) == shown


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 6))
def test_no_number_is_shown_with_noise_or_an_exponent(value: float, decimals: int) -> None:
    shown = wording.number(value, decimals)
    assert "e" not in shown.replace("number", "")
    assert len(shown.partition(".")[2]) <= 6


def test_what_would_settle_an_inconclusive_eval_is_said() -> None:
    words = eval_wording.verdict_words(records.EVALS[2])
    assert words == "inconclusive: 1,900 questions would settle it, 100 were run"


def test_the_worst_is_told_first_and_what_blocks_a_release_always() -> None:
    told = [one.task for one in eval_wording.told(records.EVALS)]
    assert told == ["TruthfulQA", "MMLU", "HarmBench"]


def test_the_rest_is_not_called_safe_but_unseen() -> None:
    assert honest_sentence(records.EVALS) == (
        "In the other 38 nothing moved by more than could be noise; "
        "a drop of up to 7.1 points could have gone unseen (HarmBench refusal_rate)."
    )


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ("regressed held", "In the other one nothing moved"),
        ("held", "No task moved"),
        ("held inconclusive", "No task moved"),
        ("improved", ""),
        ("added removed", ""),
    ],
)
def test_the_honest_sentence_is_about_what_did_not_move(verdicts: str, words: str) -> None:
    rows = [records.comparison("e", verdict=Verdict(one)) for one in verdicts.split()]
    said = honest_sentence(rows)
    assert said.startswith(words)
    assert bool(said) == bool(words)


def test_what_has_no_known_error_is_never_called_safe() -> None:
    unknown = records.comparison("f", se=None)
    assert honest_sentence([unknown]).endswith(
        "; how large a drop could have gone unseen is not known."
    )
    said = honest_sentence([records.comparison("e"), unknown])
    assert said.endswith("(e acc), and of 1 the error is not known at all.")
    assert "any drop at all" in honest_sentence([records.comparison("e", se=0.5)])


def test_what_was_not_run_is_said() -> None:
    said = eval_wording.counts_sentence(records.NO_EVALS, first=False)
    assert said == "No eval result came with this release."


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2026-04-24", "2026-04-28", "24–28 April 2026"),
        ("2026-04-24", "2026-05-02", "24 April – 2 May 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 – 2 January 2026"),
        ("2026-04-24", "2026-04-24", "24 April 2026"),
        (None, "2026-04-24", "24 April 2026"),
    ],
)
def test_a_span_of_days_does_not_repeat_itself(
    start: str | None, end: str | None, shown: str
) -> None:
    assert wording.span(start, end) == shown


def test_a_day_is_that_of_the_writers_own_calendar() -> None:
    assert wording.day("2026-04-25T00:30:00+02:00") == "25 April 2026"
    assert wording.day("last week") == "last week"


def test_a_digest_is_cut_and_other_words_are_not() -> None:
    text = f"weights {records.OLD_WEIGHTS} of wren-2026, facade 1234567"
    assert wording.short_digest(text) == "weights sha256:9f2c41d0… of wren-2026, facade 1234567"


def test_verdicts_have_a_mark_each() -> None:
    assert set(eval_wording.MARKS) == {verdict.value for verdict in Verdict}
    assert len(set(eval_wording.MARKS.values())) == len(Verdict)


def test_an_excerpt_ends_between_words() -> None:
    assert wording.excerpt("one two three four", 12) == "one two…"
    assert wording.excerpt("one\n two", 12) == "one two"


def test_a_headline_is_the_first_sentence() -> None:
    assert wording.headline("Invents citations. Asked for more, it does it again.") == (
        "Invents citations"
    )
    assert wording.headline("one two three four", 12) == "one two…"
