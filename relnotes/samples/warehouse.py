"""The same comparison where the samples are: in a warehouse or a lake, by way of ibis.

An extra (`relnotes[warehouse]`); with `expressions` the only module that knows ibis. Whole numbers
on the same grid are added up, so that the figures are those of the embedded engine, to the last
digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar

from relnotes.errors import RelnotesError, fail
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.referred import Reference, expect_columns
from relnotes.evals.sample import Sample, State
from relnotes.evals.scores import Key
from relnotes.samples import expressions
from relnotes.samples.expressions import Expression, literal
from relnotes.samples.grid import Totals
from relnotes.samples.query import whole
from relnotes.samples.tables import Facts, RoadError, Rows, Sides

_CHUNK = 32_768
_FIELDS = ("key", "epoch", "cluster", "score")

T = TypeVar("T")


def _driven(ask: Callable[..., T]) -> Callable[..., T]:
    """A question to a driver, which may fail in any way."""

    @wraps(ask)
    def asked(*arguments: Any) -> T:
        try:
            return ask(*arguments)
        except RelnotesError:
            raise
        except Exception as error:
            raise RoadError(_trouble(error)) from error

    return asked


def _trouble(error: Exception) -> str:
    """The driver's words, in which an address may stand with its password."""
    first = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
    return f"the warehouse does not answer: {type(error).__name__}: {redacted(first[:300])}"


class Warehouse:
    """A road over one connection of ibis."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    def at(cls, address: str | None, place: str) -> Warehouse:
        """Connected; RelnotesError says what is missing. The address, which may hold a password,
        is not repeated."""
        if address is None:
            mend = 'set RELNOTES_WAREHOUSE, or evals.warehouse = "pyspark://…" in relnotes.toml'
            raise fail(place, "a table of a warehouse, and no warehouse is known", mend)
        ibis = _ibis(place)
        try:
            return cls(ibis.connect(address))
        except Exception as error:  # a driver of any kind
            kind = address.partition("://")[0]
            what = f"the warehouse ({kind}) cannot be reached: {type(error).__name__}"
            raise fail(place, what) from error

    def close(self) -> None:
        self._connection.disconnect()

    def rows(self, reference: Reference, place: str) -> Expression:
        """The expression that a reference stands for; RelnotesError if a column is not there."""
        table = self._table(reference, place)
        columns = {name: str(kind) for name, kind in table.schema().items()}
        expect_columns(columns, reference, place)
        score = table[reference.score]
        if not (score.type().is_numeric() or score.type().is_boolean()):
            what = f'the column "{reference.score}" holds {score.type()}, and scores are numbers'
            raise fail(place, f"{what} or true, false")
        for column, value in reference.where.items():
            table = table.filter(table[column].cast("string") == value)
        return self.normal(table, reference)

    def normal(self, table: Expression, reference: Reference) -> Expression:
        """With key, epoch, cluster and score."""
        epoch, cluster = reference.epoch, reference.cluster
        number = table[reference.score]
        if number.type().is_boolean():
            number = number.cast("int64")
        return table.select(
            key=table[reference.key].cast("string"),
            epoch=table[epoch] if epoch else literal(1).cast("int64"),
            cluster=(table[cluster] if cluster else literal(None)).cast("string"),
            score=number.cast("float64"),
        )

    # -- the road ------------------------------------------------------------------------------

    @_driven
    def facts(self, rows: Rows) -> Facts:
        found = _one(
            rows.agg(
                samples=rows.count(),
                low=rows.score.min(),
                high=rows.score.max(),
                first=rows.epoch.min(),
                last=rows.epoch.max(),
                clustered=rows.cluster.count(),
                named=rows.key.count(),
            )
        )
        return Facts(
            found["samples"],
            found["low"] or 0.0,
            found["high"] or 0.0,
            found["first"] != found["last"],
            found["clustered"] > 0,
            found["samples"] - found["named"],
        )

    @_driven
    def totals(self, sides: Sides, fill: tuple[float, float] | None) -> Totals:
        pairs = expressions.pairs(sides, fill)
        counted = _one(pairs.agg(**expressions.counts(pairs, sides.scale)))
        added = _one(expressions.sums(sides, pairs))
        return Totals(**{name: int(value or 0) for name, value in (counted | added).items()})

    @_driven
    def flips(self, sides: Sides, shown: int) -> list[tuple[bool, str, int]]:
        pairs, one = expressions.pairs(sides, None), whole(sides.scale)
        found = []
        for old, new in ((0, one), (one, 0)):
            flipped = pairs.filter((pairs.o == old) & (pairs.n == new))
            count = _one(flipped.agg(count=flipped.count()))["count"]
            first = flipped.select("key").order_by("key").limit(shown).to_pyarrow()
            found += [(new > old, str(row["key"]), int(count)) for row in first.to_pylist()]
        return found

    @_driven
    def twice(self, rows: Rows, shown: int) -> list[tuple[str, int]]:
        counted = rows.group_by("key", "epoch").agg(times=rows.count())
        keys = counted.filter(counted.times > 1).select("key").distinct()
        first = keys.order_by("key").limit(shown).to_pyarrow().to_pylist()
        if not first:
            return []
        count = _one(keys.agg(count=keys.count()))["count"]
        return [(str(row["key"]), int(count)) for row in first]

    @_driven
    def infinite(self, rows: Rows) -> str:
        found = rows.filter(rows.score.isnan() | rows.score.isinf()).select("key").limit(1)
        return str(_one(found)["key"])

    @_driven
    def fingerprint(self, rows: Rows, scale: float) -> tuple[int, list[int]]:
        found = _one(expressions.fingerprint(rows, scale))
        return int(found["count"]), [int(found[name] or 0) for name in ("first", "second")]

    def samples(self, rows: Rows, key: Key) -> Iterator[Sample]:
        try:
            for question, epoch, cluster, score in self._rows_of(rows):
                state = State.UNSCORED if score is None else State.SCORED
                yield Sample(*key, question, epoch, cluster, score, state)
        except Exception as error:  # a driver of any kind
            raise RoadError(_trouble(error)) from error

    def _rows_of(self, rows: Rows) -> Iterator[tuple[Any, ...]]:
        if self._connection.name == "duckdb":  # ibis 12 streams by a name that DuckDB 2 has dropped
            found = self._connection.raw_sql(self._connection.compile(rows))
            while chunk := found.fetchmany(_CHUNK):
                yield from chunk
            return
        for batch in rows.to_pyarrow_batches():
            yield from zip(*(batch.column(name).to_pylist() for name in _FIELDS), strict=True)

    def _table(self, reference: Reference, place: str) -> Expression:
        path, _, name = (reference.table or "").rpartition(".")
        try:
            return self._connection.table(name, database=path or None)
        except Exception as error:  # a driver of any kind
            raise fail(place, f"{reference.source}: {_trouble(error)}") from error


def _ibis(place: str) -> Any:
    try:
        return import_module("ibis")
    except ImportError as error:
        what = "a table of a warehouse is compared by way of ibis, which is not installed"
        raise fail(place, what, "pip install 'relnotes[warehouse]'") from error


def _one(expression: Any) -> dict[str, Any]:
    (row,) = expression.to_pyarrow().to_pylist()
    return dict(row)
