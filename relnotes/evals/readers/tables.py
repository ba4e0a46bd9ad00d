"""Read CSV, JSON lines and Parquet as rows of chosen columns; knows nothing of evals.

Rows come one by one, so that a table may be larger than memory.
"""

from __future__ import annotations

import csv
import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from relnotes.errors import fail
from relnotes.evals.mapping import TableFormat
from relnotes.evals.readers import lines

Rows = Iterator[tuple[str, tuple[Any, ...]]]

_MAX_FIELD = 16_000_000
_LOOKED_AT = 100  # lines of JSON; rows need not all have every key
_DEEPEST = 3
_PARQUET = b"PAR1"


class Table(msgspec.Struct, frozen=True):
    """`rows(wanted)` gives the place of each row and the values of the columns that are wanted."""

    format: TableFormat
    columns: tuple[str, ...]
    rows: Callable[[Sequence[str]], Rows]


@contextmanager
def open_table(
    file: BinaryIO, place: str, wanted: TableFormat | None, delimiter: str | None = None
) -> Iterator[Table]:
    """A seekable file as a table; RelnotesError if its content is not what it should be."""
    head = file.read(1 << 12)
    file.seek(0)
    looks = format_of(head)
    if wanted is not None and _contradict(wanted, looks):
        what = f"the mapping says {wanted}, but this looks like {looks}"
        raise fail(place, what, "correct its format in relnotes.toml")
    chosen = wanted or (TableFormat.TSV if looks is TableFormat.CSV and _tabs(head) else looks)
    if chosen is TableFormat.PARQUET:
        from relnotes.evals.readers import parquet  # with DuckDB, which few need

        with parquet.opened(file, place) as (columns, rows):
            yield Table(chosen, columns, rows)
    elif chosen is TableFormat.JSONL:
        yield _json_lines(file, place)
    else:
        comma = "\t" if chosen is TableFormat.TSV else ","
        yield _csv(file, place, chosen, delimiter or comma)


def format_of(head: bytes) -> TableFormat:
    """What the beginning of a file looks like."""
    if head.startswith(_PARQUET):
        return TableFormat.PARQUET
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return TableFormat.JSONL if first == b"{" else TableFormat.CSV


def _contradict(wanted: TableFormat, looks: TableFormat) -> bool:
    texts = (TableFormat.CSV, TableFormat.TSV)
    return wanted is not looks and not (wanted in texts and looks in texts)


def _tabs(head: bytes) -> bool:
    first = head.partition(b"\n")[0]
    return b"\t" in first and b"," not in first


# -- CSV ---------------------------------------------------------------------------------------


def _csv(file: BinaryIO, place: str, chosen: TableFormat, delimiter: str) -> Table:
    header = next(_records(file, place, delimiter), (1, []))[1]
    columns = tuple(name.strip() for name in header)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise fail(f"{place}:1", f'two columns are called "{twice[0]}"', "give each its own name")

    def rows(wanted: Sequence[str]) -> Rows:
        at = [columns.index(name) for name in wanted]
        pick = operator.itemgetter(0, *at)  # of one index it would give no tuple
        records = _records(file, place, delimiter)
        next(records, None)
        for number, record in records:
            if not record:
                continue
            if len(record) != len(columns):
                what = f"{len(record)} cells, where the first line names {len(columns)} columns"
                raise fail(f"{place}:{number}", what)
            yield f"{place}:{number}", pick(record)[1:]

    return Table(chosen, columns, rows)


def _records(file: BinaryIO, place: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(_decoded(file, place), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        raise fail(f"{place}:{reader.line_num}", f"not valid CSV: {error}") from error


def _decoded(file: BinaryIO, place: str) -> Iterator[str]:
    for number, line in lines.every_line(file, place):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"{place}:{number}:{error.start + 1}"
            raise fail(where, "this is not UTF-8 text", "save it as UTF-8") from error


# -- JSON lines --------------------------------------------------------------------------------


def _json_lines(file: BinaryIO, place: str) -> Table:
    whole = msgspec.json.Decoder(dict[str, Any])
    first = [
        record
        for _, record in islice(lines.decoded(lines.of_file(file, place), whole, place), _LOOKED_AT)
    ]
    keys = {key for record in first for key in record}
    columns = tuple(dict.fromkeys(name for record in first for name in _names(record)))

    def rows(wanted: Sequence[str]) -> Rows:
        """A dot leads into an object, unless a key is written with it."""
        file.seek(0)
        paths = [[name] if name in keys else name.split(".") for name in wanted]
        decoder, field_of = _only({path[0] for path in paths})
        top = operator.attrgetter("f0", *(field_of[path[0]] for path in paths))
        deep = [(at, path[1:]) for at, path in enumerate(paths) if len(path) > 1]
        for number, record in lines.decoded(lines.of_file(file, place), decoder, place):
            values = top(record)[1:]
            if deep:
                reached = list(values)
                for at, path in deep:
                    reached[at] = _within(values[at], path)
                values = tuple(reached)
            yield f"{place}:{number}", values

    return Table(TableFormat.JSONL, columns, rows)


def _names(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[str]:
    for key, value in record.items():
        yield prefix + key
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _names(value, f"{prefix}{key}.", depth + 1)


def _only(keys: set[str]) -> tuple[msgspec.json.Decoder[Any], dict[str, str]]:
    """What decodes these keys and skips the rest, and the field that each comes in."""
    field_of = {key: f"f{index}" for index, key in enumerate(sorted(keys))}
    row = msgspec.defstruct(
        "Row",
        [(field, Any, None) for field in field_of.values()],
        rename={field: key for key, field in field_of.items()},
    )
    return msgspec.json.Decoder(row), field_of


def _within(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
