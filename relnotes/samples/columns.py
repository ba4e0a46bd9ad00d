"""How the engine reads the columns of a table of a team's own, format by format.

An expression fails on what is out of the ordinary (a text where a number should be, a name with
space around it), so that the plain reader can take over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from relnotes.evals.mapping import Mapping, TableFormat
from relnotes.samples import query
from relnotes.samples.engine import Engine

ODD = "error('out of the ordinary')"

_GLOB = re.compile(r"[*?\[\]{}]|^\w+://")
_MAX_LINE = 16_000_000
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_REAL = ("FLOAT", "DOUBLE", "DECIMAL", *_WHOLE)

_NUMBER_IN_TEXT = (
    r"CASE WHEN {0} IN ('0', '1', '0.0', '1.0') THEN CAST({0} AS DOUBLE)"
    r" WHEN {0} IS NULL OR lower({0}) IN ('na', 'n/a', 'null', 'none') THEN NULL"
    r" WHEN lower({0}) = 'true' THEN 1.0 WHEN lower({0}) = 'false' THEN 0.0"
    r" WHEN regexp_full_match({0}, '[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?')"
    rf" THEN CAST({{0}} AS DOUBLE) ELSE {ODD} END"
)
_NUMBER_IN_JSON = (
    "CASE WHEN {0} IS NULL OR json_type({0}) = 'NULL' THEN NULL"
    " WHEN json_type({0}) IN ('DOUBLE', 'UBIGINT', 'BIGINT') THEN CAST({0} AS DOUBLE)"
    " WHEN json_type({0}) = 'BOOLEAN' THEN CAST(CAST({0} AS BOOLEAN) AS DOUBLE)"
    f" ELSE {ODD} END"
)


class Columns(msgspec.Struct, frozen=True):
    """What reads a file, and the expression of each column."""

    source: str
    words: dict[str, str]
    """As text, or null; fails where it is empty or has space around it."""
    numbers: dict[str, str]
    bare: dict[str, str]
    """As text without a look at it, which is cheaper."""


_Reader = Callable[[Engine, str, Mapping, bytes], Columns]


def is_pattern(path: str) -> bool:
    """Whether the engine would take a path for several files, or for an address."""
    return _GLOB.search(path) is not None


def columns_of(
    engine: Engine, path: str, mapping: Mapping, head: bytes, kind: TableFormat
) -> Columns:
    """Those that a mapping may name; KeyError if the first row does not have one of them."""
    return _OF_FORMAT[kind](engine, path, mapping, head)


def _parquet(engine: Engine, path: str, mapping: Mapping, head: bytes) -> Columns:  # noqa: ARG001  as every format
    source = f"read_parquet({query.text(path)})"
    kinds = dict(row[:2] for row in engine.ask(f"DESCRIBE SELECT * FROM {source}"))
    bare = {
        name: query.name(name) if kind == "VARCHAR" else _text(query.name(name))
        for name, kind in kinds.items()
        if kind == "VARCHAR" or kind in _WHOLE
    }
    words = {name: _words(sql) if kinds[name] == "VARCHAR" else sql for name, sql in bare.items()}
    numbers = {
        name: f"CAST({query.name(name)} AS DOUBLE)"
        for name, kind in kinds.items()
        if kind.startswith(_REAL) or kind == "BOOLEAN"
    }
    return Columns(source, words, numbers, bare)


def _csv(engine: Engine, path: str, mapping: Mapping, head: bytes) -> Columns:
    first = head.partition(b"\n")[0]
    tabs = mapping.format is TableFormat.TSV or (b"\t" in first and b"," not in first)
    comma = mapping.delimiter or ("\t" if tabs else ",")
    source = (
        f"read_csv({query.text(path)}, header = true, all_varchar = true, quote = '\"',"
        f" escape = '\"', delim = {query.text(comma)})"
    )
    names = [row[0] for row in engine.ask(f"DESCRIBE SELECT * FROM {source}")]
    bare = {name: query.name(name) for name in names}
    numbers = {name: _NUMBER_IN_TEXT.format(column) for name, column in bare.items()}
    return Columns(source, {name: _words(column) for name, column in bare.items()}, numbers, bare)


def _json(engine: Engine, path: str, mapping: Mapping, head: bytes) -> Columns:  # noqa: ARG001  as every format
    """By what the first row has; words that are no text there are left to the plain reader."""
    row = msgspec.json.decode(head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0])
    of_field = mapping.columns.model_dump(exclude_none=True)
    ways = {name: _way(row, name) for name in of_field.values()}
    score = ways[str(mapping.columns.score)]
    types = {
        way[0]: "VARCHAR" if len(way) == 1 and way != score else "JSON" for way in ways.values()
    }
    columns = ", ".join(f"{query.text(name)}: '{kind}'" for name, kind in types.items())
    source = (
        f"read_json({query.text(path)}, format = 'newline_delimited',"
        f" columns = {{{columns}}}, maximum_object_size = {_MAX_LINE})"
    )
    bare = {
        name: query.name(name) if len(way) == 1 else f"{_within(way)} ->> '$'"
        for name, way in ways.items()
        if way != score
    }
    numbers = {str(mapping.columns.score): _NUMBER_IN_JSON.format(_within(score))}
    return Columns(source, {name: _words(sql) for name, sql in bare.items()}, numbers, bare)


_OF_FORMAT: dict[TableFormat, _Reader] = {
    TableFormat.PARQUET: _parquet,
    TableFormat.CSV: _csv,
    TableFormat.TSV: _csv,
    TableFormat.JSONL: _json,
}


def _way(row: dict[str, Any], name: str) -> list[str]:
    """To a value, which the first row must have; a dot leads into an object."""
    if name in row:
        return [name]
    way, inner = name.split("."), row
    for step in way:
        inner = inner[step]
    return way


def _within(way: list[str]) -> str:
    top, *rest = way
    if not rest:
        return query.name(top)
    steps = "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in rest)
    return f"json_extract({query.name(top)}, {query.text(steps)})"


def _words(column: str) -> str:
    """As it is; what is empty or has space around it is a case for the plain reader.

    Signs below "!" are space and control characters; an empty text is below it too.
    """
    odd = f"{column} < '!' OR ends_with({column}, ' ') OR ends_with({column}, chr(9))"
    return f"CASE WHEN {odd} THEN {ODD} ELSE {column} END"


def _text(column: str) -> str:
    return f"CAST({column} AS VARCHAR)"
