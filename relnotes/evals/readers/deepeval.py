"""Read a test run of DeepEval, as its cache and its results folder keep it.

Its traps: hallucination, bias and toxicity are better when lower, which only the thresholds tell;
a metric that failed to run has no score and is no failure; the judge and the threshold belong to
each metric; cases are named by their position, so a question is known by its input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import msgspec

from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks, Path
from relnotes.evals.readers.lm_eval_task import digest
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State
from relnotes.evals.tally import Tally

name = "DeepEval test run"

PASSED = "pass_rate"
_CASES = ("testCases", "test_cases", "conversationalTestCases", "test_results")
_INPUT = ("input", "scenario", "turns", "context", "expectedOutput", "expected_output")
_METRICS = (b'"metricsData"', b'"metrics_data"', b'"metricsMetadata"', b'"metricsScores"')

Row = dict[str, Any]


class _Summary(msgspec.Struct):
    metric: Any = None
    scores: list[Any] = []


class _File(msgspec.Struct):
    test_cases: list[Row] = []
    testCases: list[Row] = []  # noqa: N815  (as the file has it)
    conversationalTestCases: list[Row] = []  # noqa: N815
    test_results: list[Row] = []
    datasetAlias: Any = None  # noqa: N815
    testFile: Any = None  # noqa: N815
    hyperparameters: Any = None
    metricsScores: list[_Summary] = []  # noqa: N815


_DECODER = msgspec.json.Decoder(_File)


@dataclass(slots=True)
class _Scores:
    """Everything about one metric."""

    tally: Tally = field(default_factory=Tally)
    judges: set[str] = field(default_factory=set)
    thresholds: set[str] = field(default_factory=set)
    better: set[Direction] = field(default_factory=set)
    low: float = 0.0
    high: float = 0.0


class _Result(msgspec.Struct, frozen=True):
    """One metric of one case; `success` None where it did not run."""

    metric: str
    key: str
    score: float | None
    success: bool | None
    threshold: float | None
    judge: str | None


def recognise(head: bytes) -> bool:
    """Cases beside what is measured of each."""
    cases = any(f'"{key}"'.encode() in head for key in _CASES)
    return head.lstrip()[:1] == b"{" and cases and any(mark in head for mark in _METRICS)


def read(data: bytes, place: str) -> EvalFile:
    """The mean of each metric, and the share of cases that passed."""
    file = json_text.decode(data, _DECODER, place)
    checks = Checks(data, place)
    task = _task(file)
    scores: dict[str, _Scores] = {}
    for result in _results(file, checks):
        _take_in(result, scores.setdefault(result.metric, _Scores()))
    found = [_measurement(task, metric, one, checks) for metric, one in scores.items()]
    found += _passed(task, file, scores, checks)
    _check_against_summary(file, scores, checks)
    if not found:
        checks.remark("this file holds no result")
    model = _model(file.hyperparameters)
    sampled = tuple((task, metric, None) for metric in scores)
    known = tuple(found)
    return EvalFile(name, "deepeval", None, None, model, known, checks.finish(), sampled=sampled)


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Every score of every case; an input that is asked again is its next epoch."""
    data = file.read()
    run = json_text.decode(data, _DECODER, place)
    checks = Checks(data, place)
    results = list(_results(run, checks))
    checks.finish()
    task, epochs = _task(run), dict[tuple[str, str], int]()
    for one in results:
        again = (one.metric, one.key)
        epochs[again] = epochs.get(again, 0) + 1
        state = State.ERRORED if one.score is None else State.SCORED
        yield Sample(task, one.metric, None, one.key, epochs[again], None, one.score, state)


def _results(file: _File, checks: Checks) -> Iterator[_Result]:
    for path, case in _cases(file):
        key = _key(case)
        for field_name in ("metricsData", "metrics_data", "metricsMetadata"):
            written = case.get(field_name)
            if written is None:
                continue
            if not isinstance(written, list):
                checks.problem((*path, field_name), f"{field_name} should be a list")
                continue
            for index, one in enumerate(written):
                yield from _result(one, key, (*path, field_name, index), checks)


def _cases(file: _File) -> Iterator[tuple[Path, Row]]:
    for field_name in _CASES:
        for index, case in enumerate(getattr(file, field_name)):
            yield (field_name, index), case


def _result(one: Any, key: str, path: Path, checks: Checks) -> Iterator[_Result]:
    metric = one.get("name", one.get("metric")) if isinstance(one, dict) else None
    if not isinstance(metric, str) or not metric:
        checks.problem(path, "a metric should be an object with a name")
        return
    score = checks.number(one.get("score"), (*path, "score"))
    limit = next((k for k in ("threshold", "minimumScore") if k in one), "threshold")
    success = one.get("success")
    yield _Result(
        redacted(metric),
        key,
        None if one.get("error") else score,
        success if isinstance(success, bool) else None,
        checks.number(one.get(limit), (*path, limit)),
        str(judge) if (judge := one.get("evaluationModel", one.get("evaluation_model"))) else None,
    )


def _take_in(one: _Result, scores: _Scores) -> None:
    if one.judge:
        scores.judges.add(one.judge)
    if one.threshold is not None:
        scores.thresholds.add(f"{one.threshold:g}")
    if one.score is None:
        scores.tally.errored += 1
        return
    scores.tally.add(one.key, one.score)
    scores.low, scores.high = min(scores.low, one.score), max(scores.high, one.score)
    if one.success is not None and one.threshold is not None and one.score != one.threshold:
        above_is_good = one.success == (one.score > one.threshold)
        scores.better.add(Direction.HIGHER if above_is_good else Direction.LOWER)


def _measurement(task: str, metric: str, scores: _Scores, checks: Checks) -> Measurement:
    tally = scores.tally
    if remark := tally.remark(f"{task} {metric}"):
        checks.remark(remark)
    conditions = {"harness": "deepeval"}
    if scores.judges:
        conditions["judge"] = ", ".join(sorted(scores.judges))
    usual = scores.low >= 0 and scores.high <= 1
    return Measurement(
        task,
        metric,
        None,
        *tally.aggregate(),
        direction=_direction(task, metric, scores, checks),
        kind=Kind.BOUNDED if usual else Kind.UNBOUNDED,
        unit="fraction" if usual else None,
        low=0.0 if usual else None,
        high=1.0 if usual else None,
        conditions=tuple(sorted(conditions.items())),
    )


def _check_against_summary(file: _File, scores: dict[str, _Scores], checks: Checks) -> None:
    """The file's own summary counts the parts of a trace too; here the unit is the case."""
    for summary in file.metricsScores:
        known = scores.get(str(summary.metric))
        answers = known.tally.answers if known else 0
        if len(summary.scores) != answers:
            checks.remark(
                f"{summary.metric}: {len(summary.scores):,} scores, {answers:,} of them of whole"
                " cases; those of parts of a trace are left out"
            )


def _direction(task: str, metric: str, scores: _Scores, checks: Checks) -> Direction:
    """On which side of its threshold a score passes, as the file itself shows it."""
    if len(scores.better) > 1:
        checks.remark(f"{task} {metric}: passes on both sides of its threshold")
    return next(iter(scores.better)) if len(scores.better) == 1 else Direction.UNKNOWN


def _passed(
    task: str, file: _File, scores: dict[str, _Scores], checks: Checks
) -> Iterable[Measurement]:
    """The share of cases that passed all their metrics; another threshold is another measure."""
    tally = Tally()
    for _, case in _cases(file):
        passed = _outcome(case)
        if passed is not None:
            tally.add(_key(case), float(passed))
        elif isinstance(case.get("success"), bool):
            tally.errored += 1
        else:
            tally.unscored += 1
    if remark := tally.remark(f"{task} {PASSED}"):
        checks.remark(remark)
    if not tally.n:
        return
    limits = [f"{metric} {'/'.join(sorted(one.thresholds))}" for metric, one in scores.items()]
    judges = sorted({judge for one in scores.values() for judge in one.judges})
    conditions = {"harness": "deepeval", "thresholds": ", ".join(sorted(limits)) or "none"}
    if judges:
        conditions["judge"] = ", ".join(judges)
    pairs = tuple(sorted(conditions.items()))
    mean, stderr, method, n = tally.aggregate()
    yield checks.measurement(task, PASSED, None, mean, stderr, method, n, None, pairs)


def _outcome(case: Row) -> bool | None:
    """Whether a case passed; None where only a metric broke, which DeepEval counts as failed."""
    success = case.get("success")
    results = case.get("metricsData", case.get("metrics_data"))
    if success is not False or not isinstance(results, list):
        return success if isinstance(success, bool) else None
    failed = [one for one in results if isinstance(one, dict) and one.get("success") is False]
    broken = [one for one in failed if one.get("error") or one.get("score") is None]
    return None if failed and len(broken) == len(failed) else False


def _key(case: Row) -> str:
    """A hash of what was asked; the case's name where nothing is kept of it."""
    asked = {key: case[key] for key in _INPUT if case.get(key) is not None}
    if "turns" in asked:
        asked["turns"] = _questions(asked["turns"])
    return digest(asked) if asked else str(case.get("name"))


def _questions(turns: Any) -> Any:
    """Of a conversation, what the user said."""
    if not isinstance(turns, list):
        return turns
    said = [one.get("content") for one in turns if isinstance(one, dict) and _is_user(one)]
    return said or None


def _is_user(turn: Row) -> bool:
    return turn.get("role") == "user"


def _task(file: _File) -> str:
    """What stays the same from run to run."""
    return redacted(str(file.datasetAlias or file.testFile or "deepeval"))


def _model(hyperparameters: Any) -> str | None:
    if not isinstance(hyperparameters, dict):
        return None
    named = {str(key).strip().lower(): value for key, value in hyperparameters.items()}
    found = named.get("model") or named.get("model name") or named.get("model_name")
    return str(found) if isinstance(found, str) else None
