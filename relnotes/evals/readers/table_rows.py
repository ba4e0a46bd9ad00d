"""What each row of a mapped table says; knows where each thing stands, and no statistics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.mapping import Mapping, TableFormat
from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.readers.tables import Table
from relnotes.evals.sample import State
from relnotes.validation import did_you_mean

Group = tuple[str, str, str | None, tuple[tuple[str, str], ...]]
"""Task, metric, filter, conditions."""

Values = tuple[Any, ...]

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_NOTHING = frozenset({"", "na", "n/a", "null", "none"})
_NO_ERROR = _NOTHING | {"0", "false"}
_TRUTH = {"true": 1.0, "false": 0.0}
_MANY_GROUPS = 10_000


class Layout:
    """A table and its mapping; RelnotesError if a column is not there."""

    def __init__(self, mapping: Mapping, table: Table, place: str, checks: Checks) -> None:
        self.mapping = mapping
        self._table = table
        self._checks = checks
        of_field = mapping.columns.model_dump(exclude_none=True)
        wanted = list(dict.fromkeys([*of_field.values(), *mapping.condition_columns.values()]))
        problems = [_absent(name, table.columns, place) for name in wanted]
        if found := [problem for problem in problems if problem]:
            raise RelnotesError(found)
        self._wanted = wanted
        self._at = {field: wanted.index(name) for field, name in of_field.items()}
        self._conditions_at = {
            field: wanted.index(name) for field, name in mapping.condition_columns.items()
        }
        grouping = [self._at[field] for field in ("task", "metric", "filter") if field in self._at]
        self._grouping = [*grouping, *self._conditions_at.values()]
        self._groups: dict[Values, Group] = {}
        self._fixed = dict(fixed_conditions(mapping))
        self._is_text = table.format in (TableFormat.CSV, TableFormat.TSV)

    def rows(self) -> Iterator[tuple[str, Values]]:
        """The place of each row, and its values for the other methods."""
        return self._table.rows(self._wanted)

    def group(self, place: str, values: Values) -> Group:
        """What a row is about; rows of one group follow each other by the thousand."""
        key = tuple([values[index] for index in self._grouping])
        try:
            return self._groups[key]
        except (KeyError, TypeError):  # a list cannot be looked up
            group = self._group(place, values)
        if len(self._groups) < _MANY_GROUPS and _is_plain(key):
            self._groups[key] = group
        return group

    def key(self, place: str, values: Values) -> str:
        """What names the question."""
        return self._named("key", place, values)

    def cluster(self, values: Values) -> str | None:
        return self._words("cluster", values)

    def score(self, place: str, values: Values) -> tuple[float | None, State]:
        """None where there is none, and why."""
        if "error" in self._at:
            failed = self._words("error", values)
            if failed is not None and failed.lower() not in _NO_ERROR:
                return None, State.ERRORED
        score = self.number("score", place, values)
        return score, State.UNSCORED if score is None else State.SCORED

    def number(self, field: str, place: str, values: Values) -> float | None:
        """A number, or None for an empty cell; right is 1 and wrong is 0."""
        at = self._at.get(field)
        if at is None:
            return None
        value = values[at]
        if type(value) is str and self._is_text:
            value = _of_text(value)
        if type(value) is float and math.isfinite(value):
            return value
        if isinstance(value, bool | Decimal):
            value = float(value)
        if isinstance(value, str) and not value.startswith(json_text.NOT_FINITE):
            self._problem(place, f'{field} should be a number, not the text "{value[:40]}"')
            return None
        return self._checks.number_at(value, place, field)

    def _group(self, place: str, values: Values) -> Group:
        said = dict(self._fixed)
        for field, index in self._conditions_at.items():
            if (value := _text(values[index])) is not None:
                said[field] = value
        task = self.mapping.task or self._named("task", place, values)
        metric = self.mapping.metric or self._named("metric", place, values)
        filter_name = self._words("filter", values)
        return (
            redacted(task),
            redacted(metric),
            None if filter_name is None else redacted(filter_name),
            tuple(sorted(said.items())),
        )

    def _named(self, field: str, place: str, values: Values) -> str:
        found = self._words(field, values)
        if found is None:
            self._problem(place, f"{field} is empty")
        return found or ""

    def _words(self, field: str, values: Values) -> str | None:
        at = self._at.get(field)
        return None if at is None else _text(values[at])

    def _problem(self, place: str, what: str) -> None:
        self._checks.problems.append(Problem(place, what))


def fixed_conditions(mapping: Mapping) -> tuple[tuple[str, str], ...]:
    """What the mapping says of every row."""
    harness = {"harness": mapping.harness} if mapping.harness else {}
    return tuple(sorted({**harness, **mapping.conditions}.items()))


def _absent(name: str, columns: tuple[str, ...], place: str) -> Problem | None:
    if name in columns:
        return None
    what = f'there is no column "{name}"{did_you_mean(name, list(columns))}'
    return Problem(place, what, f"columns here: {', '.join(columns) or 'none'}")


def _is_plain(key: Values) -> bool:
    """Whether equal keys mean the same: 1, 1.0 and True are equal, and written differently."""
    return all(value is None or type(value) is str for value in key) and "" not in key


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None


def _of_text(cell: str) -> Any:
    """A cell of CSV as the number that it means; None where it is empty; else as it was."""
    plain = cell.strip()
    if _NUMBER.fullmatch(plain):
        return float(plain)
    lower = plain.lower()
    if lower in _NOTHING:
        return None
    if lower.lstrip("+-") in ("nan", "inf", "infinity"):
        return json_text.NOT_FINITE + plain
    return _TRUTH.get(lower, plain)
