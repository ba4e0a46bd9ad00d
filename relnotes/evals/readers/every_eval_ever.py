"""Read the records of Every Eval Ever: one model's results from any harness, schemas 0.2 and 0.3.

Its traps: there is no task version; a converter that met an older lm-eval wrote `acc_stderr` as a
score of its own; which way is better is written even where nobody knows; a library's version may
be "unknown", or a list of packages.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from relnotes.evals.comparability import harness_condition
from relnotes.evals.metrics import Facts, outside, with_facts
from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.every_eval_ever_metric import Name, facts, name_of
from relnotes.evals.readers.every_eval_ever_shape import RECORD, Record, Result
from relnotes.evals.readers.redaction import is_secret_key, redacted
from relnotes.evals.result import EvalFile, Kind, Measurement

name = "Every Eval Ever record"

_MARKS = (b'"schema_version"', b'"evaluation_id"', b'"evaluation_results"')
_STDERR = "_stderr"
_UNKNOWN = (None, "", "unknown")
_FROM_DEVIATION = "standard deviation over the square root of n"
_MEND = "keep one of them"
_SECONDS = 1e11  # beyond it a time has no four-digit year

# The decoding that a release itself may change, and what says nothing of a measure.
_NOT_COMPARED = frozenset({"temperature", "top_p", "top_k", "execution_command", "seed"})
_SHOTS = "num_fewshot"
# As the readers of these harnesses' own files call them, so that the two can be compared.
_CALLED = {"lm_eval": "lm-eval", "lm-evaluation-harness": "lm-eval", "helm": "HELM"}


def recognise(head: bytes) -> bool:
    """An object with the keys that every version has."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and all(mark in head for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """Every result; a standard error that stands as a score goes to what it is of."""
    record = json_text.decode(data, RECORD, place)
    checks = Checks(data, place)
    names = _names(record)
    errors = {
        called: index for index, called in enumerate(names) if called.metric.endswith(_STDERR)
    }
    measurements: dict[tuple[str, str, str | None], Measurement] = {}
    for index, (result, called) in enumerate(zip(record.evaluation_results, names, strict=True)):
        if called.metric.endswith(_STDERR):
            continue
        error = errors.pop(called._replace(metric=called.metric + _STDERR), None)
        one = _measurement(record, result, index, called, error, checks)
        if one.key in measurements:
            what = f"{one.task} {one.metric} is given twice"
            checks.problem(("evaluation_results", index), what, _MEND)
        measurements[one.key] = one
    for left in errors:
        checks.remark(f"{left.task}: {left.metric} is no metric, and of none here; left out")
    if not measurements:
        checks.remark("this file holds no result")
    model = record.model_info
    return EvalFile(
        name,
        _library(record)[0],
        _library(record)[1],
        _started(record),
        redacted(str(model.id or model.name)) if model and (model.id or model.name) else None,
        tuple(measurements.values()),
        checks.finish(),
    )


def _names(record: Record) -> list[Name]:
    """What each result is of; where two would get one name, their ids set them apart."""
    names = [name_of(result) for result in record.evaluation_results]
    often = Counter(names)
    return [
        called._replace(filter=str(result.evaluation_result_id))
        if often[called] > 1 and result.evaluation_result_id
        else called
        for called, result in zip(names, record.evaluation_results, strict=True)
    ]


def _measurement(
    record: Record, result: Result, index: int, called: Name, error: int | None, checks: Checks
) -> Measurement:
    path = ("evaluation_results", index, "score_details")
    value = checks.number(result.score_details.score, (*path, "score"))
    if result.metric_config.has_unknown_level is True and value == -1:
        value = None  # as the schema writes that the level is unknown
    stderr, method = _stderr(result, path, checks)
    if stderr is None and error is not None:
        written = record.evaluation_results[error].score_details.score
        stderr = checks.stderr(written, ("evaluation_results", error, "score_details", "score"))
    one = Measurement(
        *called,
        value,
        stderr,
        None if stderr is None else method,
        _n(result, path, checks),
        conditions=tuple(sorted(_conditions(record, result))),
    )
    known = facts(called.metric, result.metric_config)
    if value is not None and outside(value, known.low, known.high):
        checks.remark(
            f"{called.task} {called.metric}: {value:g} is outside of its range; scale unknown"
        )
        known = Facts(known.direction, Kind.UNBOUNDED)
    return with_facts(one, known)


def _stderr(
    result: Result, path: tuple[str | int, ...], checks: Checks
) -> tuple[float | None, str | None]:
    """As given, else by the schema's own definition."""
    uncertainty = result.score_details.uncertainty
    if uncertainty is None:
        return None, None
    error = uncertainty.standard_error
    if error is not None and error.value is not None:
        place = (*path, "uncertainty", "standard_error", "value")
        return checks.stderr(error.value, place), str(error.method) if error.method else None
    place = (*path, "uncertainty", "standard_deviation")
    deviation, n = checks.stderr(uncertainty.standard_deviation, place), _n(result, path, checks)
    return (deviation / math.sqrt(n), _FROM_DEVIATION) if deviation and n else (None, None)


def _n(result: Result, path: tuple[str | int, ...], checks: Checks) -> int | None:
    uncertainty = result.score_details.uncertainty
    n = uncertainty.num_samples if uncertainty else None
    return checks.count(n, (*path, "uncertainty", "num_samples"))


def _conditions(record: Record, result: Result) -> Iterator[tuple[str, str]]:
    library, version = _library(record)
    yield "harness", harness_condition(library, version) if version else library
    if data := result.source_data:
        if dataset := data.hf_repo or data.dataset_name:
            yield "dataset", redacted(str(dataset))
        if data.hf_split:
            yield "split", str(data.hf_split)
        if data.samples_number is not None:
            yield "dataset size", str(data.samples_number)
    if judging := result.metric_config.llm_scoring:
        models = [judge.model_info for judge in judging.judges if judge.model_info]
        yield "judge", redacted(", ".join(sorted(str(one.id or one.name) for one in models)))
        yield "judge prompt", _digest(judging.input_prompt)
    yield from _generation(result)


def _generation(result: Result) -> Iterator[tuple[str, str]]:
    config = result.generation_config
    arguments = (config.generation_args if config else None) or {}
    details = (config.additional_details if config else None) or {}
    if details.get(_SHOTS) is not None:
        yield "shots", str(details[_SHOTS])
    if arguments.get("prompt_template"):
        yield "prompt template", _digest(arguments["prompt_template"])
    for key, value in arguments.items():
        plain = isinstance(value, str | int | float)
        if plain and key not in _NOT_COMPARED | {"prompt_template"} and not is_secret_key(key):
            yield f"generation.{key}", redacted(str(value))


def _library(record: Record) -> tuple[str, str | None]:
    """The harness behind the numbers, else where they were taken from."""
    library = record.eval_library
    if library is None or library.name in _UNKNOWN:
        source = record.source_metadata.source_name if record.source_metadata else None
        return redacted(str(source or "unknown harness")), None
    called = str(library.name)
    return _CALLED.get(called.lower(), called), _version(called, library.version)


def _version(library: str, written: Any) -> str | None:
    """Of packages `a:1,b:2` the library's own."""
    if written in _UNKNOWN:
        return None
    packages = dict(part.partition(":")[::2] for part in str(written).split(","))
    return packages.get(library) or str(written)


def _started(record: Record) -> str | None:
    """When it was evaluated, never when it was retrieved."""
    of_results = (result.evaluation_timestamp for result in record.evaluation_results)
    written = record.evaluation_timestamp or next(filter(None, of_results), None)
    try:
        seconds = float(str(written))
    except ValueError:
        return str(written) if isinstance(written, str) else None
    if not 0 < seconds < _SECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
