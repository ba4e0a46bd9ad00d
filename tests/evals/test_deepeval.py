"""Test runs of DeepEval; `fixtures/deepeval` holds a real one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import deepeval, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind
from relnotes.evals.sample import State

REAL = (Path(__file__).parent / "fixtures" / "deepeval" / "test_run.json").read_bytes()


def case(question: str, *metrics: dict[str, Any], success: bool | None = True) -> dict[str, Any]:
    return {"name": "test_case_0", "input": question, "success": success, "metricsData": [*metrics]}


def metric(score: Any, success: bool = True, **more: Any) -> dict[str, Any]:
    written = {"name": "Faithfulness", "threshold": 0.7, "success": success, "score": score}
    return written | {"evaluationModel": "J-2"} | more


def run(*cases: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"testCases": cases, "metricsScores": [], **more}, indent=1).encode()


def read(*cases: dict[str, Any], **more: Any) -> EvalFile:
    return read_eval(run(*cases, **more), "v1:evals/run.json")


def test_a_real_run_is_read_with_the_numbers_of_its_own_summary() -> None:
    file = read_eval(REAL, "x")
    found = {one.metric: one for one in file.measurements}
    summary = {one["metric"]: one["scores"] for one in json.loads(REAL)["metricsScores"]}

    assert (file.format, file.model) == ("DeepEval test run", "wren-1")
    for name, scores in summary.items():
        assert found[name].value == pytest.approx(sum(scores) / len(scores))
        assert found[name].n == len(scores)


def test_which_way_is_better_is_told_by_the_thresholds() -> None:
    found = {one.metric: one.direction for one in read_eval(REAL, "x").measurements}

    assert found == {
        "Length": Direction.HIGHER,
        "Shouting": Direction.LOWER,
        "pass_rate": Direction.HIGHER,
    }


def test_a_metric_that_passes_on_both_sides_has_no_direction() -> None:
    file = read(case("a", metric(0.9)), case("b", metric(0.1)))

    assert file.measurements[0].direction is Direction.UNKNOWN
    assert "both sides" in file.remarks[0]


def test_a_metric_that_broke_is_no_failure_of_the_model() -> None:
    file = read_eval(REAL, "x")
    passed = file.measurements[-1]

    assert (passed.metric, passed.n, passed.value) == ("pass_rate", 3, pytest.approx(1 / 3))
    assert [remark for remark in file.remarks if "1 failed with an error" in remark] == [
        "deepeval Length: 3 scored, 1 failed with an error; those are not counted",
        "deepeval pass_rate: 3 scored, 1 failed with an error; those are not counted",
    ]


def test_another_judge_is_not_comparable() -> None:
    old = read(case("a", metric(0.9)))
    new = read(case("a", metric(0.9, evaluationModel="J-3")))

    assert differences(old.measurements[0], new.measurements[0]) == ("judge J-2 → J-3",)


def test_another_threshold_changes_only_the_pass_rate() -> None:
    old = read(case("a", metric(0.9)))
    new = read(case("a", metric(0.9, threshold=0.5)))

    assert differences(old.measurements[0], new.measurements[0]) == ()
    assert differences(old.measurements[1], new.measurements[1]) == (
        "thresholds Faithfulness 0.7 → Faithfulness 0.5",
    )


def test_scores_of_parts_of_a_trace_are_not_of_the_case() -> None:
    summary = [{"metric": "Faithfulness", "scores": [0.45, 0.91, 0.88], "passes": 2, "fails": 1}]

    file = read(case("a", metric(0.45, success=False), success=False), metricsScores=summary)

    assert file.measurements[0].n == 1
    assert "3 scores, 1 of them of whole cases" in file.remarks[0]


def test_the_shape_of_older_and_of_returned_results_is_read_too() -> None:
    older = {"metric": "Bias", "score": 0.2, "minimumScore": 0.5}
    returned = {"name": "Bias", "score": 0.4, "threshold": 0.5, "success": True}

    first = read_eval(run({"name": "x", "input": "q", "metricsMetadata": [older]}), "x")
    second = read_eval(
        json.dumps(
            {"test_results": [{"input": "q", "success": True, "metrics_data": [returned]}]}
        ).encode(),
        "x",
    )

    assert first.measurements[0].value == 0.2
    assert second.measurements[0].value == 0.4
    assert second.measurements[0].direction is Direction.LOWER


def test_the_task_is_what_stays_from_run_to_run() -> None:
    assert read(case("a", metric(1)), datasetAlias="support").measurements[0].task == "support"
    assert read(case("a", metric(1)), testFile="test_a.py").measurements[0].task == "test_a.py"


def test_a_score_beyond_one_has_no_scale() -> None:
    (first, _) = read(case("a", metric(4)), case("b", metric(5))).measurements

    assert (first.kind, first.unit) == (Kind.UNBOUNDED, None)


def test_samples_are_known_by_what_was_asked_not_by_their_position() -> None:
    one = list(deepeval.read_samples(io.BytesIO(run(case("a", metric(1)))), "x"))
    other = list(
        deepeval.read_samples(
            io.BytesIO(run(case("b", metric(0)), case("a", metric(0.5)), case("a", metric(0)))), "x"
        )
    )

    assert one[0].key == other[1].key == other[2].key != other[0].key
    assert [sample.epoch for sample in other] == [1, 1, 2]


def test_samples_of_a_real_run_say_which_could_not_be_scored() -> None:
    found = list(deepeval.read_samples(io.BytesIO(REAL), "x"))

    assert len(found) == 8
    assert [(s.metric, s.score) for s in found if s.state is State.ERRORED] == [("Length", None)]


def test_a_conversation_is_known_by_what_its_user_said() -> None:
    def conversation(answer: str) -> dict[str, Any]:
        turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": answer}]
        return {"name": "c", "success": True, "turns": turns, "metricsData": [metric(1)]}

    found = [
        next(deepeval.read_samples(io.BytesIO(run(conversationalTestCases=[conversation(x)])), "x"))
        for x in ("hello", "good day")
    ]

    assert found[0].key == found[1].key


def test_all_scores_null_give_no_value() -> None:
    first = read(case("a", metric(None)), case("b", metric(None))).measurements[0]

    assert (first.value, first.n, first.stderr) == (None, 0, None)


def test_zero_variance_is_an_error_of_zero_and_one_case_has_none() -> None:
    same = read(case("a", metric(1)), case("b", metric(1))).measurements[0]
    single = read(case("a", metric(1))).measurements[0]

    assert (same.stderr, single.stderr) == (0.0, None)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (metric("good"), "score should be a number"),
        (metric(float("nan")), "score is NaN, which is no result"),
        (metric(float("-inf")), "score is -Infinity, which is no result"),
        ({"score": 1}, "a metric should be an object with a name"),
        (7, "a metric should be an object with a name"),
    ],
)
def test_a_score_that_is_none_is_a_problem_with_its_place(bad: Any, what: str) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(case("a", metric(1)), case("b", bad))

    (problem,) = caught.value.problems
    assert problem.what == what
    assert problem.place.startswith("v1:evals/run.json:")


def test_a_run_that_is_cut_off_says_where() -> None:
    with pytest.raises(RelnotesError) as caught:
        read_eval(REAL[: len(REAL) // 2], "x")

    assert caught.value.problems[0].what == "the JSON ends too early"
