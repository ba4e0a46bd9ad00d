"""Read `results_*.json` of lighteval.

Its traps: for whatever is no mean over questions it divides the spread of 1,000 bootstrap draws
by √1000 again, so that error is 31 times too small and is not taken over; the row `all` and
`…:_average` are means over tasks, with errors that are means of errors; `effective_num_docs` is
mostly -1; `start_time` counts from the start of the machine; the shots stand in the task's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from relnotes.evals.comparability import ALL_PROMPTS, SYSTEM_PROMPT
from relnotes.evals.readers import json_text, model_args
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.lm_eval_task import digest
from relnotes.evals.result import Direction, EvalFile, Measurement
from relnotes.evals.tally import OF_THE_MEAN

name = "lighteval results"

_STDERR = "_stderr"
_ALL = "all"
_TOO_SMALL = "lighteval's standard error of {} is a bootstrap that is 31 times too small; left out"
_OF_TASKS = "{}: a mean over tasks; its standard error is no error of that mean and is left out"
_NOT_CONDITIONS = frozenset({"generation_parameters", "system_prompt", "generation_size"})

Pairs = tuple[tuple[str, str], ...]


class _General(msgspec.Struct):
    lighteval_sha: Any = None
    max_samples: Any = msgspec.UNSET
    model_name: Any = None
    model_config: Any = None


class _File(msgspec.Struct):
    config_general: _General
    results: dict[str, dict[str, Any]]
    versions: dict[str, Any] = {}
    config_tasks: dict[str, dict[str, Any]] = {}
    summary_tasks: dict[str, Any] = {}


_DECODER = msgspec.json.Decoder(_File)


class _Task(msgspec.Struct, frozen=True):
    """`suite|name|shots`, as the file calls it, and the entry of `config_tasks`."""

    written: str
    name: str
    shots: str | None
    config: dict[str, Any]

    @property
    def is_average(self) -> bool:
        return self.written == _ALL or self.name.endswith(":_average")


def recognise(head: bytes) -> bool:
    """The two parts that only this harness writes."""
    return b'"config_general"' in head and (b'"lighteval_sha"' in head or b'"config_tasks"' in head)


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every task."""
    file = json_text.decode(data, _DECODER, place)
    checks = Checks(data, place)
    shared = tuple(_of_run(file.config_general))
    measurements = tuple(
        measurement
        for written, values in file.results.items()
        for measurement in _measurements(file, _task(file, written), values, shared, checks)
    )
    if not measurements:
        checks.remark("this file holds no result")
    general = file.config_general
    config = general.model_config if isinstance(general.model_config, dict) else {}
    model = general.model_name or config.get("model_name")
    return EvalFile(
        name,
        "lighteval",
        _version(general),
        None,
        str(model) if model else None,
        measurements,
        checks.finish(),
    )


def _measurements(
    file: _File, task: _Task, values: dict[str, Any], shared: Pairs, checks: Checks
) -> Iterator[Measurement]:
    conditions = tuple(sorted((*shared, *_of_task(file, task))))
    n = None if task.is_average else _n(file, task, checks)
    for metric, written in values.items():
        if metric.endswith(_STDERR):
            continue
        key = metric + _STDERR
        error = checks.stderr(values.get(key), ("results", task.written, key))
        if error is not None and task.is_average:
            checks.remark(_OF_TASKS.format(task.name))
        elif error is not None and not _is_mean(task.config, metric):
            checks.remark(_TOO_SMALL.format(f"{task.name} {metric}"))
        trusted = error is not None and not task.is_average and _is_mean(task.config, metric)
        yield checks.measurement(
            task.name,
            metric,
            None,
            checks.number(written, ("results", task.written, metric)),
            error if trusted else None,
            OF_THE_MEAN if trusted else None,
            n,
            _direction(task.config, metric),
            conditions,
        )


def _task(file: _File, written: str) -> _Task:
    """Older versions have a fourth part, whether shots may be dropped to make a prompt fit."""
    parts = written.split("|")
    shots = [part for part in parts[1:] if part.isdecimal()]
    named = "|".join(part for part in parts if not part.isdecimal()) if shots else written
    config = file.config_tasks.get(written, file.config_tasks.get(named, {}))
    return _Task(written, named, shots[0] if shots else None, config)


def _n(file: _File, task: _Task, checks: Checks) -> int | None:
    """Documents asked; -1 and 0 are how this harness says that it does not know."""
    key = "effective_num_docs"
    found = task.config.get(key)
    if found is None or found == -1:
        return None
    at = task.written if task.written in file.config_tasks else task.name
    return checks.count(found, ("config_tasks", at, key)) or None


def _is_mean(config: dict[str, Any], metric: str) -> bool:
    """Whether the file says that a metric is a mean over questions: then its error is right."""
    return "mean" in str(_of_metric(config, metric, "corpus_level_fn"))


def _direction(config: dict[str, Any], metric: str) -> Direction | None:
    better = _of_metric(config, metric, "higher_is_better")
    if not isinstance(better, bool):
        return None
    return Direction.HIGHER if better else Direction.LOWER


def _of_metric(config: dict[str, Any], metric: str, field: str) -> Any:
    """A field of a metric; metrics computed together share an entry, with a dictionary each."""
    entries = config.get("metrics", config.get("metric"))
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        names, value = entry.get("metric_name"), entry.get(field)
        if names == metric or (isinstance(names, list) and metric in names):
            return value.get(metric) if isinstance(value, dict) else value
    return None


def _of_run(general: _General) -> Iterator[tuple[str, str]]:
    yield "harness", "lighteval"
    if general.max_samples is not msgspec.UNSET:
        yield "limit", "none" if general.max_samples is None else str(general.max_samples)
    config = general.model_config
    if not isinstance(config, dict):
        return
    if "system_prompt" in config:
        prompt = config["system_prompt"]
        yield SYSTEM_PROMPT, digest(prompt) if prompt else "none"
    rest = {
        key: value
        for key, value in config.items()
        if key not in _NOT_CONDITIONS and value is not None
    }
    yield from model_args.conditions(rest)


def _of_task(file: _File, task: _Task) -> Iterator[tuple[str, str]]:
    if task.is_average:
        yield "subtasks", digest(sorted(_members(file, task)))
    version = file.versions.get(task.written, task.config.get("version"))
    if version is not None:
        yield "task version", str(version)
    if task.shots is not None:
        yield "shots", task.shots
    config = task.config
    if config.get("hf_repo"):
        parts = (config["hf_repo"], config.get("hf_subset"))
        yield "dataset", " ".join(str(part) for part in parts if part)
    if config.get("hf_revision"):
        yield "dataset revision", str(config["hf_revision"])
    splits = config.get("evaluation_splits")
    if isinstance(splits, list) and splits:
        yield "split", "+".join(str(split) for split in splits)
    if config.get("prompt_function"):
        yield "prompt template", str(config["prompt_function"])
    summary = file.summary_tasks.get(task.written)
    hashes = summary.get("hashes") if isinstance(summary, dict) else None
    if isinstance(hashes, dict) and hashes.get("hash_full_prompts"):
        yield ALL_PROMPTS, str(hashes["hash_full_prompts"])


def _members(file: _File, task: _Task) -> Iterator[str]:
    """The tasks that an average is over."""
    group = task.name.removesuffix(":_average")
    for written in file.results:
        one = _task(file, written)
        if not one.is_average and (task.written == _ALL or one.name.startswith(f"{group}:")):
            yield one.written


def _version(general: _General) -> str | None:
    """A commit; "?" is how this harness says that it does not know."""
    known = general.lighteval_sha not in (None, "?", "")
    return str(general.lighteval_sha) if known else None
