"""What the two ways to keep results on the Hugging Face Hub have in common."""

from __future__ import annotations

from typing import Any

from relnotes.evals.metrics import Facts, facts_of, outside, with_facts
from relnotes.evals.readers import json_text, written_value
from relnotes.evals.readers.checks import Path
from relnotes.evals.readers.written_value import WrittenValue
from relnotes.evals.readers.yaml_checks import YamlChecks, scalar
from relnotes.evals.result import Kind, Measurement

_SPREAD = "what stands behind ± is not said to be a standard error and is left out"
_MEND = "write a number, or leave the entry out"
SCALE = "written scale"
"""A condition: nobody says whether 0.7 and 71 are on one scale, and they are not subtracted."""


def value_of(written: Any, path: Path, checks: YamlChecks) -> WrittenValue:
    """The number in a value, which may be text."""
    value = scalar(written)
    marked = isinstance(value, str) and value.startswith(json_text.NOT_FINITE)
    if not isinstance(value, str) or marked:
        return WrittenValue(checks.number(value, path))
    found = written_value.parse(value)
    if found is None:
        checks.problem(path, f'"{value}" is no number', _MEND)
        return WrittenValue(None)
    if found.spread:
        checks.remark(_SPREAD)
    return found


def measurement(
    task: str,
    metric: str,
    filter_name: str | None,
    value: WrittenValue,
    conditions: tuple[tuple[str, str], ...],
) -> Measurement:
    """With the scale that is known: from a percent sign, or from the metric's range."""
    facts = facts_of(metric)
    if value.percent:
        facts = Facts(facts.direction, facts.kind, "percent", 0.0, 100.0)
    elif value.value is not None and outside(value.value, facts.low, facts.high):
        facts = Facts(facts.direction, Kind.UNBOUNDED)
    if facts.unit is None:
        conditions = _with_scale(conditions, value.value)
    one = Measurement(task, metric, filter_name, value.value, conditions=conditions)
    return with_facts(one, facts)


def _with_scale(
    conditions: tuple[tuple[str, str], ...], value: float | None
) -> tuple[tuple[str, str], ...]:
    if value is None:
        return conditions
    scale = "up to 1" if abs(value) <= 1 else "above 1"
    return tuple(sorted((*conditions, (SCALE, scale))))
