"""Read `results_*.json` of lm-evaluation-harness 0.4 and later.

Its traps: metrics are named `metric,filter`; a missing standard error is "N/A"; groups mostly
have no n of their own, and one of their metrics may be of some of their tasks (`sample_count`);
a metric that skips questions has another n than its task; `alias`, `name`, `sample_len` are no
metrics; `limit` makes n smaller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from relnotes.errors import fail
from relnotes.evals.readers import json_text, model_args
from relnotes.evals.readers import lm_eval_conditions as conditions
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.lm_eval_conditions import Pairs
from relnotes.evals.readers.lm_eval_shape import DECODER, File
from relnotes.evals.readers.lm_eval_task import Scoring
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import Direction, EvalFile, Measurement
from relnotes.evals.statistics import n_of_zeros_and_ones

name = "lm-eval 0.4+ results"

_MARKS = (b"_stderr,", b',none"', b'"n-shot"', b'"n-samples"', b'"lm_eval_version"')
_NO_METRICS = frozenset({"alias", "name", "sample_len", "sample_count", "samples", " ", ""})
_STDERR = "_stderr"
_NO_SCORE = "bypass"
"""What the harness writes where it was told to predict and not to score."""

_STDERR_METHODS = {
    "mean": "standard error of the mean",
    **dict.fromkeys(
        ("perplexity", "median", "f1", "matthews_corrcoef", "bleu", "chrf", "ter"), "bootstrap"
    ),
}
_FAR_FUTURE = 1e11  # seconds; beyond it a date has no four-digit year
_POOLED = "pooled over subtasks"
_UNKNOWN_SCORING = Scoring(None, None)


def recognise(head: bytes) -> bool:
    """`results` beside a key, or with metrics, that only this version writes."""
    return b'"results"' in head and any(mark in head for mark in _MARKS)


def is_unmistakable(head: bytes) -> bool:
    """Begins as this harness begins its files, and says its version; no other does both.

    The version is looked for from the end, near which it stands.
    """
    return _BEGINNING.match(head) is not None and head.rfind(b'"lm_eval_version"') > 0


_BEGINNING = re.compile(rb'\s*\{\s*"results"\s*:\s*\{')


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every task and group."""
    file = json_text.decode(data, DECODER, place)
    checks = Checks(data, place)
    shared = conditions.of_run(file)
    try:
        measurements: list[Measurement] = []
        for task, values in file.results.items():
            measurements += _measurements(file, task, values, shared, checks)
    except json_text.BROKEN as error:  # the settings of a task are decoded late, and only once
        where = place + json_text.position(data, ("configs",))
        raise fail(where, f"an entry of configs cannot be read: {error}") from error
    if not measurements:
        checks.remark("this file holds no result")
    model_name = redacted(str(file.model_name)) if file.model_name else None
    return EvalFile(
        name,
        "lm-eval",
        conditions.text(file.lm_eval_version),
        _started(file.date),
        model_name or model_args.model(file.config.model_args if file.config else None),
        tuple(measurements),
        checks.finish(),
    )


def _measurements(
    file: File, task: str, values: dict[str, Any], shared: Pairs, checks: Checks
) -> Iterator[Measurement]:
    config = conditions.config_of(file, task)
    of_task = conditions.of_task(file, task, config, shared)
    is_group = conditions.is_group(file, task)
    n = _n(file, task, values, checks)
    better = file.higher_is_better.get(task)
    for key, written in values.items():
        metric, filter_name, stderr_key = _parts(key)
        if not stderr_key:
            if remark := _remark_on(key):
                checks.remark(f"{task}: {remark}")
            continue
        scoring = config.scoring(metric, filter_name) if config else _UNKNOWN_SCORING
        stderr = checks.stderr(values.get(stderr_key), ("results", task, stderr_key))
        value = checks.number(written, ("results", task, key))
        yield checks.measurement(
            task,
            metric,
            None if filter_name == "none" else filter_name,
            value,
            stderr,
            None if stderr is None else _stderr_method(is_group, scoring.aggregation),
            _counted(task, values, key, n, checks)
            if is_group
            else _scored(task, metric, value, stderr, n, checks),
            _direction(better, metric),
            of_task.with_scorer(scoring.shown),
        )


@lru_cache(maxsize=1024)
def _parts(key: str) -> tuple[str, str, str]:
    """Metric, filter, and the key of its standard error; "" for a key that is no metric."""
    metric, comma, filter_name = key.partition(",")
    is_metric = comma and metric != _NO_SCORE and not metric.endswith(_STDERR)
    return metric, filter_name, f"{metric}{_STDERR},{filter_name}" if is_metric else ""


@lru_cache(maxsize=1024)
def _remark_on(key: str) -> str:
    """On a key that is no metric: known ones are passed over, the rest is named."""
    metric, comma, _ = key.partition(",")
    if metric == _NO_SCORE:
        return "the answers were kept and not scored"
    if comma or key in _NO_METRICS:
        return ""
    return f'"{key}" is no metric of this format and is left out'


def _scored(
    task: str,
    metric: str,
    value: float | None,
    stderr: float | None,
    n: int | None,
    checks: Checks,
) -> int | None:
    """Questions scored by one metric: the harness tells one number for all metrics of a task."""
    if value is None or stderr is None:
        return n
    scored = n_of_zeros_and_ones(value, stderr)
    if scored is None or scored == n:
        return n
    if n is not None:
        checks.remark(
            f"{task} {metric}: {scored:,} scored, by its standard error; of the task {n:,}"
        )
    return scored


def _counted(
    group: str, values: dict[str, Any], key: str, n: int | None, checks: Checks
) -> int | None:
    """Questions below one metric of a group, where the harness tells it by metric."""
    counts = values.get("sample_count")
    if not isinstance(counts, dict) or key not in counts:
        return n
    return checks.count(counts[key], ("results", group, "sample_count", key))


def _n(file: File, task: str, values: dict[str, Any], checks: Checks) -> int | None:
    """Questions scored; with a limit fewer than there are. Of a group, the sum over its tasks."""
    if "effective" in file.n_samples.get(task, ()):
        path = ("n-samples", task, "effective")
        return checks.count(file.n_samples[task]["effective"], path)
    n = checks.count(values.get("sample_len"), ("results", task, "sample_len"))
    if n is None and conditions.is_group(file, task):
        return conditions.asked_below(file, task)
    return n


def _direction(better: dict[str, bool | None] | bool | None, metric: str) -> Direction | None:
    """The file's own word; None where it says nothing."""
    said = better.get(metric) if isinstance(better, dict) else better
    if said is None:
        return None
    return Direction.HIGHER if said else Direction.LOWER


def _stderr_method(is_group: bool, aggregation: str | None) -> str | None:
    return _POOLED if is_group else _STDERR_METHODS.get(aggregation or "")


def _started(date: Any) -> str | None:
    """Seconds since 1970, as the harness writes it, or text as it is."""
    if isinstance(date, str) and not date.startswith(json_text.NOT_FINITE):
        return date
    if isinstance(date, int | float) and 0 < date < _FAR_FUTURE and date is not True:
        return datetime.fromtimestamp(date, UTC).isoformat(timespec="seconds")
    return None
