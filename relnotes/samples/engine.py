"""Samples at size: the only module that knows DuckDB, which is imported with it.

Everything streams: what is read from a file goes to a table on disk, and a comparison is one
query that spills to disk when it reaches the limit of memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from relnotes.evals.readers.redaction import redacted
from relnotes.evals.sample import Sample, State, is_position
from relnotes.evals.scores import Key, Scores
from relnotes.evals.tally import CLUSTERED, OF_THE_MEAN, Aggregate
from relnotes.samples import query
from relnotes.samples.grid import Alone, Totals, error_of, mean_of, scale_of
from relnotes.samples.tables import Facts, RoadError, Rows, Sides, Table, said_of

_CHUNK = 32_768
_OWN_SHARE = 0.75  # of the memory allowed; the rest is for Python and for what is being freed
_SEPARATORS = range(0x1F, 0x10_0000)  # the first that is in no text


_Way = tuple[bool, int, list[str] | None]
"""Whether gained, how many, and the first of them."""


class Engine:
    """One embedded database in a folder of its own, which `close` removes."""

    def __init__(self, *, memory_mb: int = 1000, folder: Path | None = None) -> None:
        self._folder = TemporaryDirectory(prefix="relnotes-samples-", dir=folder)
        top = Path(self._folder.name)
        self._connection = duckdb.connect(
            str(top / "samples.duckdb"),
            config={
                "memory_limit": f"{max(64, int(memory_mb * _OWN_SHARE))}MB",
                "temp_directory": str(top / "spilled"),
                "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false",
            },
        )
        self._connection.execute("SET enable_progress_bar = false")  # it goes to stdout
        self._made = 0
        self._mounted: set[str] = set()
        self._flips: dict[tuple[Rows, Rows], tuple[_Way, _Way]] = {}  # of what was compared

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()

    def ask(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def mount(self, scheme: str, file_system: Callable[[], Any]) -> None:
        """Read addresses of a scheme with what fsspec has for it, from now on."""
        if scheme not in self._mounted:
            self._connection.register_filesystem(file_system())
            self._mounted.add(scheme)

    # -- reading -------------------------------------------------------------------------------

    def load(self, samples: Callable[[], Iterable[Sample]], place: str) -> Table:
        """A table on disk of any number of samples; RelnotesError holds what is wrong."""
        table = self._filled(iter(samples()), place).check()
        for key in table.rows:
            table.facts_of(key)
        return table

    def table(self, found: Scores | Table, key: Key) -> Table:
        """The same of what is held in memory, or lies in a warehouse."""
        if not isinstance(found, Table):
            return self._filled(_samples_of({key: found[key]}), "")
        if found.road is self:
            return found
        with said_of(found):
            return self._filled(found.road.samples(found.rows[key], key), found.place)

    def new_name(self) -> str:
        """Of a table that is not there yet."""
        self._made += 1
        return f"samples_{self._made}"

    def drop(self, table: Table) -> None:
        if table.name:
            self.ask(f"DROP TABLE IF EXISTS {table.name}")

    def _filled(self, samples: Iterator[Sample], place: str) -> Table:
        name = self.new_name()
        self.ask(
            f"CREATE TABLE {name} (series INTEGER, key VARCHAR, epoch INTEGER, cluster VARCHAR,"
            " score DOUBLE)"
        )
        series: dict[Key, int] = {}
        table = Table(self, place, name=name)
        while chunk := list(islice(samples, _CHUNK)):
            for one in chunk:
                series.setdefault(one[:3], len(series))
            self._insert(name, chunk, series)
            table.by_position = table.by_position or is_position(chunk[0].key)
        columns = "key, epoch, nullif(cluster, '') AS cluster, score"
        for key, number in series.items():
            table.rows[key] = f"SELECT {columns} FROM {name} WHERE series = {number}"
        return table

    def _insert(self, name: str, chunk: list[Sample], series: dict[Key, int]) -> None:
        """As one text a column: for many rows the fastest way from Python without numpy."""
        _, _, _, keys, epochs, clusters, values, states = zip(*chunk, strict=True)
        written = [
            repr(value) if state is State.SCORED else ""
            for value, state in zip(values, states, strict=True)
        ]
        columns = [
            _column([str(series[one[:3]]) for one in chunk], "INTEGER"),
            _column(keys, "VARCHAR"),
            _column([str(epoch) for epoch in epochs], "INTEGER"),
            _column([cluster or "" for cluster in clusters], "VARCHAR"),
            _column(written, "DOUBLE"),
        ]
        parameters = [value for _, values in columns for value in values]
        self.ask(f"INSERT INTO {name} SELECT {', '.join(sql for sql, _ in columns)}", parameters)

    def aggregate(self, table: Table, key: Key) -> tuple[Aggregate, int]:
        """What a series of a table says by itself, and how many answers have no score."""
        facts = table.facts_of(key)
        scale = scale_of(facts.largest)
        options = {"repeated": facts.repeated, "clustered": facts.clustered}
        with said_of(table):
            ((missing, *sums),) = self._answer(query.aggregate(table.rows[key], scale, **options))
        alone = Alone(*map(int, sums))
        stderr = error_of(alone, scale)
        method = (CLUSTERED if facts.clustered else OF_THE_MEAN) if stderr is not None else None
        return Aggregate(mean_of(alone.whole, alone.n, scale), stderr, method, alone.n), missing

    def _answer(self, sql: str) -> list[tuple[Any, ...]]:
        """RoadError says why there is none."""
        try:
            return self.ask(sql)
        except duckdb.Error as error:
            raise RoadError(redacted(reason(error))) from error

    # -- the road ------------------------------------------------------------------------------

    def facts(self, rows: Rows) -> Facts:
        ((count, low, high, first, last, clustered, unnamed),) = self._answer(query.facts(rows))
        repeated = first != last
        return Facts(count, low or 0.0, high or 0.0, repeated, bool(clustered), unnamed)

    def totals(self, sides: Sides, fill: tuple[float, float] | None) -> Totals:
        ((*sums, gained, lost),) = self._answer(query.paired(sides, fill))
        totals = Totals(*map(int, sums))
        if fill is None:
            found = (True, totals.gained, gained), (False, totals.lost, lost)
            self._flips[sides.old, sides.new] = found
        return totals

    def flips(self, sides: Sides, shown: int) -> list[tuple[bool, str, int]]:
        found = self._flips.get((sides.old, sides.new)) if shown <= query.FLIPS else None
        if found is None:
            ((gained, first_gained, lost, first_lost),) = self._answer(query.flips(sides, shown))
            found = (True, gained, first_gained), (False, lost, first_lost)
        return [(way, key, count) for way, count, keys in found for key in (keys or ())[:shown]]

    def twice(self, rows: Rows, shown: int) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in self._answer(query.twice(rows, shown))]

    def infinite(self, rows: Rows) -> str:
        ((key,),) = self._answer(f"SELECT key FROM ({rows}) WHERE NOT isfinite(score) LIMIT 1")
        return str(key)

    def fingerprint(self, rows: Rows, scale: float) -> tuple[int, list[int]]:
        ((count, *sums),) = self._answer(query.fingerprint(rows, scale))
        return int(count), [int(one or 0) for one in sums]

    def samples(self, rows: Rows, key: Key) -> Iterator[Sample]:
        cursor = self._connection.cursor().execute(rows)
        while chunk := cursor.fetchmany(_CHUNK):
            for question, epoch, cluster, score in chunk:
                state = State.UNSCORED if score is None else State.SCORED
                yield Sample(*key, question, epoch, cluster, score, state)


def reason(error: Exception) -> str:
    """The line that says why; what a file system of Python raised comes with its traceback."""
    said = str(error).strip().partition("\n\n")[0].splitlines() or [type(error).__name__]
    return said[-1] if said[0].startswith("Traceback") else said[0]


def _samples_of(found: Scores) -> Iterator[Sample]:
    for key, series in found.items():
        for question, score in series.scores.items():
            state = State.UNSCORED if score is None else State.SCORED
            yield Sample(*key, question, 1, series.clusters.get(question), score, state)


def _column(texts: Sequence[str], type_: str) -> tuple[str, list[str]]:
    """A column of a query and its parameters; only a key may be an empty text, else it is null."""
    if len(set(texts)) == 1 and len(texts) > 1:
        return f"unnest(repeat([TRY_CAST(? AS {type_})], {len(texts)}))", [texts[0]]
    mark = next(sign for sign in map(chr, _SEPARATORS) if not any(sign in text for text in texts))
    if type_ == "VARCHAR":
        return "unnest(string_split(?, ?))", [mark.join(texts), mark]
    return f"unnest(TRY_CAST(string_split(?, ?) AS {type_}[]))", [mark.join(texts), mark]
