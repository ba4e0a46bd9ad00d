"""Turn the scores of single questions into a measurement: mean, standard error and n.

The unit is the question: repeated answers to one are averaged before anything else.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

import msgspec

CLUSTERED = "standard error of the mean, clustered"
OF_THE_MEAN = "standard error of the mean"


class Aggregate(NamedTuple):
    """`stderr` is None for fewer than two questions or clusters, which show no variation."""

    mean: float | None
    stderr: float | None
    method: str | None
    n: int


class Tally(msgspec.Struct):
    """The scores of one metric of one task, taken in one by one."""

    errored: int = 0
    unscored: int = 0
    _questions: dict[str, list[float]] = {}  # key → sum, count
    _cluster_of: dict[str, str] = {}

    def add(self, key: str, score: float, cluster: str | None = None) -> None:
        """One answer to the question `key`."""
        question = self._questions.get(key)
        if question is None:
            self._questions[key] = [score, 1.0]
        else:
            question[0] += score
            question[1] += 1.0
        if cluster is not None:
            self._cluster_of[key] = cluster

    def has(self, key: str) -> bool:
        return key in self._questions

    @property
    def n(self) -> int:
        return len(self._questions)

    @property
    def answers(self) -> int:
        return int(sum(count for _, count in self._questions.values()))

    @property
    def total(self) -> float:
        """Of all scores; of scores that are 0 or 1 how many were 1."""
        return math.fsum(total for total, _ in self._questions.values())

    def aggregate(self) -> Aggregate:
        """The mean with its error.

        Clustered: sqrt(G/(G − 1) · Σ (S_g − n_g · mean)²) / n (Miller 2024, arXiv 2411.00640,
        eq. 4, with the correction for few clusters); each question is its own cluster if it has
        none, which gives the usual s/√n.
        """
        means = {key: total / count for key, (total, count) in self._questions.items()}
        if not means:
            return Aggregate(None, None, None, 0)
        mean = math.fsum(means.values()) / len(means)
        groups = self._off(means, mean)
        if len(groups) < 2:
            return Aggregate(mean, None, None, self.n)
        squares = math.fsum(off * off for off in groups)
        stderr = math.sqrt(len(groups) / (len(groups) - 1) * squares) / self.n
        return Aggregate(mean, stderr, CLUSTERED if self._cluster_of else OF_THE_MEAN, self.n)

    def _off(self, means: dict[str, float], mean: float) -> Collection[float]:
        """By cluster, S_g − n_g · mean."""
        if not self._cluster_of:
            return [value - mean for value in means.values()]
        off: dict[tuple[bool, str], float] = {}
        for key, value in means.items():
            cluster = self._cluster_of.get(key)
            group = (False, key) if cluster is None else (True, cluster)
            off[group] = off.get(group, 0.0) + value - mean
        return off.values()

    def remark(self, what: str) -> str | None:
        """What was asked and not scored, if anything."""
        missing = [
            f"{count:,} {word}"
            for count, word in ((self.errored, "failed with an error"), (self.unscored, "unscored"))
            if count
        ]
        if not missing:
            return None
        return f"{what}: {self.n:,} scored, {' and '.join(missing)}; those are not counted"
