"""Samples that lie outside the bundle: files here or in object storage, read by DuckDB.

Nothing is copied: the paired query reads the columns that it needs where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.referred import Reference, expect_columns, read_references
from relnotes.samples import query
from relnotes.samples.engine import Engine, reason
from relnotes.samples.remote import file_system, scheme_of
from relnotes.samples.tables import RoadError, Table

if TYPE_CHECKING:
    from relnotes.samples.warehouse import Warehouse

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BOOLEAN")
_READERS = {
    ".parquet": "read_parquet({})",
    ".pq": "read_parquet({})",
    ".csv": "read_csv({}, header = true)",
    ".csv.gz": "read_csv({}, header = true)",
    ".tsv": "read_csv({}, header = true, delim = '\t')",
    ".jsonl": "read_json({}, format = 'newline_delimited')",
    ".jsonl.gz": "read_json({}, format = 'newline_delimited')",
    ".ndjson": "read_json({}, format = 'newline_delimited')",
}
_MEND = "correct the source, or declare the file under [[evals.ignore]] with a reason"


def open_references(
    data: bytes,
    place: str,
    folder: Path,
    engine: Engine,
    warehouse: Callable[[str], Warehouse],
) -> Table:
    """What a file of references stands for; every row is read once, for its digest.

    All of them lie either in files or in the warehouse. RelnotesError holds every problem.
    """
    problems: list[Problem] = []
    references = read_references(data, place)
    in_warehouse = [where for where, one in references if one.table]
    if in_warehouse and len(in_warehouse) < len(references):
        mend = "keep them in two files"
        raise fail(in_warehouse[0], "a table of the warehouse beside files", mend)
    table = Table(warehouse(in_warehouse[0]) if in_warehouse else engine, place)
    for where, reference in references:
        try:
            table.rows[reference.of] = (
                warehouse(where).rows(reference, where)
                if in_warehouse
                else _rows_of_files(reference, where, folder, engine)
            )
            table.sources[reference.of] = _checked_source(table, reference, where)
        except RelnotesError as error:
            problems.extend(error.problems)
    if problems:
        raise RelnotesError(problems)
    return table


def _checked_source(table: Table, reference: Reference, place: str) -> str:
    try:
        found = table.digest(reference.of)
    except RelnotesError as error:
        if isinstance(error.__cause__, RoadError):  # a row is not what the first ones promised
            raise _unreadable(reference, place, error.__cause__) from error
        raise
    if reference.digest is None:
        raise fail(place, "the digest is missing", f"digest: {found}")
    if reference.digest != found:
        what = f"{_shown(reference)} is not what it was: {found}, not {reference.digest}"
        raise fail(place, what, "restore it, or run the eval again and take the new digest")
    return f"{_shown(reference)} {found}"


def _rows_of_files(reference: Reference, place: str, folder: Path, engine: Engine) -> str:
    """The query that reads them where they are."""
    files = _files(reference, place, folder)
    columns = dict(_columns(reference, place, files, engine))
    expect_columns(columns, reference, place)
    kind = columns[reference.score]
    if not kind.startswith((*_NUMERIC, *_UNSIGNED)):
        what = f'the column "{reference.score}" holds {kind}, and scores are numbers or true, false'
        raise fail(place, what)
    return _rows(reference, files, is_truth=kind == "BOOLEAN")


def _files(reference: Reference, place: str, folder: Path) -> str:
    """The expression that reads them."""
    name = reference.source.lower().rstrip("/")
    reader = next((sql for end, sql in _READERS.items() if name.endswith(end)), None)
    path = reference.source
    if not reference.remote:
        top = (folder / path).resolve()
        path = str(top)
        if reader is None and top.is_dir():
            return f"read_parquet({query.text(path + '/**/*.parquet')}, hive_partitioning = true)"
        if not any(sign in path for sign in "*?[") and not top.exists():
            raise fail(place, f"{reference.source}: there is no such file or folder", _MEND)
    if reader is None and reference.source.endswith("/"):
        return f"read_parquet({query.text(path + '**/*.parquet')}, hive_partitioning = true)"
    if reader is None:
        what = f"{_shown(reference)}: the name tells no format"
        raise fail(place, what, f"known endings: {', '.join(_READERS)}; a folder is Parquet")
    return reader.format(query.text(path))


def _columns(reference: Reference, place: str, files: str, engine: Engine) -> list[tuple[str, str]]:
    try:
        if reference.remote:
            engine.mount(scheme_of(reference.source), lambda: file_system(reference.source, place))
        found = engine.ask(f"DESCRIBE SELECT * FROM {files}")
    except duckdb.Error as error:
        raise _unreadable(reference, place, error) from error
    return [(str(row[0]), str(row[1])) for row in found]


def _unreadable(reference: Reference, place: str, error: Exception) -> RelnotesError:
    return fail(place, f"{_shown(reference)} cannot be read: {redacted(reason(error))}", _MEND)


def _shown(reference: Reference) -> str:
    """An address may hold a password, or be signed."""
    return redacted(reference.source) if reference.remote else reference.source


def _rows(reference: Reference, files: str, *, is_truth: bool) -> str:
    epoch = query.name(reference.epoch) if reference.epoch else "1"
    cluster = f"CAST({query.name(reference.cluster)} AS VARCHAR)" if reference.cluster else "NULL"
    score = query.name(reference.score)
    number = f"CASE WHEN {score} THEN 1 WHEN NOT {score} THEN 0 END" if is_truth else score
    only = " AND ".join(
        f"CAST({query.name(column)} AS VARCHAR) = {query.text(value)}"
        for column, value in reference.where.items()
    )
    return (
        f"SELECT CAST({query.name(reference.key)} AS VARCHAR) AS key, {epoch} AS epoch,"
        f" {cluster} AS cluster, CAST({number} AS DOUBLE) AS score FROM {files}"
        + (f" WHERE {only}" if only else "")
    )
