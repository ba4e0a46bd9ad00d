"""Read `format: relnotes-eval/1`, the plain YAML for results of a team's own harness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import harness_condition
from relnotes.evals.evidence import SCALE
from relnotes.evals.metrics import Facts, facts_of, outside, with_facts
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.yamlfile import Day, Document, Number, Text, Whole, Written

name = "relnotes-eval/1"

_FORMAT = re.compile(rb"""^[ {]*["']?format["']?\s*:\s*["']?relnotes-eval/""", re.MULTILINE)


class Harness(Written):
    name: Text
    version: Annotated[Text, Field(description="Results of two major versions are not compared.")]


class Dataset(Written):
    name: Text
    revision: Text | None = None
    split: Text | None = None


class Judge(Written):
    model: Text
    prompt_hash: Text | None = None


class Metric(Written):
    """One number; what is left out is taken from the table of well-known metrics."""

    name: Text
    value: Annotated[Number | None, Field(description="Leave it empty if it was not measured.")]
    stderr: Annotated[Number | None, Field(ge=0)] = None
    n: Annotated[Whole | None, Field(ge=0, description="Questions scored, if not the task's.")] = (
        None
    )
    filter: Text | None = None
    direction: Annotated[Direction | None, Field(description="Which way is better.")] = None
    unit: Annotated[Text | None, Field(description='"fraction", "percent", or any word.')] = None
    range: tuple[Number | None, Number | None] | None = None
    kind: Kind | None = None


class Task(Written):
    """One task and how it was measured; what differs later makes it not comparable."""

    task: Text
    version: Text | None = None
    dataset: Dataset | None = None
    n: Annotated[Whole | None, Field(ge=0, description="Questions scored.")] = None
    shots: Annotated[Whole | None, Field(ge=0)] = None
    prompt_hash: Text | None = None
    chat_template_hash: Text | None = None
    scorer: Text | None = None
    judge: Judge | None = None
    limit: Text | None = None
    metrics: tuple[Metric, ...]


class EvalResults(Written):
    """A run of a team's own harness."""

    format: Literal["relnotes-eval/1"]
    harness: Harness
    date: Day | None = None
    model: Text | None = None
    tasks: tuple[Task, ...]


def recognise(head: bytes) -> bool:
    """A line that names the format, in any version."""
    return b"relnotes-eval/" in head and _FORMAT.search(head) is not None


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every task."""
    document = yamlfile.load(data, place)
    results = yamlfile.validate(document, EvalResults)
    harness = harness_condition(results.harness.name, results.harness.version)
    problems = list(_empty(document, results))
    measurements: dict[tuple[object, ...], Measurement] = {}
    for place_in_file, task, metric in _metrics(results):
        one = _measurement(task, metric, harness)
        identity = (*one.key, one.conditions)
        problems += _problems(document, place_in_file, one, identity in measurements)
        measurements[identity] = one
    if problems:
        raise RelnotesError(problems)
    return EvalFile(
        name,
        results.harness.name,
        results.harness.version,
        results.date.isoformat() if results.date else None,
        results.model,
        tuple(measurements.values()),
    )


def _empty(document: Document, results: EvalResults) -> Iterator[Problem]:
    if not results.tasks:
        yield Problem(yamlfile.locate(document, ("tasks",)), "there is no task in this file")
    for i, task in enumerate(results.tasks):
        if not task.metrics:
            where = yamlfile.locate(document, ("tasks", i, "metrics"))
            yield Problem(where, f"{task.task} has no metric")


def _metrics(results: EvalResults) -> Iterator[tuple[tuple[int | str, ...], Task, Metric]]:
    for i, task in enumerate(results.tasks):
        for j, metric in enumerate(task.metrics):
            yield ("tasks", i, "metrics", j), task, metric


def _measurement(task: Task, metric: Metric, harness: str) -> Measurement:
    return with_facts(
        Measurement(
            task=task.task,
            metric=metric.name,
            filter=None if metric.filter == "none" else metric.filter,
            value=metric.value,
            stderr=metric.stderr,
            n=task.n if metric.n is None else metric.n,
            conditions=tuple(sorted({"harness": harness, **dict(_conditions(task))}.items())),
        ),
        _facts(metric),
    )


def _facts(metric: Metric) -> Facts:
    """What the file says, and the shipped table where it says nothing."""
    known = facts_of(metric.name)
    unit = metric.unit or known.unit
    low, high = metric.range or (None, None)
    kind = metric.kind or known.kind
    if metric.range is None and unit in SCALE:
        low, high = 0.0, SCALE[unit]
    if metric.kind is None and known.kind is Kind.UNBOUNDED and None not in (low, high):
        kind = Kind.BOUNDED
    if metric.range is None and metric.unit is None:
        low, high = known.low, known.high
    return Facts(metric.direction or known.direction, kind, unit, low, high)


def _conditions(task: Task) -> Iterator[tuple[str, str]]:
    said = {
        "task version": task.version,
        "shots": None if task.shots is None else str(task.shots),
        "prompt template": task.prompt_hash,
        "chat template": task.chat_template_hash,
        "scorer": task.scorer,
        "limit": task.limit,
    }
    if task.dataset:
        said["dataset"] = task.dataset.name
        said["dataset revision"] = task.dataset.revision
        said["split"] = task.dataset.split
    if task.judge:
        said["judge"] = task.judge.model
        said["judge prompt"] = task.judge.prompt_hash
    return ((field, value) for field, value in said.items() if value is not None)


def _problems(
    document: Document, path: tuple[int | str, ...], one: Measurement, again: bool
) -> Iterator[Problem]:
    if again:
        what = f"{one.task} {one.metric} is given twice under the same conditions"
        yield Problem(yamlfile.locate(document, path), what, "keep one of them")
    if one.value is not None and outside(one.value, one.low, one.high):
        where = yamlfile.locate(document, (*path, "value"))
        what = f"{one.metric} is {one.value:g}, which is not from {one.low:g} to {one.high:g}"
        yield Problem(where, what, 'say its "unit" (such as percent), or its "range"')
