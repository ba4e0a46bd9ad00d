"""What the metrics of an Inspect log are called here, and which of them are none."""

from __future__ import annotations

from typing import Any, NamedTuple

from relnotes.evals.readers.inspect_shape import Metric, Score

AVERAGES = frozenset({"accuracy", "mean"})
"""The metrics that are means over questions, of which alone `stderr` is the standard error."""

_SPREAD = frozenset({"stderr", "bootstrap_stderr", "std", "var"})
_INTERVALS = frozenset({"ci"})


class Name(NamedTuple):
    metric: str
    filter: str
    group: bool
    """Whether it is of some of the questions only."""


def name_of(score: Score, key: str, metric: Metric) -> Name | None:
    """The name of what stands under `key`, or None if it tells of another metric's spread."""
    base = str(metric.name or key).rpartition("/")[2]
    params = params_of(metric)
    group_key = params.get("group_key")
    if group_key is not None:
        inner = params.get("metric")
        of = inner.get("name") if isinstance(inner, dict) else inner
        grouped = str(of or "grouped").rpartition("/")[2]
        return Name(grouped, _filter(score, f"{group_key}={metric.name or key}"), True)
    if base in _SPREAD or metric.group in _INTERVALS:
        return None
    return Name(key.rpartition("/")[2], _filter(score), False)


def stderr_of(score: Score) -> tuple[str, Metric] | None:
    """The standard error of the score's averages, and the key that it stands under."""
    for wanted in ("stderr", "bootstrap_stderr"):
        for key, metric in score.metrics.items():
            if str(metric.name or key).rpartition("/")[2] == wanted:
                return key, metric
    return None


def stderr_method(metric: Metric) -> str:
    if "bootstrap" in str(metric.name):
        return "bootstrap"
    cluster = cluster_of(metric)
    return f"clustered by {cluster}" if cluster else "standard error of the mean"


def cluster_of(metric: Metric) -> str | None:
    """The field of a question's metadata that says which ones hang together."""
    cluster = params_of(metric).get("cluster")
    return None if cluster is None else str(cluster)


def params_of(metric: Metric) -> dict[str, Any]:
    found = metric.params if metric.params is not None else metric.options
    return found if isinstance(found, dict) else {}


def reducer_of(score: Score) -> str | None:
    """How epochs become one score; None is the mean."""
    return None if score.reducer in (None, "mean") else str(score.reducer)


def _filter(score: Score, group: str = "") -> str:
    """Scorer, key of its scores, group and reducer: what keeps siblings apart."""
    scorer, key = str(score.scorer or score.name), str(score.name or score.scorer)
    of = scorer if scorer == key else f"{scorer}/{key}"
    return ", ".join(filter(None, (of, group, reducer_of(score))))
