"""Results on the Hugging Face Hub: `model-index` in a card, and `.eval_results`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.comparison import Verdict, compare
from relnotes.evals.readers import read_eval
from relnotes.evals.readers.written_value import WrittenValue, parse
from relnotes.evals.result import Direction, EvalFile

CARD = """\
---
language: en
license: apache-2.0
model-index:
- name: Wren 1
  results:
  - task:
      type: text-generation
      name: Text Generation
    dataset:
      name: AI2 Reasoning Challenge (25-Shot)
      type: ai2_arc
      config: ARC-Challenge
      split: test
      revision: 5503434ddd753f426f4b38109466949a1217c2bb
      args:
        num_few_shot: 25
    metrics:
    - type: acc_norm
      value: 59.98
      name: normalized accuracy
---

# Wren 1

model-index: is what this text is about.
"""

RESULTS = """\
# as the Hub describes it
- dataset:
    id: cais/hle
    task_id: default
    revision: 5503434ddd753f426f4b38109466949a1217c2bb
  value: 20.90
  verifyToken: eyJhbGciOi.J.x
  date: "2026-01-15"
  source:
    url: https://huggingface.co/spaces/example/traces
    name: Eval traces
  notes: "no-tools"
- dataset:
    id: Idavidrein/gpqa
    task_id: gpqa_diamond
  value: 0.412
"""


def read(text: str) -> EvalFile:
    return read_eval(text.encode(), "v1:evals/hub")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(RelnotesError) as caught:
        read(text)
    return caught.value.problems


def card(value: str) -> EvalFile:
    return read(CARD.replace("value: 59.98", f"value: {value}"))


# -- cards -------------------------------------------------------------------------------------


def test_a_card_gives_its_metrics_and_how_they_were_measured() -> None:
    file = read(CARD)
    (one,) = file.measurements

    assert (file.format, file.model) == ("Hugging Face model card", "Wren 1")
    assert one.key == ("ai2_arc ARC-Challenge", "acc_norm", None)
    assert (one.value, one.n, one.stderr) == (59.98, None, None)
    assert {"shots": "25", "split": "test"}.items() <= dict(one.conditions).items()
    assert dict(one.conditions)["dataset revision"].startswith("5503434")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20.0 ± 1.2", 20.0),
        ('"20.0 +/- 1.2"', 20.0),
        ("0.85 (0.01)", 0.85),
        ('"-1.5"', -1.5),
        ('"1,234.5"', 1234.5),
        ("~71", 71.0),
        ("n/a", None),
        ("'-'", None),
    ],
)
def test_a_value_may_be_text(text: str, value: float | None) -> None:
    assert card(text).measurements[0].value == value


def test_what_stands_behind_a_plus_minus_is_no_standard_error() -> None:
    file = card("20.0 ± 1.2")

    assert file.measurements[0].stderr is None
    assert any("not said to be a standard error" in remark for remark in file.remarks)


def test_a_percent_sign_gives_the_scale() -> None:
    (one,) = card("59.98%").measurements

    assert (one.unit, one.high, one.direction) == ("percent", 100.0, Direction.HIGHER)


def test_a_fraction_in_one_card_and_a_percentage_in_the_next_are_not_subtracted() -> None:
    old, new = card("0.5998").measurements[0], card("61.2").measurements[0]

    assert compare(old, new).verdict is Verdict.NOT_COMPARABLE


def test_a_metric_without_a_scale_is_not_compared_across_scales() -> None:
    def bleu(value: str) -> EvalFile:
        return read(CARD.replace("acc_norm", "bleu").replace("59.98", value))

    old, new = bleu("0.27").measurements[0], bleu("27.9").measurements[0]

    assert differences(old, new) == ("written scale up to 1 → above 1",)
    assert differences(new, bleu("29.1").measurements[0]) == ()


def test_nothing_is_claimed_of_two_cards_since_neither_n_nor_error_is_known() -> None:
    row = compare(card("50").measurements[0], card("80").measurements[0])

    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.delta == 30


def test_another_number_of_shots_is_not_comparable() -> None:
    few = read(CARD.replace("num_few_shot: 25", "num_few_shot: 5"))

    assert differences(read(CARD).measurements[0], few.measurements[0]) == ("shots 25 → 5",)


def test_a_metric_given_twice_is_told_apart_by_its_name() -> None:
    second = "    - type: acc_norm\n      value: 61.0\n      name: with a hint\n---\n"

    file = read(CARD.replace("---\n\n# Wren", second + "\n# Wren"))

    assert {one.filter for one in file.measurements} == {"normalized accuracy", "with a hint"}


def test_a_metric_given_twice_under_one_name_is_a_problem() -> None:
    second = "    - type: acc_norm\n      value: 61.0\n      name: normalized accuracy\n---\n"

    (problem,) = problems_of(CARD.replace("---\n\n# Wren", second + "\n# Wren"))

    assert problem.what == "ai2_arc ARC-Challenge acc_norm is given twice"
    assert problem.place == "v1:evals/hub:22:7"


def test_several_models_in_a_card_are_told_apart() -> None:
    two = CARD.replace(
        "---\n\n#",
        "- name: Finch\n  results:\n  - dataset: {type: mmlu}\n"
        "    metrics: [{type: acc, value: 0.5}]\n---\n\n#",
    )

    assert [one.task for one in read(two).measurements] == [
        "Wren 1: ai2_arc ARC-Challenge",
        "Finch: mmlu",
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("good", '"good" is no number'),
        (".nan", "value is .nan, which is no result"),
        (".inf", "value is .inf, which is no result"),
        ("[1, 2]", "value should be a number"),
        ('"1e999"', '"1e999" is no number'),
    ],
)
def test_a_value_that_is_no_number_is_a_problem_with_its_place(value: str, what: str) -> None:
    (problem,) = problems_of(CARD.replace("value: 59.98", f"value: {value}"))

    assert (problem.place, problem.what) == ("v1:evals/hub:20:14", what)


def test_front_matter_that_does_not_end_is_a_problem() -> None:
    (problem,) = problems_of(CARD.partition("---\n\n#")[0])

    assert problem.what == "the front matter does not end"


def test_a_card_without_results_is_not_recognised() -> None:
    (problem,) = problems_of("---\nlicense: mit\n---\n\n# A model\n")

    assert "no known format" in problem.what


def test_an_alias_in_a_card_is_refused() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nmodel-index: *b\n---\n"

    assert "alias" in str(problems_of(bomb))


@given(st.text(max_size=20))
def test_any_text_is_a_value_or_none(text: str) -> None:
    found = parse(text)

    assert found is None or isinstance(found, WrittenValue)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_was_written_is_the_number_that_is_read(number: float) -> None:
    assert parse(str(number)) == WrittenValue(number)


# -- .eval_results -----------------------------------------------------------------------------


def test_each_entry_is_a_measurement_of_an_unnamed_metric() -> None:
    file = read(RESULTS)

    assert file.format == "Hugging Face .eval_results"
    assert file.started == "2026-01-15"
    assert [(one.key, one.value) for one in file.measurements] == [
        (("cais/hle", "score", None), 20.9),
        (("Idavidrein/gpqa gpqa_diamond", "score", None), 0.412),
    ]
    assert {one.direction for one in file.measurements} == {Direction.UNKNOWN}
    assert "eyJ" not in repr(file)


def test_an_unknown_direction_makes_no_claim() -> None:
    new = read(RESULTS.replace("20.90", "25.0"))

    assert compare(read(RESULTS).measurements[0], new.measurements[0]).verdict is Verdict.CHANGED


def test_a_score_on_another_scale_is_not_comparable() -> None:
    new = read(RESULTS.replace("0.412", "41.9"))

    assert differences(read(RESULTS).measurements[1], new.measurements[1]) == (
        "written scale up to 1 → above 1",
    )


def test_another_setup_or_revision_is_not_comparable() -> None:
    new = read(RESULTS.replace("no-tools", "tools").replace("5503434d", "77777777"))

    said = differences(read(RESULTS).measurements[0], new.measurements[0])

    assert [one.partition(" 5")[0].partition(" no")[0] for one in said] == [
        "dataset revision",
        "setup",
    ]


def test_what_an_entry_lacks_is_said_all_at_once() -> None:
    broken = "- dataset:\n    id: a/b\n  value: 1\n- dataset:\n    task_id: t\n  value: x\n"

    found = problems_of(broken)

    assert [(one.place, one.what) for one in found] == [
        ("v1:evals/hub:2:5", "dataset.task_id is missing"),
        ("v1:evals/hub:5:5", "dataset.id is missing"),
    ]


def test_an_entry_given_twice_is_a_problem() -> None:
    (problem,) = problems_of(
        RESULTS + "- dataset:\n    id: Idavidrein/gpqa\n    task_id: gpqa_diamond\n  value: 0.5\n"
    )

    assert problem.what == "Idavidrein/gpqa gpqa_diamond is given twice"


def test_other_settings_of_the_data_or_the_metric_are_not_comparable() -> None:
    def with_settings(order: int, subset: str) -> EvalFile:
        text = CARD.replace("num_few_shot: 25", f"num_few_shot: 25\n        part: {subset}")
        return read(text.replace("value: 59.98", f"value: 59.98\n      args: {{order: {order}}}"))

    old, new = with_settings(4, "easy").measurements[0], with_settings(2, "hard").measurements[0]

    assert [one.partition(" →")[0].rpartition(" ")[0] for one in differences(old, new)] == [
        "dataset settings",
        "scorer with",
    ]
