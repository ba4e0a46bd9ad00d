"""What a result of Every Eval Ever is of, and what is known of its scale."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from relnotes.evals.metrics import Facts, facts_of
from relnotes.evals.readers.every_eval_ever_shape import MetricConfig, Result
from relnotes.evals.result import Direction, Kind

_WORD = re.compile(r"([\w@.+-]+)(?: \(filter: ([^()]+)\))?")
_RESULT_ID = re.compile(r"([\w@+-]+)(?::([\w@.+-]+))?")
_UNITS = {"proportion": "fraction", "percentage": "percent"}
_PROPORTIONS = ("fraction", "percent")
_UNNAMED = "score"
_LARGEST = 1e300


class Name(NamedTuple):
    task: str
    metric: str
    filter: str | None


def name_of(result: Result) -> Name:
    """By the id, which the instances of the result have as well; else by the first of the fields
    in which one or another converter writes the metric."""
    if by_id := name_by_id(result.evaluation_name, result.evaluation_result_id):
        return by_id
    config = result.metric_config
    described = _WORD.fullmatch(str(config.evaluation_description or ""))
    if described and described[2]:
        return _named(result.evaluation_name, described[1], described[2])
    called = _WORD.fullmatch(str(config.metric_name or ""))
    names = (
        described[1] if described else None,
        called[1] if called else None,
        config.metric_kind,
        _UNNAMED,
    )
    return _named(result.evaluation_name, next(str(one) for one in names if one), None)


def name_by_id(evaluation: str, result_id: Any) -> Name | None:
    """From an id `metric` or `metric:filter`, as the converters write it; others name no metric."""
    found = _RESULT_ID.fullmatch(str(result_id or ""))
    if found is None or found[0] == evaluation:
        return None
    return _named(evaluation, found[1], found[2])


def _named(evaluation: str, metric: str, filter_name: str | None) -> Name:
    task = evaluation.removesuffix(f"/{filter_name}") if filter_name else evaluation
    return Name(task, metric, filter_name)


def facts(metric: str, config: MetricConfig) -> Facts:
    """What the file says, and the shipped table where it says nothing."""
    known = facts_of(metric)
    low, high = _bound(config.min_score), _bound(config.max_score)
    unit = _UNITS.get(str(config.metric_unit), config.metric_unit and str(config.metric_unit))
    if not unit and (low, high) == (0.0, 1.0):
        unit = "fraction"
    if low is high is None and unit in (None, known.unit):
        unit, low, high = known.unit, known.low, known.high
    return Facts(_direction(config, known), _kind(config, known, unit, low, high), unit, low, high)


def _direction(config: MetricConfig, known: Facts) -> Direction:
    """The schema wants a word on it, so a converter that knows nothing says so elsewhere."""
    is_guess = (config.additional_details or {}).get("polarity") == "unknown"
    if isinstance(config.lower_is_better, bool) and not is_guess:
        return Direction.LOWER if config.lower_is_better else Direction.HIGHER
    return known.direction or Direction.UNKNOWN


def _kind(
    config: MetricConfig, known: Facts, unit: str | None, low: float | None, high: float | None
) -> Kind:
    if config.score_type == "binary" or (known.kind is Kind.BINARY and unit in _PROPORTIONS):
        return Kind.BINARY
    return Kind.UNBOUNDED if None in (low, high) else Kind.BOUNDED


def _bound(value: Any) -> float | None:
    """None where there is none, be it left out or infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        return None
    return float(value)
