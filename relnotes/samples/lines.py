"""Read huge `samples_*.jsonl` of lm-evaluation-harness with the engine's own reader of JSON.

As fast as decoding alone. Whatever is out of the ordinary is left to the plain reader, which
copes with it or says what is wrong and where.
"""

from __future__ import annotations

from typing import Any

import duckdb
import msgspec

from relnotes.errors import RelnotesError
from relnotes.evals.readers import json_text
from relnotes.evals.readers.lm_eval_samples import is_samples, metrics_of, task_of
from relnotes.evals.scores import Key
from relnotes.samples import query
from relnotes.samples.engine import Engine
from relnotes.samples.tables import RoadError, Table

_NUMBER = """CASE WHEN {0} IS NULL THEN NULL
WHEN json_type({0}) IN ('DOUBLE', 'UBIGINT', 'BIGINT') THEN CAST({0} AS DOUBLE)
WHEN json_type({0}) = 'BOOLEAN' THEN CAST(CAST({0} AS BOOLEAN) AS DOUBLE)
ELSE error('no number') END"""
_MAX_LINE = 64_000_000


def load_lines(engine: Engine, path: str, head: bytes, place: str) -> Table | None:
    """A table on disk, or None where the file is not of the ordinary kind."""
    if not is_samples(head):
        return None
    line = head.lstrip(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        row: dict[str, Any] = msgspec.json.decode(line)
        if not isinstance(row.get("doc_hash"), str) or not isinstance(row.get("metrics"), list):
            return None
        named = metrics_of(line, "")
        metrics = [one for one in named if not isinstance(row.get(one), list | dict)]
        return _loaded(engine, path, row["metrics"], metrics, place) if metrics else None
    except (duckdb.Error, RoadError, RelnotesError, *json_text.BROKEN):
        return None


def _loaded(
    engine: Engine, path: str, said: list[str], metrics: list[str], place: str
) -> Table | None:
    table = Table(engine, place, name=engine.new_name(), checked=True)
    engine.ask(f"CREATE TABLE {table.name} AS {_rows(path, said, metrics)}")
    filters = engine.ask(f"SELECT DISTINCT filter FROM {table.name} ORDER BY filter")
    for (filter_name,) in filters:
        only = "filter IS NULL" if filter_name is None else f"filter = {query.text(filter_name)}"
        rows = f"FROM {table.name} WHERE {only}"
        for at, metric in enumerate(metrics):
            key: Key = (task_of(place), metric, None if filter_name == "none" else filter_name)
            table.rows[key] = f"SELECT key, 1 AS epoch, NULL AS cluster, score{at} AS score {rows}"
    if any(engine.twice(rows, 1) for rows in _one_of_each(table)):
        engine.drop(table)  # the data set may hold a document twice; or a line is there twice
        return None
    for key in table.rows:
        table.facts_of(key)
    return table


def _one_of_each(table: Table) -> list[str]:
    """One series of each filter: the others have the same questions."""
    return list({key[2]: rows for key, rows in table.rows.items()}.values())


def _rows(path: str, said: list[str], metrics: list[str]) -> str:
    """Fails on a line without a hash, or with other metrics than the first one says it has."""
    types = {"filter": "VARCHAR", "doc_hash": "VARCHAR", "metrics": "JSON"}
    types |= dict.fromkeys(metrics, "JSON")
    columns = ", ".join(f"{query.text(one)}: '{kind}'" for one, kind in types.items())
    scores = ", ".join(
        f"{_NUMBER.format(query.name(metric))} AS score{at}" for at, metric in enumerate(metrics)
    )
    same = f"CAST(metrics AS VARCHAR[]) = [{', '.join(map(query.text, said))}]"
    return (
        f"SELECT filter, CASE WHEN doc_hash IS NOT NULL AND {same} THEN doc_hash"
        f" ELSE error('another kind of line') END AS key, {scores}"
        f" FROM read_json({query.text(path)}, format = 'newline_delimited',"
        f" columns = {{{columns}}}, maximum_object_size = {_MAX_LINE})"
    )
