"""Read a run of MLflow: what `mlflow runs describe`, its REST API or an export of a run writes.

Its traps: a metric is logged step by step and the last step counts; `…/variance` and `…/p90` are
no results but say how sure `…/mean` is; a run may have failed or still go on; parameters and tags
hold anything, keys too, and are not taken over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks, Path
from relnotes.evals.result import EvalFile, Measurement

name = "MLflow run"

_EXPERIMENT = "mlflow_export_import.metadata.experiment_name"
_MODEL = ("model", "model_name", "model_id", "llm", "endpoint")
_MEAN, _VARIANCE = "/mean", "/variance"
_STDERR_METHOD = "from the variance that was logged"
_NO_RESULTS = ("/variance", "/p90", "/p95", "/p99")
_LAST_DATE = 4e12  # milliseconds; beyond it a date makes no sense

Row = dict[str, Any]


class _Run(msgspec.Struct):
    info: Row = {}
    data: Row | None = None
    metrics: Any = None
    params: Any = None
    tags: Any = None
    inputs: Any = None


class _File(msgspec.Struct):
    info: Row | None = None
    data: Row | None = None
    metrics: Any = None
    params: Any = None
    tags: Any = None
    inputs: Any = None
    run: _Run | None = None
    mlflow: _Run | None = None
    runs: list[_Run] | None = None


_DECODER = msgspec.json.Decoder(_File)


def recognise(head: bytes) -> bool:
    """The description of a run."""
    return (
        head.lstrip()[:1] == b"{"
        and b'"experiment_id"' in head
        and (b'"lifecycle_stage"' in head or b'"artifact_uri"' in head)
    )


def read(data: bytes, place: str) -> EvalFile:
    """The last value of every metric of every run."""
    file = json_text.decode(data, _DECODER, place)
    checks = Checks(data, place)
    runs = list(_runs(file))
    measurements: list[Measurement] = []
    for path, run in runs:
        prefix = f"{_run_name(run)}: " if len(runs) > 1 else ""
        measurements += _measurements(path, run, prefix, checks)
    if not measurements:
        checks.remark("this file holds no result")
    starts = [started for _, run in runs if (started := _started(run))]
    model = _model(runs[0][1]) if len(runs) == 1 else None
    version = _version(runs[0][1]) if runs else None
    return EvalFile(
        name,
        "mlflow",
        version,
        max(starts, default=None),
        model,
        tuple(measurements),
        checks.finish(),
    )


def _runs(file: _File) -> Iterator[tuple[Path, _Run]]:
    if file.runs is not None:
        for index, run in enumerate(file.runs):
            yield ("runs", index), run
    elif file.run is not None:
        yield ("run",), file.run
    elif file.mlflow is not None:
        yield ("mlflow",), file.mlflow
    else:
        parts = (file.data, file.metrics, file.params, file.tags, file.inputs)
        yield (), _Run(file.info or {}, *parts)


def _measurements(path: Path, run: _Run, prefix: str, checks: Checks) -> Iterator[Measurement]:
    status = str(run.info.get("status") or "unknown").lower()
    if status != "finished":
        checks.remark(f"the run {_run_name(run)} is not finished: {status}")
    at, written = _part(path, run, "metrics")
    latest = dict(_latest(at, written, checks))
    task, n, conditions = prefix + _task(run), _n(run), _conditions(run, status)
    for metric, (value, _) in latest.items():
        if metric.startswith("system/") or metric.endswith(_NO_RESULTS):
            continue
        stderr = _stderr(metric, latest, n)
        method = None if stderr is None else _STDERR_METHOD
        known = _known_as(metric)
        yield checks.measurement(task, known, None, value, stderr, method, n, None, conditions)


def _known_as(metric: str) -> str:
    """`toxicity/v1/mean` is the toxicity; a name of another make stays whole."""
    first, _, rest = metric.partition("/")
    is_version = rest.startswith("v") and rest[1:2].isdecimal()
    return first if rest == "mean" or is_version else metric


def _stderr(
    metric: str, latest: dict[str, tuple[float | None, Path]], n: int | None
) -> float | None:
    """MLflow logs the variance of the scores over n, not over n − 1."""
    if not metric.endswith(_MEAN) or n is None or n < 2:
        return None
    variance = latest.get(metric.removesuffix(_MEAN) + _VARIANCE, (None, ()))[0]
    return None if variance is None or variance < 0 else math.sqrt(variance / (n - 1))


def _latest(
    path: Path, written: Any, checks: Checks
) -> Iterator[tuple[str, tuple[float | None, Path]]]:
    """By metric, the value of its last step; written as a list, or by name."""
    steps: dict[str, list[tuple[Any, Path]]] = {}
    if isinstance(written, dict):
        for metric, values in written.items():
            points = values if isinstance(values, list) else [values]
            at = [
                (*path, metric, i) if isinstance(values, list) else (*path, metric)
                for i in range(len(points))
            ]
            steps[metric] = list(zip(points, at, strict=True))
    elif isinstance(written, list):
        for index, point in enumerate(written):
            metric = point.get("key") if isinstance(point, dict) else None
            if isinstance(metric, str):
                steps.setdefault(metric, []).append((point, (*path, index)))
            else:
                checks.problem((*path, index), "a metric should be an object with a key")
    elif written is not None:
        checks.problem(path, "metrics should be a list, or an object by name")
    for metric, points in steps.items():
        if points:
            point, at_point = max(points, key=lambda one: _order(one[0]))
            yield metric, (_value(point, at_point, checks), at_point)


def _value(point: Any, path: Path, checks: Checks) -> float | None:
    if isinstance(point, dict):
        return checks.number(point.get("value"), (*path, "value"))
    return checks.number(point, path)


def _order(point: Any) -> tuple[float, float]:
    """Numbers come as text where JSON cannot hold them."""
    if not isinstance(point, dict):
        return (0.0, 0.0)
    return (_as_number(point.get("step")), _as_number(point.get("timestamp")))


def _as_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _part(path: Path, run: _Run, name_of_part: str) -> tuple[Path, Any]:
    if run.data is not None and name_of_part in run.data:
        return (*path, "data", name_of_part), run.data[name_of_part]
    return (*path, name_of_part), getattr(run, name_of_part)


def _pairs(run: _Run, name_of_part: str) -> Row:
    """Parameters or tags by name, however they are written."""
    written = _part((), run, name_of_part)[1]
    if isinstance(written, dict):
        return written
    entries = written if isinstance(written, list) else []
    return {str(one.get("key")): one.get("value") for one in entries if isinstance(one, dict)}


def _datasets(run: _Run) -> list[Row]:
    inputs = run.inputs if isinstance(run.inputs, dict) else {}
    entries = inputs.get("dataset_inputs")
    listed = entries if isinstance(entries, list) else []
    found = [one.get("dataset") for one in listed if isinstance(one, dict)]
    return [one for one in found if isinstance(one, dict)]


def _task(run: _Run) -> str:
    """What stays the same from run to run: the data, else the experiment."""
    datasets = _datasets(run)
    if len(datasets) == 1 and datasets[0].get("name"):
        return str(datasets[0]["name"])
    return str(_pairs(run, "tags").get(_EXPERIMENT) or "mlflow")


def _n(run: _Run) -> int | None:
    """Rows of the one dataset."""
    datasets = _datasets(run)
    if len(datasets) != 1:
        return None
    profile = datasets[0].get("profile")
    try:
        found = msgspec.json.decode(profile) if isinstance(profile, str) else profile
    except json_text.BROKEN:
        return None
    if not isinstance(found, dict):
        return None
    shape = found.get("features_shape")
    rows = found.get("num_rows", shape[0] if isinstance(shape, list) and shape else None)
    return rows if type(rows) is int and rows > 0 else None


def _conditions(run: _Run, status: str) -> tuple[tuple[str, str], ...]:
    said = {"harness": "mlflow", "run status": status}
    datasets = _datasets(run)
    if len(datasets) == 1 and datasets[0].get("digest"):
        said["dataset revision"] = str(datasets[0]["digest"])
    return tuple(sorted(said.items()))


def _run_name(run: _Run) -> str:
    tags = _pairs(run, "tags")
    return str(run.info.get("run_name") or tags.get("mlflow.runName") or run.info.get("run_id"))


def _model(run: _Run) -> str | None:
    parameters = _pairs(run, "params")
    found = next((parameters[key] for key in _MODEL if parameters.get(key)), None)
    return None if found is None else str(found)


def _version(run: _Run) -> str | None:
    found = _pairs(run, "tags").get("mlflow_export_import.metadata.mlflow_version")
    return None if found is None else str(found)


def _started(run: _Run) -> str | None:
    milliseconds = _as_number(run.info.get("start_time"))
    if not 0 < milliseconds < _LAST_DATE:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
