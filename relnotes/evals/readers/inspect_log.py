"""Read the logs of Inspect: `.eval` archives and `.json` files, without inspect_ai.

Its traps: a run that was cancelled can hold scores, and one that succeeded may hold none; `std`
is the spread of the scores and no standard error; samples are counted once an epoch; what counts
is what was scored, not what was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from relnotes.evals.readers import inspect_conditions as conditions
from relnotes.evals.readers import inspect_names as names
from relnotes.evals.readers import inspect_samples, json_text
from relnotes.evals.readers.archive import MAGIC
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.inspect_parts import HEADER_MEMBER, START_MEMBER, Log, parts
from relnotes.evals.readers.inspect_shape import Header, Metric, Results, Score
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import EvalFile, Measurement
from relnotes.evals.sample import Sample

name = "Inspect log"

_MARKS = (b'"task_id"', b'"run_id"', b'"eval_id"')
_BEGINNING = 16_384
_SHOWN = 200


def recognise(head: bytes) -> bool:
    """An archive with the members of a log, or JSON that opens like one."""
    if head.startswith(MAGIC):
        return START_MEMBER.encode() in head or HEADER_MEMBER.encode() in head
    start = head[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n")
    opens = start[:1] == b"{" and b'"eval"' in start and b'"status"' in start
    return opens and b'"task"' in start and any(mark in start for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every scorer; nothing of a run that ended before it was scored."""
    log = parts(data, place)
    header = log.header
    checks = Checks(log.data, log.place)
    shared = conditions.of_run(header)
    measurements = tuple(
        measurement
        for index, score in enumerate(header.results.scores if header.results else ())
        for measurement in _measurements(log, index, score, shared, checks)
    )
    _remark(header, bool(measurements), checks)
    started = header.stats.started_at if header.stats else None
    return EvalFile(
        name,
        "inspect_ai",
        conditions.version(header.eval),
        _text(started or header.eval.created),
        redacted(str(header.eval.model)) if header.eval.model else None,
        measurements,
        checks.finish(),
    )


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """The score of every answer, for the metrics that are averages of them."""
    return inspect_samples.of_log(parts(file, place))


def _measurements(
    log: Log, index: int, score: Score, shared: conditions.Pairs, checks: Checks
) -> Iterator[Measurement]:
    task = log.header.eval.task
    path = ("results", "scores", index, "metrics")
    of_score = tuple(sorted((*shared, *conditions.of_score(log.header, score))))
    n = _n(log, index, score, checks)
    repeated = _counts_answers(log.header, score)
    stderr = None if repeated else names.stderr_of(score)
    if repeated and n:
        what = "its standard error takes repeated answers for new ones, and is left out"
        checks.remark(f"{task} {score.name}: {what}")
    for key, metric in score.metrics.items():
        called = names.name_of(score, key, metric)
        if called is None:
            continue
        error = stderr if called.metric in names.AVERAGES and not called.group else None
        spread = checks.stderr(_written(error[1], n), (*path, error[0], "value")) if error else None
        yield checks.measurement(
            task,
            called.metric,
            called.filter,
            checks.number(_written(metric, n), (*path, key, "value")),
            spread,
            None if error is None or spread is None else names.stderr_method(error[1]),
            None if called.group else n,
            None,
            of_score,
        )
    if unscored := checks.count(score.unscored_samples, (*path[:3], "unscored_samples")):
        checks.remark(f"{task} {score.name}: {unscored:,} of {unscored + (n or 0):,} not scored")


def _n(log: Log, index: int, score: Score, checks: Checks) -> int | None:
    """Questions scored, whatever was asked."""
    if score.scored_samples is None or _counts_answers(log.header, score):
        return inspect_samples.scored_questions(log, score) or None
    return checks.count(score.scored_samples, ("results", "scores", index, "scored_samples"))


def _counts_answers(header: Header, score: Score) -> bool:
    """Without a reducer, repeated answers to one question are counted one by one."""
    config = header.eval.config
    return score.reducer is None and config is not None and config.epochs not in (None, 1)


def _written(metric: Metric, n: int | None) -> Any:
    """Of no scores the harness writes NaN, which is no mistake."""
    nothing = n == 0 and metric.value == json_text.NOT_FINITE + "NaN"
    return None if nothing else metric.value


def _remark(header: Header, measured: bool, checks: Checks) -> None:
    task, status = header.eval.task, conditions.completeness(header)
    if status != conditions.COMPLETE:
        checks.remark(f"{task}: the run did not complete ({status}){_reason(header)}")
    elif not measured:
        checks.remark(f"{task}: the run completed, and nothing was scored")
    if measured and header.results and (missing := _missing(header.results)):
        checks.remark(f"{task}: {missing}; n is the questions that were scored")
    if header.invalidated is True:
        checks.remark(f"{task}: marked as invalid in the log")


def _reason(header: Header) -> str:
    message = str((header.error and header.error.message) or "").strip()
    return f": {redacted(message.splitlines()[0][:_SHOWN])}" if message else ""


def _missing(results: Results) -> str:
    total, done = results.total_samples, results.completed_samples
    if isinstance(total, int) and isinstance(done, int) and done < total:
        return f"{done:,} of {total:,} answers were completed"
    return ""


def _text(value: Any) -> str | None:
    return str(value) if value else None
