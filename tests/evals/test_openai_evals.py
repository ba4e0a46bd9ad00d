"""The event log of `oaieval`."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import openai_evals, read_eval
from relnotes.evals.result import Direction, EvalFile
from relnotes.evals.sample import State

REPORT = {"accuracy": 0.75, "boostrap_std": 0.2}


def spec(name: str = "test-match.s1.simple-v0", **config: Any) -> dict[str, Any]:
    run = {
        "completion_fns": ["wren-1"],
        "eval_spec": {
            "cls": "evals.elsuite.basic.match:Match",
            "args": {"samples_jsonl": "test_match/samples.jsonl"},
            "key": name,
            "group": "test-basic",
        },
        "seed": 20220722,
        "max_samples": None,
        "command": "oaieval wren-1 test-match",
        "initial_settings": {"visible": True},
    }
    return {
        "spec": {
            "completion_fns": ["wren-1"],
            "eval_name": name,
            "base_eval": "test-match",
            "split": "s1",
            "run_config": run | config,
            "created_by": "",
            "run_id": "240401120000ABCDEFGH",
            "created_at": "2026-04-01 12:00:00.000000",
        }
    }


def event(number: int, kind: str, **data: Any) -> dict[str, Any]:
    return {
        "run_id": "240401120000ABCDEFGH",
        "event_id": number,
        "sample_id": f"test-match.s1.{number}",
        "type": kind,
        "data": data,
        "created_by": "",
        "created_at": "2026-04-01 12:00:01.000000+00:00",
    }


def matches(outcomes: str) -> list[dict[str, Any]]:
    """`+` right, `-` wrong, `!` an error; each with the sampling before it."""
    found = []
    for number, outcome in enumerate(outcomes):
        found.append(event(number, "sampling", prompt="?", sampled=["4"]))
        if outcome == "!":
            found.append(event(number, "error", type="Timeout", message="slow"))
        else:
            found.append(event(number, "match", correct=outcome == "+", expected="4", picked="4"))
    return found


def log(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def read(*records: dict[str, Any]) -> EvalFile:
    return read_eval(log(*records), "v1:evals/log.jsonl")


@pytest.mark.parametrize("first", [True, False], ids=["line 2", "last line"])
def test_the_final_report_is_found_wherever_it_stands(first: bool) -> None:
    report = {"final_report": REPORT}
    events = matches("+++-")

    file = read(spec(), *([report, *events] if first else [*events, report]))
    (accuracy,) = file.measurements

    assert file.format == "OpenAI evals log"
    assert (file.model, file.started) == ("wren-1", "2026-04-01 12:00:00.000000")
    assert accuracy.key == ("test-match.s1", "accuracy", None)
    assert (accuracy.value, accuracy.n, accuracy.direction) == (0.75, 4, Direction.HIGHER)
    assert accuracy.stderr == pytest.approx(math.sqrt(0.75 * 0.25 / 3))


def test_without_events_the_bootstrap_is_the_error_and_n_is_unknown() -> None:
    (accuracy,) = read(spec(), {"final_report": REPORT}).measurements

    assert (accuracy.n, accuracy.stderr) == (None, 0.2)
    assert accuracy.stderr_method == "bootstrap over halves"


def test_an_unfinished_run_is_never_compared_with_a_finished_one() -> None:
    whole = read(spec(), {"final_report": REPORT}, *matches("+++-"))
    cut = read(spec(), *matches("++-"))

    assert cut.measurements[0].value == pytest.approx(2 / 3)
    assert "the run did not end" in cut.remarks[0]
    assert differences(whole.measurements[0], cut.measurements[0]) == (
        "run status finished → without a final report",
    )


def test_errors_are_not_wrong_answers() -> None:
    file = read(spec(), {"final_report": {"accuracy": 0.5}}, *matches("+-!!"))

    assert file.measurements[0].n == 2
    assert "2 failed with an error" in file.remarks[0]


def test_a_report_that_contradicts_its_events_is_remarked() -> None:
    file = read(spec(), {"final_report": {"accuracy": 0.9}}, *matches("+-"))

    assert file.remarks == ("test-match.s1: the final report says 0.9, the 2 events 0.5",)


def test_counts_are_no_rates() -> None:
    report = {"counts/Y": 3, "usage_total_tokens": 9000, "score": 0.6, "nested": {"a": 1}}

    file = read(spec(), {"final_report": report})

    assert [one.metric for one in file.measurements] == ["score"]
    assert len(file.remarks) == 3


def test_the_version_of_an_eval_decides_what_may_be_compared() -> None:
    old, new = (
        read(spec(f"test-match.s1.simple-v{number}"), {"final_report": REPORT}).measurements[0]
        for number in (0, 1)
    )

    assert old.key == new.key
    assert differences(old, new) == ("task version simple-v0 → simple-v1",)


def test_a_limit_and_the_seed_that_chose_what_is_left_are_conditions() -> None:
    old, new = (
        read(spec(max_samples=limit), {"final_report": REPORT}).measurements[0]
        for limit in (None, 20)
    )

    assert "limit none → 20" in differences(old, new)
    assert ("seed", "20220722") in new.conditions
    assert "seed" not in dict(old.conditions)


def test_a_model_that_grades_itself_is_its_own_judge() -> None:
    def graded(model: str) -> EvalFile:
        grading = {"cls": "evals.elsuite.modelgraded.classify:ModelBasedClassify"}
        grading["args"] = {"modelgraded_spec": "fact"}  # type: ignore[assignment]
        written = spec(eval_spec=grading)
        written["spec"]["completion_fns"] = [model]
        return read(written, {"final_report": {"score": 0.5}})

    old, new = graded("wren-1").measurements[0], graded("wren-2").measurements[0]

    assert differences(old, new) == ("judge wren-1 → wren-2",)


def test_samples_are_read_by_the_id_that_the_harness_gives() -> None:
    data = log(spec(), {"final_report": REPORT}, *matches("+-!"), *matches("-"))

    found = list(openai_evals.read_samples(io.BytesIO(data), "x"))

    assert [(s.key, s.epoch, s.score, s.state) for s in found] == [
        ("test-match.s1.0", 1, 1.0, State.SCORED),
        ("test-match.s1.1", 1, 0.0, State.SCORED),
        ("test-match.s1.2", 1, None, State.ERRORED),
        ("test-match.s1.0", 2, 0.0, State.SCORED),
    ]
    assert {(s.task, s.metric) for s in found} == {("test-match.s1", "accuracy")}


def test_one_question_shows_no_error_and_no_question_no_value() -> None:
    one = read(spec(), {"final_report": {"accuracy": 1.0}}, *matches("+")).measurements[0]
    none = read(spec(), *matches("!"))

    assert (one.n, one.stderr) == (1, None)
    assert none.measurements == ()


def test_a_line_that_is_cut_off_is_named_with_its_line() -> None:
    whole = log(spec(), {"final_report": REPORT}, *matches("++"))

    with pytest.raises(RelnotesError) as caught:
        read_eval(whole[:-20], "v1:evals/log.jsonl")

    assert caught.value.problems[0].place.startswith("v1:evals/log.jsonl:6:")
    assert caught.value.problems[0].what == "the JSON ends too early"


def test_a_score_of_another_type_and_nan_are_problems_with_their_lines() -> None:
    odd = [event(1, "match", correct="yes"), event(2, "match", correct=float("nan"))]

    with pytest.raises(RelnotesError) as caught:
        read(spec(), {"final_report": {"accuracy": float("inf")}}, *odd)

    assert [(one.place, one.what) for one in caught.value.problems] == [
        ("v1:evals/log.jsonl:3", "correct should be a number"),
        ("v1:evals/log.jsonl:4", "correct is NaN, which is no result"),
        ("v1:evals/log.jsonl:2", "accuracy is Infinity, which is no result"),
    ]
