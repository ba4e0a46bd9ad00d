"""The score of every answer in an Inspect log, for the metrics that are averages of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from relnotes.errors import fail
from relnotes.evals.readers import json_text
from relnotes.evals.readers.inspect_names import (
    AVERAGES,
    cluster_of,
    name_of,
    reducer_of,
    stderr_of,
)
from relnotes.evals.readers.inspect_parts import Log
from relnotes.evals.readers.inspect_shape import Score, Summary
from relnotes.evals.sample import Sample, State

# Inspect's own words for right, half right, wrong and no answer, and what else it understands.
_WORDS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_LARGEST = 1e300
_YES = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def of_log(log: Log) -> Iterator[Sample]:
    """Scorer by scorer; questions that were never asked are unscored."""
    for score in log.header.results.scores if log.header.results else ():
        for key, metric in score.metrics.items():
            name = name_of(score, key, metric)
            if name is None or name.group or name.metric not in AVERAGES:
                continue
            found = _reduced(log, score) if reducer_of(score) else _answers(log, score)
            for question, epoch, cluster, value, failed in found:
                number, state = _number(value, failed, log.place)
                yield Sample(
                    log.header.eval.task,
                    name.metric,
                    name.filter,
                    question,
                    epoch,
                    cluster,
                    number,
                    state,
                )


def scored_questions(log: Log, score: Score) -> int:
    """How many questions have a score, which older versions do not write."""
    return len(
        {
            question
            for question, _, _, value, failed in _answers(log, score)
            if _number(value, failed, log.place)[1] is State.SCORED
        }
    )


_Found = tuple[str, int, str | None, Any, bool]  # question, epoch, cluster, value, failed


def _answers(log: Log, score: Score) -> Iterator[_Found]:
    error = stderr_of(score)
    cluster = cluster_of(error[1]) if error else None
    seen = set()
    for summary in log.summaries:
        question = str(summary.id)
        seen.add(question)
        epoch = summary.epoch if isinstance(summary.epoch, int) else 1
        value = _value(summary, score)
        failed = value is None and summary.error is not None
        yield question, epoch, _cluster(summary, cluster), value, failed
    dataset = log.header.eval.dataset
    for known in (dataset.sample_ids if dataset else None) or ():
        if str(known) not in seen:
            yield str(known), 1, None, None, False


def _reduced(log: Log, score: Score) -> Iterator[_Found]:
    """One score a question, made of its epochs by the harness."""
    clusters = {question: cluster for question, _, cluster, _, _ in _answers(log, score)}
    for reduction in log.reductions:
        if (reduction.scorer, reduction.reducer) != (score.scorer, score.reducer):
            continue
        for one in reduction.samples:
            question = str(one.sample_id)
            value = one.value if score.name == score.scorer else _part(one.value, score)
            yield question, 1, clusters.get(question), value, False


def _value(summary: Summary, score: Score) -> Any:
    """What the scorer said; of a score with several keys, what stands under this one."""
    scores = summary.scores or {}
    found = scores.get(str(score.scorer)) or scores.get(str(score.name))
    if found is None:
        return None
    return found.value if score.name == score.scorer else _part(found.value, score)


def _part(value: Any, score: Score) -> Any:
    return value.get(str(score.name)) if isinstance(value, dict) else value


def _cluster(summary: Summary, field: str | None) -> str | None:
    metadata = summary.metadata if isinstance(summary.metadata, dict) else {}
    found = metadata.get(field) if field else None
    return None if found is None else str(found)


def _number(value: Any, failed: bool, place: str) -> tuple[float | None, State]:
    """As Inspect makes a number of a score: what it cannot read counts as wrong."""
    if value is None or value == json_text.NOT_FINITE + "NaN":
        return None, State.ERRORED if failed else State.UNSCORED
    if isinstance(value, bool | int | float):
        number = float(value) if abs(value) < _LARGEST else math.inf
    else:
        number = _of_text(value) if isinstance(value, str) else 0.0
    if not math.isfinite(number):
        raise fail(place, "an answer has an infinite score, which is no result")
    return number, State.SCORED


def _of_text(text: str) -> float:
    if text.startswith(json_text.NOT_FINITE):
        return math.inf
    if text in _WORDS:
        return _WORDS[text]
    try:
        number = float(text)
    except ValueError:
        return _YES.get(text.lower(), 0.0)
    return number if math.isfinite(number) else 0.0
