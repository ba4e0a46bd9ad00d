"""Read the output of promptfoo: JSON of versions 0 to 3, and JSON lines.

Its traps: the number of tests changes from run to run, so rates are compared and not counts; a
file is a table whose columns are results of their own; a test that got no answer is no failed
test; tests stand in no lasting order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from relnotes.evals.metrics import outside
from relnotes.evals.readers import json_text, lines
from relnotes.evals.readers import promptfoo_rows as rows
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.promptfoo_columns import (
    Column,
    ColumnId,
    Columns,
    conditions,
    identity_of,
    own_assertions,
)
from relnotes.evals.readers.promptfoo_rows import PASS_RATE, Measured
from relnotes.evals.readers.promptfoo_shape import (
    OUTPUT,
    ROW,
    SUMMARY,
    Config,
    Output,
    Row,
    Summary,
)
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State
from relnotes.evals.tally import Tally

name = "promptfoo output"

_MARKS = tuple(
    re.compile(mark)
    for mark in (
        rb'"success"\s*:\s*(true|false)',
        rb'"vars"\s*:\s*\{',
        rb'"prompt"\s*:\s*\{[^{}]*"(raw|display|label)"\s*:',
    )
)
_OPENING = re.compile(
    rb'\s*\{\s*"evalId"\s*:\s*("[^"]*"|null)\s*,\s*"results"\s*:\s*\{\s*"version"\s*:\s*\d'
)
_WRAPPED = re.compile(rb'"results"\s*:\s*\{')
_FIRST_KEY = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([^"]*)"')
_AROUND = frozenset(
    {b"evalId", b"results", b"version", b"timestamp", b"createdAt", b"config", b"stats", b"table"}
)
_PROBED = 1 << 16
_NOISE = 1e-12


class _Placed(NamedTuple):
    """A row and where it stands."""

    row: Row
    place: str
    template: Any = None


def recognise(head: bytes) -> bool:
    """JSON that opens as promptfoo's, or that holds a row as promptfoo writes them."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] != b"{":
        return False
    return _OPENING.match(start) is not None or all(mark.search(start) for mark in _MARKS)


def read(data: bytes, place: str) -> EvalFile:
    """The metrics of every column."""
    checks = Checks(data, place)
    output = None if _is_lines(data) else _output(data, place)
    found = list(_lines(BytesIO(data), place) if output is None else _rows(output, place))
    columns = _columns(output, found, checks)
    tallies = _tallies(found, columns, checks)
    _remark(output, columns, tallies, checks)
    measurements = tuple(
        _measurement(column, measured, tallies[column.task, *measured])
        for column in columns.found.values()
        for measured in column.measured
    )
    return EvalFile(
        name,
        "promptfoo",
        _text(output.metadata.promptfoo_version) if output and output.metadata else None,
        _text(output.results.timestamp or output.created_at) if output else None,
        columns.models,
        measurements,
        checks.finish(),
    )


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Every metric of every test. Lines are read twice: the columns are named after all of them."""
    checks = Checks(b"", place)
    in_lines = _is_lines(file.read(_PROBED))
    file.seek(0)
    output = None if in_lines else _output(file.read(), place)
    columns = _columns(
        output, _lines(file, place) if output is None else _rows(output, place), checks
    )
    file.seek(0)
    found = _lines(file, place) if output is None else _rows(output, place)
    yield from _samples(found, columns, checks)
    checks.finish()


def _columns(output: Output | None, found: Iterable[_Placed], checks: Checks) -> Columns:
    """The columns of all the rows, named."""
    config = output.config if output else None
    columns = Columns(_text(config.description) if config else None, _judge_of(config))
    for row, place, template in found:
        measured = () if rows.failed(row) else (one for one, _ in rows.scores(row, place, checks))
        columns.add(row, measured, template)
    columns.name()
    return columns


def _samples(found: Iterable[_Placed], columns: Columns, checks: Checks) -> Iterator[Sample]:
    """A test without an answer lacks the score of everything that is measured in its column."""
    keys: dict[ColumnId, rows.Keys] = {}
    for row, place, _ in found:
        identity = identity_of(row)
        column = columns.found[identity]
        key, epoch = keys.setdefault(identity, rows.Keys()).of(row)
        known = {} if rows.failed(row) else dict(rows.scores(row, place, checks))
        missing = State.ERRORED if rows.failed(row) else State.UNSCORED
        for metric, filter_name in column.measured if rows.failed(row) else known:
            score = known.get((metric, filter_name))
            state = missing if score is None else State.SCORED
            yield Sample(column.task, metric, filter_name, key, epoch, None, score, state)


def _tallies(
    found: Iterable[_Placed], columns: Columns, checks: Checks
) -> dict[tuple[str, str, str | None], Tally]:
    tallies: dict[tuple[str, str, str | None], Tally] = defaultdict(Tally)
    for sample in _samples(found, columns, checks):
        tally = tallies[sample[:3]]
        if sample.score is not None:
            tally.add(sample.key, sample.score)
        elif sample.state is State.ERRORED:
            tally.errored += 1
        else:
            tally.unscored += 1
    return tallies


def _measurement(column: Column, measured: Measured, tally: Tally) -> Measurement:
    """A score is better when higher, and from 0 to 1 as long as nothing says otherwise."""
    mean, stderr, method, n = tally.aggregate()
    if stderr is not None and stderr < _NOISE:
        stderr = 0.0  # equal scores, whose sum was rounded
    rate = measured == PASS_RATE and column.repeats == 1
    bounded = mean is not None and not outside(mean, 0.0, 1.0)
    return Measurement(
        column.task,
        *measured,
        mean,
        None if rate else stderr,
        None if rate else method,
        n,
        Direction.HIGHER,
        (Kind.BINARY if measured == PASS_RATE else Kind.BOUNDED) if bounded else Kind.UNBOUNDED,
        "fraction" if bounded else None,
        0.0 if bounded else None,
        1.0 if bounded else None,
        conditions(column),
        own_assertions(column),
    )


def _remark(
    output: Output | None,
    columns: Columns,
    tallies: Mapping[tuple[str, str, str | None], Tally],
    checks: Checks,
) -> None:
    for column in columns.found.values():
        tally = tallies[column.task, *PASS_RATE]
        if tally.errored:
            passed, asked = tally.total, tally.answers + tally.errored
            checks.remark(
                f"{column.task}: {tally.errored:,} of {asked:,} tests got no answer and are not"
                f" counted; promptfoo takes them for not passed, which makes {passed / asked:.2%}"
            )
    if not columns.found:
        checks.remark("this file holds no result")
    config = output.config if output else None
    for metric in (
        config.derived_metrics if config and isinstance(config.derived_metrics, list) else ()
    ):
        called = metric.get("name") if isinstance(metric, dict) else metric
        checks.remark(f"the derived metric {called} is left out")


# -- rows ------------------------------------------------------------------------------------------


def _is_lines(data: bytes) -> bool:
    """Whether a row comes first, and not what stands around the rows."""
    first = _FIRST_KEY.match(data)
    return first is not None and first[1] not in _AROUND


def _output(data: bytes, place: str) -> Output:
    """The command's output, or what the library gives, made alike."""
    if _WRAPPED.search(data[:_PROBED]):
        return json_text.decode(data, OUTPUT, place)
    return Output(json_text.decode(data, SUMMARY, place))


def _rows(output: Output, place: str) -> Iterator[_Placed]:
    templates = _templates(output.results)
    for number, row in enumerate(output.results.results, 1):
        index = row.prompt_idx
        template = templates[index] if isinstance(index, int) and index < len(templates) else None
        if template is None and len(templates) == 1:
            template = templates[0]
        yield _Placed(row, f"{place}: test {number}", template)


def _lines(file: BinaryIO, place: str) -> Iterator[_Placed]:
    for number, row in lines.decoded(lines.of_file(file, place), ROW, place):
        yield _Placed(row, f"{place}:{number}")


def _templates(summary: Summary) -> list[Any]:
    """The prompts as written, by the index of their column."""
    head = summary.table.head if summary.table else None
    found = summary.prompts if summary.prompts is not None else (head.prompts if head else [])
    return [one.get("raw") if isinstance(one, dict) else one for one in found]


def _judge_of(config: Config | None) -> str | None:
    test = config.default_test if config else None
    options = test.get("options") if isinstance(test, dict) else None
    return rows.provider_name(options.get("provider")) if isinstance(options, dict) else None


def _text(value: Any) -> str | None:
    return str(value) if value else None
