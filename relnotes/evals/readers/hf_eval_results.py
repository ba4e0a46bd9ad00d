"""Read `.eval_results/*.yaml` of a model on the Hugging Face Hub.

Its traps: a result names no metric, no n, no direction and no scale (0.412 beside 63.3);
`verifyToken` is no business of a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from relnotes.evals.readers import hf_checks, yaml_checks
from relnotes.evals.readers.checks import Path
from relnotes.evals.readers.yaml_checks import YamlChecks, child, text
from relnotes.evals.result import EvalFile, Measurement

name = "Hugging Face .eval_results"

METRIC = "score"
"""The benchmark's main metric, which the file does not name."""

_MARKS = tuple(
    re.compile(rb"^[-\s]*" + key + rb"\s*:", re.MULTILINE)
    for key in (b"dataset", b"task_id", b"value")
)
_LIST = re.compile(rb"\A(\s|#[^\n]*\n|---[ \t]*\n|\xef\xbb\xbf)*-\s")
_NOBODY_SAYS = "these results say neither n nor which way is better"


def recognise(head: bytes) -> bool:
    """A list whose entries have a dataset with a task, and a value."""
    return _LIST.match(head) is not None and all(mark.search(head) for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """One measurement an entry."""
    document, checks = yaml_checks.loaded(data, place)
    found: dict[tuple[object, ...], Measurement] = {}
    dates = []
    for path, entry in checks.entries(document.value, ()):
        one = _measurement(entry, path, checks)
        if one is None:
            continue
        if (one.key, one.conditions) in found:
            checks.problem(path, f"{one.task} is given twice", "keep one of them")
        found[one.key, one.conditions] = one
        dates.append(text(entry.get("date")) or "")
    checks.remark(_NOBODY_SAYS)
    started = max(dates, default="") or None
    measurements = tuple(found.values())
    return EvalFile(name, "hugging-face", None, started, None, measurements, checks.finish())


def _measurement(entry: dict[str, Any], path: Path, checks: YamlChecks) -> Measurement | None:
    dataset = child(entry, "dataset")
    identity, task_id = text(dataset.get("id")), text(dataset.get("task_id"))
    for key, found in (("id", identity), ("task_id", task_id)):
        if found is None:
            checks.problem((*path, "dataset", key), f"dataset.{key} is missing")
    if "value" not in entry:
        checks.problem(path, "there is no value")
    if identity is None or task_id is None or "value" not in entry:
        return None
    task = identity if task_id == "default" else f"{identity} {task_id}"
    value = hf_checks.value_of(entry["value"], (*path, "value"), checks)
    conditions = tuple(sorted(_conditions(entry, dataset)))
    return hf_checks.measurement(task, METRIC, None, value, conditions)


def _conditions(entry: dict[str, Any], dataset: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "harness", text(entry.get("evaluation_framework")) or "hugging-face"
    if revision := text(dataset.get("revision")):
        yield "dataset revision", revision
    if notes := text(entry.get("notes")):
        yield "setup", notes
