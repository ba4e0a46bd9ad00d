"""The samples of one file, gathered by question, with everything that is wrong in them. Pure.

`collect(samples, place) -> Scores` holds them in memory, one float a question; where there are
more than `limit` it gives up, and an engine made for size takes over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.sample import Sample, State, is_position
from relnotes.evals.tally import Aggregate, Tally

Key = tuple[str, str, str | None]

MANY = 100_000
"""Rows; up to here plain Python is as fast as an engine takes to start."""

_SHOWN = 3


class TooManyError(Exception):
    """More samples than were to be held in memory."""


class Series(msgspec.Struct):
    """The scores of one task and metric; repeated answers are averaged."""

    scores: dict[str, float | None] = {}  # by question
    clusters: dict[str, str] = {}  # by question, where it has one


Scores = dict[Key, Series]


def collect(samples: Iterable[Sample], place: str, limit: int = MANY) -> Scores:
    """By task, metric and filter; RelnotesError holds every problem, TooManyError none."""
    gathered: dict[Key, _Gathered] = {}
    for count, sample in enumerate(samples):
        if count == limit:
            raise TooManyError
        one = gathered.get(sample[:3])
        if one is None:
            one = gathered[sample[:3]] = _Gathered(sample.epoch)
        _, _, _, key, epoch, cluster, score, state = sample
        if epoch == one.first and cluster is None and key not in one.scores:
            one.scores[key] = score if state is State.SCORED else None  # nearly always
        else:
            one.add(key, epoch, cluster, score if state is State.SCORED else None)
    problems = [
        problem for key, one in gathered.items() for problem in one.problems(named(key), place)
    ]
    if problems:
        raise RelnotesError(problems)
    return {key: one.series() for key, one in gathered.items()}


def aggregate(series: Series) -> tuple[Aggregate, int]:
    """Mean, error and count of what is scored, and how many questions are not."""
    tally = Tally()
    for key, score in series.scores.items():
        if score is not None:
            tally.add(key, score, series.clusters.get(key))
    return tally.aggregate(), len(series.scores) - tally.n


def duplicate(name: str, keys: list[str], more: int, place: str) -> Problem:
    """The problem of questions that occur twice; `more` beside those that are named."""
    shown = ", ".join(_shown(key) for key in keys[:_SHOWN])
    rest = f" and {more:,} more" if more > 0 else ""
    what = f"{name}: the same question occurs twice: {shown}{rest}"
    return Problem(place, what, "give each question a key of its own, or each repetition an epoch")


def not_finite(name: str, key: str, place: str) -> Problem:
    """The problem of a score that is no number."""
    what = f"{name}: the score of {_shown(key)} is not finite"
    return Problem(place, what, "write null where there is no score")


class _Gathered(msgspec.Struct):
    first: int  # the epoch of the first sample; mostly there is no other
    scores: dict[str, float | None] = {}
    repeated: dict[str, dict[int, float | None]] = {}
    clusters: dict[str, str] = {}
    twice: dict[str, None] = {}

    def add(self, key: str, epoch: int, cluster: str | None, score: float | None) -> None:
        if cluster is not None:
            self.clusters[key] = cluster
        if epoch == self.first:
            if key in self.scores:
                self.twice[key] = None
            self.scores[key] = score
            return
        others = self.repeated.setdefault(key, {})
        if epoch in others:
            self.twice[key] = None
        others[epoch] = score

    def problems(self, name: str, place: str) -> Iterator[Problem]:
        if self.twice:
            yield duplicate(name, list(self.twice), len(self.twice) - _SHOWN, place)
        infinite = next((key for key, one in self._answers() if not math.isfinite(one)), None)
        if infinite is not None:
            yield not_finite(name, infinite, place)

    def _answers(self) -> Iterator[tuple[str, float]]:
        for key, score in self.scores.items():
            if score is not None:
                yield key, score
        for key, others in self.repeated.items():
            yield from ((key, score) for score in others.values() if score is not None)

    def series(self) -> Series:
        for key, others in self.repeated.items():
            answers = [self.scores.get(key), *others.values()]
            self.scores[key] = _mean([one for one in answers if one is not None])
        return Series(self.scores, self.clusters)


def _mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def named(key: Key) -> str:
    return " ".join(part for part in key if part)


def _shown(key: str) -> str:
    if is_position(key):
        return f"number {key[1:]}"
    return f'"{key[:40]}…"' if len(key) > 41 else f'"{key}"'
