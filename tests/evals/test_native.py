"""The plain YAML of teams with a harness of their own."""

from __future__ import annotations

import pytest

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Direction, EvalFile, Kind

WHOLE = """\
format: relnotes-eval/1
harness: {name: inhouse, version: "3.1"}
date: 2026-04-20
model: wren-2026
tasks:
  - task: sycophancy
    version: 2
    dataset: {name: sycophancy-probes, revision: 0002e668, split: test}
    n: 400
    shots: 0
    prompt_hash: 1f2e88
    judge: {model: J-2, prompt_hash: 77aa}
    limit: 100
    metrics:
      - {name: rate, value: 0.12, stderr: 0.016, direction: lower, unit: fraction,
         filter: none, range: [0, 1], kind: binary}
"""


def read(text: str) -> EvalFile:
    return read_eval(text.encode(), "v1:evals/own.yaml")


def small(metric: str) -> str:
    return f"""\
format: relnotes-eval/1
harness: {{name: inhouse, version: 1}}
tasks:
  - task: t
    n: 50
    metrics:
      - {{{metric}}}
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(RelnotesError) as caught:
        read(text)
    return caught.value.problems


def test_a_whole_file_is_read() -> None:
    file = read(WHOLE)
    (measurement,) = file.measurements

    assert (file.harness, file.harness_version, file.model) == ("inhouse", "3.1", "wren-2026")
    assert file.started == "2026-04-20"
    assert measurement.key == ("sycophancy", "rate", None)
    assert (measurement.value, measurement.stderr, measurement.n) == (0.12, 0.016, 400)
    assert (measurement.direction, measurement.kind) == (Direction.LOWER, Kind.BINARY)
    assert (measurement.unit, measurement.low, measurement.high) == ("fraction", 0, 1)
    assert measurement.conditions == (
        ("dataset", "sycophancy-probes"),
        ("dataset revision", "0002e668"),
        ("harness", "inhouse 3"),
        ("judge", "J-2"),
        ("judge prompt", "77aa"),
        ("limit", "100"),
        ("prompt template", "1f2e88"),
        ("shots", "0"),
        ("split", "test"),
        ("task version", "2"),
    )


def test_another_judge_is_not_comparable() -> None:
    old, new = read(WHOLE), read(WHOLE.replace("J-2", "J-3"))

    assert differences(old.measurements[0], new.measurements[0]) == ("judge J-2 → J-3",)


def test_json_is_yaml_too() -> None:
    text = (
        '{"format": "relnotes-eval/1", "harness": {"name": "x", "version": "1"},'
        ' "tasks": [{"task": "t", "metrics": [{"name": "acc", "value": 0.5}]}]}'
    )

    assert read(text).measurements[0].value == 0.5


def test_what_is_left_out_comes_from_the_table() -> None:
    (measurement,) = read(small("name: acc, value: 0.5")).measurements

    assert measurement.direction is Direction.HIGHER
    assert (measurement.kind, measurement.unit) == (Kind.BINARY, "fraction")
    assert measurement.n == 50


def test_the_unit_sets_the_range() -> None:
    (measurement,) = read(small("name: acc, value: 87.5, unit: percent")).measurements

    assert (measurement.low, measurement.high, measurement.kind) == (0, 100, Kind.BINARY)


def test_an_unknown_metric_with_a_range_is_bounded_and_has_no_direction() -> None:
    (measurement,) = read(small("name: charm, value: 3.5, range: [1, 5]")).measurements

    assert (measurement.kind, measurement.direction) == (Kind.BOUNDED, Direction.UNKNOWN)


def test_a_value_may_be_left_empty() -> None:
    assert read(small("name: acc, value: ")).measurements[0].value is None


def test_a_metric_may_have_its_own_n() -> None:
    assert read(small("name: acc, value: 0.5, n: 7")).measurements[0].n == 7


def test_a_value_outside_its_range_says_where_and_how_to_mend_it() -> None:
    (problem,) = problems_of(small("name: acc, value: 87.5"))

    assert problem.place == "v1:evals/own.yaml:7:28"
    assert problem.what == "acc is 87.5, which is not from 0 to 1"
    assert "unit" in problem.mend


def test_the_same_result_given_twice_is_a_problem() -> None:
    metric = "      - {name: acc, value: 0.5}\n"

    (problem,) = problems_of(small("name: acc, value: 0.5") + metric)

    assert problem.place == "v1:evals/own.yaml:8:9"
    assert "given twice" in problem.what


def test_the_same_task_at_other_shots_is_another_result() -> None:
    text = WHOLE + WHOLE[WHOLE.index("  - task") :].replace("shots: 0", "shots: 5")

    assert len(read(text).measurements) == 2


@pytest.mark.parametrize(
    "metric",
    [
        "name: acc, value: .nan",
        "name: acc, value: .inf",
        "name: acc, value: high",
        "name: acc, value: 0.5, stderr: -0.1",
        "name: acc, value: 0.5, n: -1",
        "name: acc, value: 0.5, direction: up",
        "name: acc, value: 0.5, kind: ordinal",
        "name: acc, vlaue: 0.5",
        "name: acc",
    ],
)
def test_what_is_wrong_in_a_metric_is_said_with_its_line(metric: str) -> None:
    for problem in problems_of(small(metric)):
        assert problem.place.startswith("v1:evals/own.yaml:7:")


def test_a_later_version_of_the_format_is_refused() -> None:
    (problem,) = problems_of(WHOLE.replace("relnotes-eval/1", "relnotes-eval/2"))

    assert problem.place == "v1:evals/own.yaml:1:1"
    assert "relnotes-eval/1" in problem.what


def test_a_run_without_tasks_and_a_task_without_metrics_are_problems() -> None:
    head = "format: relnotes-eval/1\nharness: {name: x, version: 1}\n"

    (no_task,) = problems_of(head + "tasks: []\n")
    (no_metric,) = problems_of(head + "tasks:\n  - {task: t, metrics: []}\n")

    assert (no_task.place, no_task.what) == (
        "v1:evals/own.yaml:3:8",
        "there is no task in this file",
    )
    assert (no_metric.place, no_metric.what) == ("v1:evals/own.yaml:4:24", "t has no metric")
