"""Read a table of a team's own by its mapping: of results, or of the scores of questions.

A table is never recognised: what its columns mean is declared, under `[[evals.mapping]]`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from relnotes.errors import Problem
from relnotes.evals.mapping import Mapping
from relnotes.evals.metrics import Facts, facts_of, outside, with_facts
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.table_rows import Group, Layout, fixed_conditions
from relnotes.evals.readers.tables import format_of, open_table
from relnotes.evals.result import EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State, by_position
from relnotes.evals.tally import Aggregate, Tally

_SCALES = {"fraction": 1.0, "percent": 100.0}


def read(data: bytes, place: str, mapping: Mapping) -> EvalFile:
    """The measurements that a table holds, or that its questions make together."""
    checks = Checks(data, place)
    made = _of_questions if mapping.columns.score else _of_results
    with open_table(io.BytesIO(data), place, mapping.format, mapping.delimiter) as table:
        measurements = tuple(made(Layout(mapping, table, place, checks), checks))
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
    checks = Checks(b"", place)
    with open_table(file, place, mapping.format, mapping.delimiter) as table:
        yield from _samples(Layout(mapping, table, place, checks), checks)


def unread(mapping: Mapping, head: bytes) -> EvalFile:
    """A table of questions that are read, and added up, when they are asked for."""
    shown = f"{mapping.format or format_of(head)} by mapping"
    return EvalFile(shown, mapping.harness or "own", None, None, None)


def measured(
    mapping: Mapping, key: tuple[str, str, str | None], found: Aggregate, place: str
) -> Measurement:
    """One result of a table of questions whose scores were added up elsewhere."""
    checks = Checks(b"", place)
    one = _measurement(mapping, (*key, fixed_conditions(mapping)), *found, checks)
    if checks.problems:
        checks.finish()
    return one


def _samples(layout: Layout, checks: Checks) -> Iterator[Sample]:
    columns = layout.mapping.columns
    epochs: dict[tuple[Group, str], int] = {}
    for number, (place, values) in enumerate(layout.rows()):
        group = layout.group(place, values)
        key = layout.key(place, values) if columns.key else by_position(number)
        score, state = layout.score(place, values)
        if checks.problems:
            checks.finish()
        epoch = 1
        if columns.epoch:
            epoch = epochs[group, key] = epochs.get((group, key), 0) + 1
        cluster = layout.cluster(values)
        yield Sample(group[0], group[1], group[2], key, epoch, cluster, score, state)


def _of_results(layout: Layout, checks: Checks) -> Iterator[Measurement]:
    seen: set[Group] = set()
    for place, values in layout.rows():
        group = layout.group(place, values)
        value = layout.number("value", place, values)
        stderr = layout.number("stderr", place, values)
        n = layout.number("n", place, values)
        if group in seen:
            what = f"{group[0]} {group[1]} is given twice under the same conditions"
            checks.problems.append(Problem(place, what, "keep one of them"))
        if stderr is not None and stderr < 0:
            checks.problems.append(Problem(place, f"a standard error of {stderr:g}"))
        if n is not None and (n < 0 or n != int(n)):
            checks.problems.append(Problem(place, f"n is {n:g}, which is no count"))
            n = None
        seen.add(group)
        count = None if n is None else int(n)
        yield _measurement(layout.mapping, group, value, stderr, None, count, checks)


def _of_questions(layout: Layout, checks: Checks) -> Iterator[Measurement]:
    tallies: dict[Group, Tally] = {}
    keyed, repeated = layout.mapping.columns.key, layout.mapping.columns.epoch
    for number, (place, values) in enumerate(layout.rows()):
        group = layout.group(place, values)
        tally = tallies.get(group) or tallies.setdefault(group, Tally())
        key = layout.key(place, values) if keyed else str(number)
        score, state = layout.score(place, values)
        if score is None:
            tally.errored += state is State.ERRORED
            tally.unscored += state is State.UNSCORED
            continue
        if not repeated and tally.has(key):
            mend = "name columns.epoch if a question was answered more than once"
            checks.problems.append(Problem(place, f'the key "{key}" is given twice', mend))
        tally.add(key, score, layout.cluster(values))
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
