"""Read large tables of a team's own with the engine itself, by their declared mapping.

Parquet stays where it is and is read column by column; CSV and JSON lines go to a table on disk.
Whatever is out of the ordinary is left to the plain reader, which copes with it or says what is
wrong and where.
"""

from __future__ import annotations

from typing import Any

import duckdb

from relnotes.errors import RelnotesError
from relnotes.evals.mapping import Mapping, TableFormat
from relnotes.evals.readers import json_text
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.readers.tables import format_of
from relnotes.evals.scores import Key
from relnotes.samples import query
from relnotes.samples.columns import ODD, Columns, columns_of, is_pattern
from relnotes.samples.engine import Engine
from relnotes.samples.tables import Table

_GROUPING = ("task", "metric", "filter")
_FAILED = "{0} IS NOT NULL AND lower({0}) NOT IN ('na', 'n/a', 'null', 'none', '0', 'false')"


def load_mapped(
    engine: Engine, path: str, mapping: Mapping, head: bytes, place: str, *, stays: bool = True
) -> Table | None:
    """A table of every score, or None where the file is not of the ordinary kind.

    `stays`: whether the file is there as long as the engine, and may be read again.
    """
    if mapping.columns.key is None or mapping.condition_columns or is_pattern(path):
        return None
    try:
        return _loaded(engine, path, mapping, head, place, stays=stays)
    except (duckdb.Error, KeyError, *json_text.BROKEN):
        return None
    except RelnotesError:  # said better, with its line, by the plain reader
        return None


def _loaded(
    engine: Engine, path: str, mapping: Mapping, head: bytes, place: str, *, stays: bool
) -> Table:
    kind = mapping.format or format_of(head)
    columns = columns_of(engine, path, mapping, head, kind)
    named = [field for field in _GROUPING if getattr(mapping.columns, field)]
    rows = f"SELECT {_fields(columns, mapping, named)} FROM {columns.source}"
    table = Table(engine, place)
    if stays and kind is TableFormat.PARQUET and not named and not mapping.columns.epoch:
        engine.ask(f"SELECT count(key), count(cluster) FROM ({rows})")  # looks at them once
        bare = Columns(columns.source, columns.bare, columns.numbers, columns.bare)
        fields = _fields(bare, mapping, named)
        table.rows[_key(mapping, {})] = f"SELECT {fields} FROM {columns.source}"
    else:
        table.name = engine.new_name()
        engine.ask(f"CREATE TABLE {table.name} AS {rows}")
        table.rows.update(_series(engine, table.name, mapping, named))
    for key in table.rows:
        table.facts_of(key)
    return table


def _fields(columns: Columns, mapping: Mapping, named: list[str]) -> str:
    of, words = mapping.columns, columns.words
    key, score = words[str(of.key)], columns.numbers[str(of.score)]
    if of.error:
        score = f"CASE WHEN {_FAILED.format(words[of.error])} THEN NULL ELSE {score} END"
    groups = {field: words[str(getattr(of, field))] for field in named}
    fields = {
        **{name: sql if name == "filter" else _there(sql) for name, sql in groups.items()},
        "key": key if words is columns.bare else _there(key),
        "epoch": _numbered(columns, [*groups, "key"], mapping) if of.epoch else "1",
        "cluster": words[of.cluster] if of.cluster else "CAST(NULL AS VARCHAR)",
        "score": score,
    }
    return ", ".join(f"{sql} AS {name}" for name, sql in fields.items())


def _there(column: str) -> str:
    return f"COALESCE({column}, {ODD})"


def _numbered(columns: Columns, fields: list[str], mapping: Mapping) -> str:
    """The answers to one question, in any order."""
    by = ", ".join(columns.bare[str(getattr(mapping.columns, field))] for field in fields)
    return f"row_number() OVER (PARTITION BY {by})"


def _series(engine: Engine, table: str, mapping: Mapping, named: list[str]) -> dict[Key, str]:
    select = f"SELECT key, epoch, cluster, score FROM {table}"
    if not named:
        return {_key(mapping, {}): select}
    found = engine.ask(f"SELECT DISTINCT {', '.join(named)} FROM {table} ORDER BY ALL")
    series = {}
    for values in found:
        said = dict(zip(named, values, strict=True))
        only = " AND ".join(
            f"{name} IS NULL" if value is None else f"{name} = {query.text(value)}"
            for name, value in said.items()
        )
        series[_key(mapping, said)] = f"{select} WHERE {only}"
    return series


def _key(mapping: Mapping, said: dict[str, Any]) -> Key:
    task, metric = said.get("task", mapping.task), said.get("metric", mapping.metric)
    filter_name = said.get("filter")
    return (
        redacted(str(task)),
        redacted(str(metric)),
        None if filter_name is None else redacted(filter_name),
    )
