"""Read a table of a team's own by its mapping: of results, or of the scores of questions.

A table is never recognised: what its columns mean is declared, under `[[evals.mapping]]`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.mapping import Mapping, TableFormat
from relnotes.evals.metrics import Facts, facts_of, outside, with_facts
from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.readers.tables import Table, open_table
from relnotes.evals.readers.tally import Tally
from relnotes.evals.result import EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State, by_position
from relnotes.validation import did_you_mean

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_NOTHING = frozenset({"", "na", "n/a", "null", "none"})
_TRUTH = {"true": 1.0, "false": 0.0}
_SCALES = {"fraction": 1.0, "percent": 100.0}

Group = tuple[str, str, str | None, tuple[tuple[str, str], ...]]
"""Task, metric, filter, conditions."""


def read(data: bytes, place: str, mapping: Mapping) -> EvalFile:
    """The measurements that a table holds, or that its questions make together."""
    checks = Checks(data, place)
    made = _of_questions if mapping.columns.score else _of_results
    with open_table(io.BytesIO(data), place, mapping.format, mapping.delimiter) as table:
        measurements = tuple(made(_Layout(mapping, table, place), checks))
        shown = f"{table.format} by mapping"
    if not measurements:
        checks.remark("this file holds no result")
    harness = mapping.harness or "own"
    sampled = tuple(one.key for one in measurements) if mapping.columns.score else ()
    return EvalFile(
        shown, harness, None, None, None, measurements, checks.finish(), sampled=sampled
    )


def read_samples(file: BinaryIO, place: str, mapping: Mapping) -> Iterator[Sample]:
    """Every score; nothing for a table of results."""
    if not mapping.columns.score:
        return
    with open_table(file, place, mapping.format, mapping.delimiter) as table:
        yield from _samples(_Layout(mapping, table, place), Checks(b"", place))


def _samples(layout: _Layout, checks: Checks) -> Iterator[Sample]:
    columns = layout.mapping.columns
    epochs: dict[tuple[Group, str], int] = {}
    for number, row in enumerate(layout.rows()):
        group = row.group(checks)
        key = row.key(checks) if columns.key else by_position(number)
        score, state = row.score(checks)
        checks.finish()
        if columns.epoch:
            epochs[group, key] = epochs.get((group, key), 0) + 1
        epoch = epochs.get((group, key), 1)
        yield Sample(*group[:3], key, epoch, row.cluster(), score, state)


class _Layout:
    """Where in a row each thing stands; RelnotesError if a column is not there."""

    def __init__(self, mapping: Mapping, table: Table, place: str) -> None:
        self.mapping = mapping
        self._table = table
        of_field = mapping.columns.model_dump(exclude_none=True)
        wanted = list(dict.fromkeys([*of_field.values(), *mapping.condition_columns.values()]))
        problems = [_absent(name, table.columns, place) for name in wanted]
        if found := [problem for problem in problems if problem]:
            raise RelnotesError(found)
        self._wanted = wanted
        self.at = {field: wanted.index(name) for field, name in of_field.items()}
        self.conditions_at = {
            field: wanted.index(name) for field, name in mapping.condition_columns.items()
        }
        fixed = {"harness": mapping.harness} if mapping.harness else {}
        self.fixed = {**fixed, **mapping.conditions}
        self.is_text = table.format in (TableFormat.CSV, TableFormat.TSV)

    def rows(self) -> Iterator[_Row]:
        for place, values in self._table.rows(self._wanted):
            yield _Row(self, place, values)


def _absent(name: str, columns: tuple[str, ...], place: str) -> Problem | None:
    if name in columns:
        return None
    what = f'there is no column "{name}"{did_you_mean(name, list(columns))}'
    return Problem(place, what, f"columns here: {', '.join(columns) or 'none'}")


class _Row:
    """One line of the table, read by the layout."""

    __slots__ = ("_layout", "_values", "place")

    def __init__(self, layout: _Layout, place: str, values: tuple[Any, ...]) -> None:
        self._layout = layout
        self._values = values
        self.place = place

    def group(self, checks: Checks) -> Group:
        """What the row is about."""
        mapping, said = self._layout.mapping, dict(self._layout.fixed)
        for field, index in self._layout.conditions_at.items():
            if (value := _words(self._values[index])) is not None:
                said[field] = value
        task = mapping.task or self._named("task", checks)
        metric = mapping.metric or self._named("metric", checks)
        filter_name = self._words("filter")
        return (
            redacted(task),
            redacted(metric),
            None if filter_name is None else redacted(filter_name),
            tuple(sorted(said.items())),
        )

    def key(self, checks: Checks) -> str:
        return self._named("key", checks)

    def cluster(self) -> str | None:
        return self._words("cluster")

    def score(self, checks: Checks) -> tuple[float | None, State]:
        """None where there is none, and why."""
        failed = self._words("error")
        if failed is not None and failed.lower() not in ("0", "false", *_NOTHING):
            return None, State.ERRORED
        score = self.number("score", checks)
        return score, State.UNSCORED if score is None else State.SCORED

    def number(self, field: str, checks: Checks) -> float | None:
        """A number, or None for an empty cell; right is 1 and wrong is 0."""
        at = self._layout.at.get(field)
        if at is None:
            return None
        value = self._values[at]
        if isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and self._layout.is_text:
            value = _of_text(value)
        elif isinstance(value, str) and not value.startswith(json_text.NOT_FINITE):
            what = f'{field} should be a number, not the text "{value[:40]}"'
            checks.problems.append(Problem(self.place, what))
            return None
        elif isinstance(value, Decimal):
            value = float(value)
        return checks.number_at(value, self.place, field)

    def _named(self, field: str, checks: Checks) -> str:
        found = self._words(field)
        if found is None:
            checks.problems.append(Problem(self.place, f"{field} is empty"))
        return found or ""

    def _words(self, field: str) -> str | None:
        at = self._layout.at.get(field)
        return None if at is None else _words(self._values[at])


def _words(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None


def _of_text(cell: str) -> Any:
    """A cell of CSV as the number that it means; what means none comes back as it was."""
    plain = cell.strip()
    if _NUMBER.fullmatch(plain):
        return float(plain)
    lower = plain.lower()
    if lower in _NOTHING:
        return None
    if lower.lstrip("+-") in ("nan", "inf", "infinity"):
        return json_text.NOT_FINITE + plain
    return _TRUTH.get(lower, plain)


def _of_results(layout: _Layout, checks: Checks) -> Iterator[Measurement]:
    seen: set[Group] = set()
    for row in layout.rows():
        group = row.group(checks)
        value, stderr = row.number("value", checks), row.number("stderr", checks)
        n = row.number("n", checks)
        if group in seen:
            what = f"{group[0]} {group[1]} is given twice under the same conditions"
            checks.problems.append(Problem(row.place, what, "keep one of them"))
        if stderr is not None and stderr < 0:
            checks.problems.append(Problem(row.place, f"a standard error of {stderr:g}"))
        if n is not None and (n < 0 or n != int(n)):
            checks.problems.append(Problem(row.place, f"n is {n:g}, which is no count"))
            n = None
        seen.add(group)
        yield _measurement(
            layout.mapping, group, value, stderr, None, None if n is None else int(n), checks
        )


def _of_questions(layout: _Layout, checks: Checks) -> Iterator[Measurement]:
    tallies: dict[Group, Tally] = {}
    keyed, repeated = layout.mapping.columns.key, layout.mapping.columns.epoch
    for number, row in enumerate(layout.rows()):
        group = row.group(checks)
        tally = tallies.get(group) or tallies.setdefault(group, Tally())
        key = row.key(checks) if keyed else str(number)
        score, state = row.score(checks)
        if score is None:
            tally.errored += state is State.ERRORED
            tally.unscored += state is State.UNSCORED
            continue
        if not repeated and tally.has(key):
            mend = "name columns.epoch if a question was answered more than once"
            checks.problems.append(Problem(row.place, f'the key "{key}" is given twice', mend))
        tally.add(key, score, row.cluster())
    for group, tally in tallies.items():
        if remark := tally.remark(f"{group[0]} {group[1]}"):
            checks.remark(remark)
        yield _measurement(layout.mapping, group, *tally.aggregate(), checks)


def _measurement(
    mapping: Mapping,
    group: Group,
    value: float | None,
    stderr: float | None,
    method: str | None,
    n: int | None,
    checks: Checks,
) -> Measurement:
    """With what the mapping says of its metric, and the shipped table where it says nothing."""
    task, metric, filter_name, conditions = group
    facts = _facts(mapping, metric)
    if value is not None and outside(value, facts.low, facts.high):
        low, high = facts.low, facts.high
        said = mapping.range or mapping.unit
        what = f"{task} {metric} is {value:g}, which is not from {low:g} to {high:g}"
        if said:
            checks.problems.append(Problem(checks.place, what, "correct the unit or the range"))
        else:
            checks.remark(f"{what}; scale unknown")
            facts = Facts(facts.direction, Kind.UNBOUNDED)
    one = Measurement(task, metric, filter_name, value, stderr, method, n, conditions=conditions)
    return with_facts(one, facts)


def _facts(mapping: Mapping, metric: str) -> Facts:
    known = facts_of(metric)
    unit = mapping.unit or known.unit
    low, high = mapping.range or (None, None)
    if mapping.range is None and unit in _SCALES:
        low, high = 0.0, _SCALES[unit]
    elif mapping.range is None and mapping.unit is None:
        low, high = known.low, known.high
    kind = mapping.kind or known.kind
    if mapping.kind is None and known.kind is Kind.UNBOUNDED and None not in (low, high):
        kind = Kind.BOUNDED
    return Facts(mapping.direction or known.direction, kind, unit, low, high)
