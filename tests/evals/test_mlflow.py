"""Runs of MLflow; `fixtures/mlflow` holds a real one."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import read_eval
from relnotes.evals.result import EvalFile

REAL = (Path(__file__).parent / "fixtures" / "mlflow" / "run.json").read_bytes()
INFO = {
    "run_id": "8a6af43e",
    "run_name": "silent-dog-788",
    "experiment_id": "2",
    "status": "FINISHED",
    "start_time": 1775000000000,
    "lifecycle_stage": "active",
    "artifact_uri": "mlruns/2/8a6af43e/artifacts",
}


def points(**metrics: float) -> list[dict[str, Any]]:
    """As the REST API writes them."""
    return [
        {"key": key, "value": value, "timestamp": 1775000000000, "step": 0}
        for key, value in metrics.items()
    ]


def rest(metrics: Any, info: dict[str, Any] = INFO, **data: Any) -> dict[str, Any]:
    return {"run": {"info": info, "data": {"metrics": metrics, **data}}}


def read(written: dict[str, Any]) -> EvalFile:
    return read_eval(json.dumps(written, indent=1).encode(), "v1:evals/run.json")


def test_a_real_run_is_read() -> None:
    file = read_eval(REAL, "x")
    found = {one.metric: one for one in file.measurements}

    assert (file.format, file.model) == ("MLflow run", "wren-1")
    assert file.started
    assert found.keys() == {"exact_match", "toxicity"}
    assert {one.task for one in file.measurements} == {"support-questions"}
    assert found["exact_match"].value == 0.7
    assert "sk-" not in repr(file)


def test_the_logged_variance_is_the_error_of_its_mean_and_no_metric() -> None:
    toxicity = read_eval(REAL, "x").measurements[1]

    assert (toxicity.value, toxicity.n) == (0.04, 50)
    assert toxicity.stderr == pytest.approx(math.sqrt(0.0009 / 49))
    assert toxicity.stderr_method == "from the variance that was logged"


def test_the_last_step_counts_whatever_the_order() -> None:
    steps = [
        {"key": "acc", "value": value, "timestamp": 1, "step": step}
        for value, step in [(0.7, 2), (0.1, 0), (0.5, 1)]
    ]

    assert [one.value for one in read(rest(steps)).measurements] == [0.7]


def test_every_shape_of_an_export_is_read() -> None:
    by_name = {"acc": [{"value": 0.5, "timestamp": 1, "step": 0}]}
    exported = {"info": INFO, "metrics": by_name, "params": {}, "tags": {}}
    shapes: list[dict[str, Any]] = [
        rest(points(acc=0.5)),
        {"info": INFO, "data": {"metrics": {"acc": 0.5}}},
        exported,
        {"system": {"mlflow_version": "2.0.1"}, "mlflow": exported},
        {"runs": [rest(points(acc=0.5))["run"]]},
    ]

    for shape in shapes:
        (one,) = read(shape).measurements
        assert (one.key, one.value) == (("mlflow", "acc", None), 0.5)


def test_the_task_is_the_data_else_the_experiment_never_the_name_of_the_run() -> None:
    key = "mlflow_export_import.metadata.experiment_name"
    named = rest(points(acc=0.5), tags=[{"key": key, "value": "nightly"}])

    assert read(named).measurements[0].task == "nightly"
    assert read(rest(points(acc=0.5))).measurements[0].task == "mlflow"


def test_other_data_is_not_comparable() -> None:
    old = read_eval(REAL, "x").measurements[0]
    written = json.loads(REAL)
    written["inputs"]["dataset_inputs"][0]["dataset"]["digest"] = "77777777"

    (said,) = differences(old, read(written).measurements[0])

    assert said.startswith("dataset revision ")


@pytest.mark.parametrize("status", ["FAILED", "KILLED", "RUNNING"])
def test_a_run_that_did_not_end_well_is_not_compared_with_one_that_did(status: str) -> None:
    file = read(rest(points(acc=0.9), INFO | {"status": status}))

    assert status.lower() in file.remarks[0]
    assert differences(read(rest(points(acc=0.5))).measurements[0], file.measurements[0]) == (
        f"run status finished → {status.lower()}",
    )


def test_several_runs_are_told_apart() -> None:
    two = [rest(points(acc=x), INFO | {"run_name": f"r{x}"})["run"] for x in (0.1, 0.2)]

    assert [one.task for one in read({"runs": two}).measurements] == [
        "r0.1: mlflow",
        "r0.2: mlflow",
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (float("nan"), "value is NaN, which is no result"),
        (float("inf"), "value is Infinity, which is no result"),
        ("NaN", "value should be a number"),
        (True, "value should be a number"),
    ],
)
def test_a_value_that_is_no_number_is_a_problem_with_its_place(value: Any, what: str) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(rest(points(acc=value)))

    (problem,) = caught.value.problems
    assert problem.what == what
    assert problem.place.startswith("v1:evals/run.json:16:")


@pytest.mark.parametrize("metrics", [{"acc": []}, {"acc": [{}]}, {"acc": None}, None, []])
def test_a_run_without_values_has_none(metrics: Any) -> None:
    assert all(one.value is None for one in read(rest(metrics)).measurements)


@pytest.mark.parametrize("metrics", [7, "x", [7], [{"value": 1}], {"acc": [[]]}])
def test_metrics_of_another_shape_are_a_problem(metrics: Any) -> None:
    with pytest.raises(RelnotesError):
        read(rest(metrics))


def test_a_date_out_of_range_is_left_out() -> None:
    assert read(rest(points(acc=1), INFO | {"start_time": 1e30})).started is None
