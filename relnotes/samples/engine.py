"""Samples at size: the only module that knows DuckDB, which is imported with it.

Everything streams: what is read from a file goes to a table on disk, and a comparison is one
query that spills to disk when it reaches the limit of memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from relnotes.errors import Problem, RelnotesError
from relnotes.evals import scores
from relnotes.evals.overlap import Pairs, Side
from relnotes.evals.pairing import Flips, RangeOf
from relnotes.evals.sample import Sample, State, is_position
from relnotes.evals.scores import Key, Scores
from relnotes.samples import query
from relnotes.samples.grid import Totals, mean_of, scale_of, sums_of

_CHUNK = 32_768
_OWN_SHARE = 0.75  # of the memory allowed; the rest is for Python and for what is being freed
_SEPARATORS = range(0x1F, 0x10_0000)  # the first that is in no text
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What one pass over the scores of a series says."""

    samples: int
    low: float
    high: float
    repeated: bool
    clustered: bool

    @property
    def largest(self) -> float:
        """By magnitude."""
        return max(abs(self.low), abs(self.high))


@dataclass(slots=True)
class Table:
    """The samples of one source; `rows` are queries with key, epoch, cluster and score."""

    place: str
    rows: dict[Key, str]
    by_position: bool = False
    facts: dict[Key, Facts] = field(default_factory=dict)
    name: str | None = None
    """Of the table on disk that holds them, if they were read into one."""

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(self.rows)


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
        self._made = 0

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()

    def ask(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    # -- reading -------------------------------------------------------------------------------

    def load(self, samples: Callable[[], Iterable[Sample]], place: str) -> Table:
        """A table on disk of any number of samples; RelnotesError holds what is wrong."""
        return self._checked(self._filled(iter(samples()), place))

    def table(self, found: Scores | Table) -> Table:
        """The same for what was held in memory, where questions are averaged already."""
        if isinstance(found, Table):
            return found
        return self._filled(_samples_of(found), "")

    def drop(self, table: Table) -> None:
        if table.name:
            self.ask(f"DROP TABLE IF EXISTS {table.name}")

    def _filled(self, samples: Iterator[Sample], place: str) -> Table:
        self._made += 1
        name = f"samples_{self._made}"
        self.ask(
            f"CREATE TABLE {name} (series INTEGER, key VARCHAR, epoch INTEGER, cluster VARCHAR,"
            " score DOUBLE)"
        )
        series: dict[Key, int] = {}
        table = Table(place, {}, name=name)
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

    def _checked(self, table: Table) -> Table:
        problems = []
        for key, rows in table.rows.items():
            if found := self.ask(query.twice(rows, _SHOWN)):
                names = [one[0] for one in found]
                more = found[0][1] - len(found)
                problems.append(scores.duplicate(scores.named(key), names, more, table.place))
        if problems:
            raise RelnotesError(problems)
        for key in table.rows:
            self._facts(table, key)
        return table

    # -- comparing -----------------------------------------------------------------------------

    def pair(self, old: Table, new: Table, key: Key, range_of: RangeOf) -> Pairs:
        """What two tables say of one task and metric."""
        facts = self._facts(old, key), self._facts(new, key)
        largest = max(one.largest for one in facts)
        bounds = range_of(_side(facts[1], new.by_position))
        scale = scale_of(max([largest, *(abs(one) for one in bounds or ())]))
        found = self._totals(old, new, key, scale, None)
        self._expect_once(old, new, key, found)
        sides = (
            _side(
                facts[0], old.by_position, found.asked_old, found.scored_old, found.sum_old, scale
            ),
            _side(
                facts[1], new.by_position, found.asked_new, found.scored_new, found.sum_new, scale
            ),
        )
        sums = sums_of(found, scale, largest)
        if bounds is None or found.n == found.common:
            return Pairs(*sides, found.common, sums)
        extremes = [
            sums_of(self._totals(old, new, key, scale, fill), scale, largest)
            for fill in (bounds[::-1], bounds)
        ]
        return Pairs(*sides, found.common, sums, *extremes)

    def _totals(
        self, old: Table, new: Table, key: Key, scale: float, fill: tuple[float, float] | None
    ) -> Totals:
        facts = self._facts(old, key), self._facts(new, key)
        asked = query.paired(
            old.rows[key],
            new.rows[key],
            scale,
            repeated=any(one.repeated for one in facts),
            clustered=any(one.clustered for one in facts),
            fill=fill,
        )
        (row,) = self.ask(asked)
        return Totals(*(int(value) for value in row))

    def flips(self, old: Table, new: Table, key: Key, shown: int) -> Flips:
        """Which questions went from wrong to right and back, the first by key."""
        facts = self._facts(old, key), self._facts(new, key)
        scale = scale_of(max(one.largest for one in facts))
        repeated = any(one.repeated for one in facts)
        asked = query.flips(old.rows[key], new.rows[key], scale, repeated=repeated, shown=shown)
        found = self.ask(asked)
        gained = [row for row in found if row[0]]
        lost = [row for row in found if not row[0]]
        return Flips(
            tuple(row[1] for row in gained),
            tuple(row[1] for row in lost),
            gained[0][2] if gained else 0,
            lost[0][2] if lost else 0,
        )

    def _facts(self, table: Table, key: Key) -> Facts:
        if key not in table.facts:
            ((count, low, high, first, last, clustered),) = self.ask(query.facts(table.rows[key]))
            low, high = low or 0.0, high or 0.0
            if not (math.isfinite(low) and math.isfinite(high)):
                raise RelnotesError([self._infinite(table, key)])
            table.facts[key] = Facts(count, low, high, first != last, clustered)
        return table.facts[key]

    def _infinite(self, table: Table, key: Key) -> Problem:
        asked = f"SELECT key FROM ({table.rows[key]}) WHERE NOT isfinite(score) LIMIT 1"
        ((question,),) = self.ask(asked)
        return scores.not_finite(scores.named(key), question, table.place)

    def _expect_once(self, old: Table, new: Table, key: Key, found: Totals) -> None:
        """A join multiplies what occurs twice; what has no partner is looked at by itself."""
        sides = ((old, found.asked_old), (new, found.asked_new))
        suspicious = any(
            table.facts[key].repeated or asked != table.facts[key].samples or found.common < asked
            for table, asked in sides
        )
        for table, _ in sides:
            if suspicious and table.name is None:
                self._checked(Table(table.place, {key: table.rows[key]}, facts=table.facts))


def _side(
    facts: Facts,
    by_position: bool,
    asked: int = 0,
    scored: int = 0,
    total: int = 0,
    scale: float = 1.0,
) -> Side:
    return Side(asked, scored, mean_of(total, scored, scale), facts.low, facts.high, by_position)


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
