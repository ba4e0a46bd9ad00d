"""Read the event log of OpenAI evals (`oaieval`): JSON lines, one run of one eval.

Its traps: `final_report` may be line 2, before the events; an unfinished run has none;
`boostrap_std` (so spelled) is the standard error of the accuracy; counts are no rates; a model
that grades itself is its own judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from relnotes.evals.readers import json_text, lines
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.lm_eval_task import digest
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import EvalFile, Measurement
from relnotes.evals.sample import Sample, State
from relnotes.evals.tally import Tally

name = "OpenAI evals log"

_START = re.compile(rb'\A\s*\{\s*"spec"\s*:\s*\{')
_ACCURACY = "accuracy"
_BOOTSTRAP = "boostrap_std"
_STDERR_METHOD = "bootstrap over halves"
# Sums and settings; their size follows the number of questions or nobody knows what is better.
_NO_RATES = re.compile(r"counts?[/_]|^usage_|_count$|^num_|^n$|std$|^seed$")


class _Spec(msgspec.Struct):
    eval_name: Any = None
    completion_fns: Any = None
    model_name: Any = None
    run_config: Any = None
    created_at: Any = None


class _Match(msgspec.Struct):
    correct: Any = None


class _Line(msgspec.Struct):
    spec: _Spec | None = None
    final_report: dict[str, Any] | None = None
    type: Any = None
    sample_id: Any = None
    data: msgspec.Raw = msgspec.Raw(b"null")


_DECODER = msgspec.json.Decoder(_Line)
_MATCH = msgspec.json.Decoder(_Match | None)


def recognise(head: bytes) -> bool:
    """A first line that describes the run."""
    return _START.match(head) is not None and (b'"run_config"' in head or b'"eval_name"' in head)


def read(data: bytes, place: str) -> EvalFile:
    """What the final report says, with n and errors from the events."""
    checks = Checks(data, place)
    spec, report, report_at = _Spec(), None, 0
    tally = Tally()
    for number, line in lines.decoded(lines.of(data), _DECODER, place):
        if line.spec:
            spec = line.spec
        elif line.final_report is not None:
            report, report_at = line.final_report, number
        else:
            _count(line, tally, f"{place}:{number}", checks)
    task, conditions = _task(spec), tuple(sorted(_conditions(spec, report is not None)))
    if report is None:
        checks.remark("there is no final report: the run did not end")
    if text := tally.remark(task):
        checks.remark(text)
    measured = _measurements(task, report, tally, conditions, f"{place}:{report_at}", checks)
    found = tuple(measured)
    if not found:
        checks.remark("this file holds no result")
    model = ", ".join(_models(spec)) or None
    started = spec.created_at if isinstance(spec.created_at, str) else None
    sampled = ((task, _ACCURACY, None),) if tally.n else ()
    return EvalFile(
        name, "openai-evals", None, started, model, found, checks.finish(), sampled=sampled
    )


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Whether each answer was right; an answer given again is the next epoch."""
    task, epochs = "", dict[str, int]()
    checks = Checks(b"", place)
    for number, line in lines.decoded(lines.of_file(file, place), _DECODER, place):
        if line.spec:
            task = _task(line.spec)
        outcome = _outcome(line, f"{place}:{number}", checks)
        checks.finish()
        if outcome is None:
            continue
        key, score = str(line.sample_id), outcome[0]
        epochs[key] = epochs.get(key, 0) + 1
        state = State.ERRORED if score is None else State.SCORED
        yield Sample(task, _ACCURACY, None, key, epochs[key], None, score, state)


def _count(line: _Line, tally: Tally, place: str, checks: Checks) -> None:
    outcome = _outcome(line, place, checks)
    if outcome is None:
        return
    if outcome[0] is None:
        tally.errored += 1
    else:
        tally.add(str(line.sample_id), outcome[0])


def _outcome(line: _Line, place: str, checks: Checks) -> tuple[float | None] | None:
    """The score of an event that is about a question's outcome; (None,) if it failed."""
    if line.type == "error":
        return (None,)
    if line.type != "match":
        return None
    match = json_text.decode(bytes(line.data), _MATCH, place)
    correct = match.correct if match else None
    if correct is True or correct is False:
        return (float(correct),)
    return (checks.number_at(correct, place, "correct"),)


def _measurements(
    task: str,
    report: dict[str, Any] | None,
    tally: Tally,
    conditions: tuple[tuple[str, str], ...],
    place: str,
    checks: Checks,
) -> Iterator[Measurement]:
    of_events = tally.aggregate()
    n = of_events.n or None
    if report is None:
        if n:
            yield checks.measurement(task, _ACCURACY, None, *of_events, None, conditions)
        return
    for metric, written in report.items():
        if _NO_RATES.search(metric) or not isinstance(written, int | float | str | None):
            if metric != _BOOTSTRAP:
                checks.remark(f'{task}: "{metric}" is no rate and is left out')
            continue
        value = checks.number_at(written, place, metric)
        stderr, method = None, None
        if metric == _ACCURACY:
            _check_against_events(task, value, tally, checks)
            stderr, method = of_events.stderr, of_events.method
            if not n:
                stderr = checks.number_at(report.get(_BOOTSTRAP), place, _BOOTSTRAP)
                method = None if stderr is None else _STDERR_METHOD
        yield checks.measurement(task, metric, None, value, stderr, method, n, None, conditions)


def _check_against_events(task: str, value: float | None, tally: Tally, checks: Checks) -> None:
    mean = tally.aggregate().mean
    if value is None or mean is None or abs(value - mean) < 1e-6:
        return
    if tally.answers == tally.n:
        checks.remark(f"{task}: the final report says {value:g}, the {tally.n:,} events {mean:g}")


def _task(spec: _Spec) -> str:
    """`test-match.s1.simple-v0`: the eval and its split; what follows is the version."""
    full = redacted(str(spec.eval_name or "unnamed eval"))
    return full.rpartition(".")[0] if full.count(".") >= 2 else full


def _models(spec: _Spec) -> list[str]:
    written = spec.completion_fns or spec.model_name
    if isinstance(written, dict):
        written = written.get("completions")
    named = written if isinstance(written, list) else [written]
    return [str(one) for one in named if one]


def _conditions(spec: _Spec, finished: bool) -> Iterator[tuple[str, str]]:
    yield "harness", "openai-evals"
    yield "run status", "finished" if finished else "without a final report"
    full = str(spec.eval_name or "")
    if full.count(".") >= 2:
        yield "task version", full.rpartition(".")[2]
    run = spec.run_config if isinstance(spec.run_config, dict) else {}
    limit = run.get("max_samples", msgspec.UNSET)
    if limit is not msgspec.UNSET:
        yield "limit", "none" if limit is None else str(limit)
    if limit not in (None, msgspec.UNSET) and run.get("seed") is not None:
        yield "seed", str(run["seed"])  # it chooses the questions that are left
    yield from _of_eval_spec(run.get("eval_spec"), _models(spec))


def _of_eval_spec(written: Any, models: list[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(written, dict):
        return
    found = written.get("args")
    settings = found if isinstance(found, dict) else {}
    rest = {key: value for key, value in settings.items() if key != "samples_jsonl"}
    if settings.get("samples_jsonl"):
        yield "dataset", str(settings["samples_jsonl"])
    if written.get("cls"):
        scorer = str(written["cls"])
        yield "scorer", f"{scorer} with {digest(rest)[:12]}" if rest else scorer
        if "modelgraded" in scorer and models:
            yield "judge", models[-1]
    if settings.get("modelgraded_spec"):
        yield "judge prompt", str(settings["modelgraded_spec"])
