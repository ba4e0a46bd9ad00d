"""Read an entry, or several, of Aider's leaderboards: the YAML that its benchmark prints.

Its traps: rates are percentages of `test_cases`, of which a run may miss some; the two attempts
are two metrics, and one may improve while the other regresses; the leaderboard of 133 exercises
and that of 225 look alike; the command line may hold keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from relnotes.evals.comparability import harness_condition
from relnotes.evals.metrics import Facts, with_facts
from relnotes.evals.readers import yaml_checks
from relnotes.evals.readers.checks import Path
from relnotes.evals.readers.yaml_checks import YamlChecks, scalar, text
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement

name = "Aider benchmark YAML"

_MARKS = (
    re.compile(rb"^(- )?\s*pass_rate_1\s*:", re.MULTILINE),
    re.compile(rb"^(- )?\s*(edit_format|test_cases)\s*:", re.MULTILINE),
)
_RATE = re.compile(r"pass_rate_\d+|percent_cases_well_formed")
_SHARE = Facts(Direction.HIGHER, Kind.BINARY, "percent", 0.0, 100.0)
_SETS = (133, 225)
"""Exercises of the older leaderboard and of the polyglot one."""

_HOW = ("edit_format", "editor_model", "editor_edit_format", "reasoning_effort", "thinking_tokens")
_LEFT_OUT = "counts, seconds and cost are no rates of the model and are left out"


def recognise(head: bytes) -> bool:
    """The share solved at the first attempt, beside how edits were asked for."""
    return all(mark.search(head) for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """The rates of every run in the file; by model where there are several."""
    document, checks = yaml_checks.loaded(data, place)
    value = [document.value] if isinstance(document.value, dict) else document.value
    single = isinstance(document.value, dict)
    entries = checks.entries(value, ())
    runs = list(_newest([(() if single else path, run) for path, run in entries], checks))
    measurements = tuple(
        measurement
        for path, run in runs
        for measurement in _measurements(path, run, len(runs) > 1, checks)
    )
    checks.remark(_LEFT_OUT)
    dates = [found for _, run in runs if (found := text(run.get("date")))]
    version = text(runs[0][1].get("versions")) if len(runs) == 1 else None
    model = text(runs[0][1].get("model")) if len(runs) == 1 else None
    started = max(dates, default=None)
    return EvalFile(name, "aider", version, started, model, measurements, checks.finish())


def _newest(
    entries: list[tuple[Path, dict[str, Any]]], checks: YamlChecks
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """One run of each model and way of editing; an older one is named, not compared."""
    newest: dict[tuple[str, ...], tuple[Path, dict[str, Any]]] = {}
    for path, run in entries:
        who = (str(run.get("model")), *(str(run.get(key)) for key in _HOW))
        other = newest.get(who)
        if other is not None:
            checks.remark(f"{who[0]} was run more than once; the newest run counts")
        if other is None or str(other[1].get("date")) <= str(run.get("date")):
            newest[who] = (path, run)
    yield from newest.values()


def _measurements(
    path: Path, run: dict[str, Any], several: bool, checks: YamlChecks
) -> Iterator[Measurement]:
    n = checks.count(scalar(run.get("test_cases")), (*path, "test_cases"))
    total = checks.count(scalar(run.get("total_tests")), (*path, "total_tests"))
    conditions = tuple(sorted(_conditions(run, n, total)))
    task = f"aider: {text(run.get('model')) or 'unnamed model'}" if several else "aider"
    if n is not None and total is not None and n < total:
        checks.remark(f"{task}: {n} of {total} exercises were run")
    for metric, written in run.items():
        if not _RATE.fullmatch(metric):
            continue
        value = checks.number(scalar(written), (*path, metric))
        if value is not None and not 0 <= value <= 100:
            checks.problem((*path, metric), f"{metric} is {value:g}; it should be a percentage")
        one = Measurement(task, metric, None, value, n=n, conditions=conditions)
        yield with_facts(one, _SHARE)


def _conditions(run: dict[str, Any], n: int | None, total: int | None) -> Iterator[tuple[str, str]]:
    version = text(run.get("versions"))
    yield "harness", harness_condition("aider", version.split("-")[0]) if version else "aider"
    size = _of_set(n) if total is None else total
    if size is not None:
        yield "dataset size", str(size)
    for key in _HOW:
        if found := text(run.get(key)):
            yield key.replace("_", " "), found


def _of_set(n: int | None) -> int | None:
    """The exercises of the leaderboard that a run belongs to; it may have missed a few of them."""
    return next((size for size in _SETS if n is not None and 0.9 * size <= n <= size), n)
