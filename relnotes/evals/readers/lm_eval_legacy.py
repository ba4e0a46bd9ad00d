"""Read the one-file results of lm-evaluation-harness before 0.4.

They know neither n nor direction, and name a standard error `<metric>_stderr`. The same task at
two numbers of shots comes as two files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from relnotes.evals.readers import json_text, model_args
from relnotes.evals.readers.checks import Checks
from relnotes.evals.result import EvalFile, Measurement

name = "lm-eval results before 0.4"

_STDERR = "_stderr"


class _Run(msgspec.Struct):
    model: Any = None
    model_args: Any = None
    num_fewshot: Any = None
    limit: Any = msgspec.UNSET


class _File(msgspec.Struct):
    results: dict[str, dict[str, Any]]
    versions: dict[str, Any] = {}
    config: _Run | None = None


_DECODER = msgspec.json.Decoder(_File)


def recognise(head: bytes) -> bool:
    """`results` beside `versions`, or with standard errors; asked after the newer format."""
    return b'"results"' in head and (b'"versions"' in head or b'_stderr"' in head)


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every task."""
    file = json_text.decode(data, _DECODER, place)
    checks = Checks(data, place)
    shared = tuple(_conditions(file.config))
    measurements = tuple(
        measurement
        for task, values in file.results.items()
        for measurement in _measurements(task, values, file.versions.get(task), shared, checks)
    )
    if not measurements:
        checks.remark("this file holds no result")
    return EvalFile(name, "lm-eval", None, None, _model(file.config), measurements, checks.finish())


def _measurements(
    task: str,
    values: dict[str, Any],
    version: Any,
    shared: tuple[tuple[str, str], ...],
    checks: Checks,
) -> Iterator[Measurement]:
    own = () if version is None else (("task version", str(version)),)
    conditions = tuple(sorted((*shared, *own)))
    for metric, written in values.items():
        if metric.endswith(_STDERR):
            continue
        error = metric + _STDERR
        yield checks.measurement(
            task,
            metric,
            None,
            checks.number(written, ("results", task, metric)),
            checks.stderr(values.get(error), ("results", task, error)),
            None,
            None,
            None,
            conditions,
        )


def _model(run: _Run | None) -> str | None:
    """`model` is the kind of model, and its name only where there are no arguments."""
    if run is None:
        return None
    return model_args.model(run.model_args or {"model": run.model})


def _conditions(run: _Run | None) -> Iterator[tuple[str, str]]:
    yield "harness", "lm-eval before 0.4"
    if run is None:
        return
    if run.num_fewshot is not None:
        yield "shots", str(run.num_fewshot)
    if run.limit is not msgspec.UNSET:
        yield "limit", "none" if run.limit is None else str(run.limit)
    yield from model_args.conditions(run.model_args)
