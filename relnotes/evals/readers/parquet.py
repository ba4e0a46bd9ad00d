"""Read Parquet as rows of chosen columns, through DuckDB."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import duckdb

from relnotes.errors import RelnotesError, fail

Rows = Iterator[tuple[str, tuple[Any, ...]]]

MAX_ROWS = 50_000_000
"""A kilobyte of Parquet can claim any number of rows."""

MEMORY = "512MB"
_BATCH = 20_000
_GLOB = re.compile(r"[*?\[\]{}]|^\w+://")


@contextmanager
def opened(
    file: BinaryIO, place: str
) -> Iterator[tuple[tuple[str, ...], Callable[[Sequence[str]], Rows]]]:
    """The names of the columns, and what reads the rows of some of them."""
    source = _Source(file)
    try:
        yield _table(source, place)
    finally:
        source.close()


def _table(source: _Source, place: str) -> tuple[tuple[str, ...], Callable[[Sequence[str]], Rows]]:
    try:
        count = source.ask("SELECT sum(num_rows) FROM parquet_file_metadata(?)")[0][0] or 0
        columns = tuple(row[0] for row in source.ask("DESCRIBE SELECT * FROM read_parquet(?)"))
    except duckdb.Error as error:
        raise _broken(place, error) from error
    if count > MAX_ROWS:
        raise fail(place, f"{count:,.0f} rows; a table may have {MAX_ROWS:,}", "split it")

    def rows(wanted: Sequence[str]) -> Rows:
        chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
        number = 0
        try:
            for values in source.rows(f"SELECT {chosen} FROM read_parquet(?)"):
                number += 1
                yield f"{place}:row {number}", values
        except duckdb.Error as error:
            raise _broken(place, error) from error

    return columns, rows


class _Source:
    """A connection and the path that it reads; DuckDB reads no open files."""

    def __init__(self, file: BinaryIO) -> None:
        self._copy: Any = None
        self._path = self._path_of(file)
        self._connection = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": 1,  # rows keep their order
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )

    def ask(self, query: str) -> list[Any]:
        return self._connection.execute(query, [self._path]).fetchall()

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        found = self._connection.cursor().execute(query, [self._path])
        while batch := found.fetchmany(_BATCH):
            yield from batch

    def close(self) -> None:
        self._connection.close()
        if self._copy is not None:
            self._copy.close()

    def _path_of(self, file: BinaryIO) -> str:
        """Its own, unless it has none or DuckDB would take it for a pattern."""
        path = getattr(file, "name", None)
        if isinstance(path, str) and not _GLOB.search(path):
            return path
        self._copy = tempfile.NamedTemporaryFile(suffix=".parquet")  # noqa: SIM115  (kept open)
        file.seek(0)
        shutil.copyfileobj(file, self._copy)
        self._copy.flush()
        return str(self._copy.name)


def _broken(place: str, error: duckdb.Error) -> RelnotesError:
    """DuckDB's words without the path, which is often that of a copy."""
    what = re.sub(r"'[^']*'", "the file", str(error).splitlines()[0])
    return fail(place, f"not readable as Parquet: {what}", "write the file again")
