"""The same comparison where the samples are: in a warehouse or a lake, by way of ibis.

An extra (`relnotes[warehouse]`); the only module that knows ibis. Whole numbers on the same grid
are added up, so that the figures are those of the embedded engine, to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar

from relnotes.errors import RelnotesError, fail
from relnotes.evals.readers.redaction import redacted
from relnotes.evals.referred import Reference
from relnotes.evals.sample import Sample, State
from relnotes.evals.scores import Key
from relnotes.samples.grid import COARSE, HASH_DIGITS, Totals
from relnotes.samples.query import whole
from relnotes.samples.tables import Facts, RoadError, Rows, Sides

Expression = Any
"""Of ibis, which has no types that a checker could read."""

_WHOLE = "decimal(38, 0)"
_BREAK = chr(31)
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
        from relnotes.samples.sources import expect_columns

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
            epoch=table[epoch] if epoch else _literal(1).cast("int64"),
            cluster=(table[cluster] if cluster else _literal(None)).cast("string"),
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
        pairs = _pairs(sides, fill)
        counted = _one(pairs.agg(**_counts(pairs, sides.scale)))
        added = _one(_clusters(pairs) if sides.clustered else _each(pairs))
        return Totals(**{name: int(value or 0) for name, value in (counted | added).items()})

    @_driven
    def flips(self, sides: Sides, shown: int) -> list[tuple[bool, str, int]]:
        pairs, one = _pairs(sides, None), whole(sides.scale)
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
        text = rows.key.concat(
            *(_BREAK, rows.epoch.cast("string")),
            *(_BREAK, _or_empty(_literal("c").concat(rows.cluster))),
            *(_BREAK, _or_empty(_grid(rows.score, scale).cast("string"))),
        )
        hashed = rows.select(hash=text.hexdigest("md5"))
        starts = (0, HASH_DIGITS)
        sums = {f"part{at}": _sum(_number(hashed.hash, at)) for at in starts}
        found = _one(hashed.agg(count=hashed.count(), **sums))
        return int(found["count"]), [int(found[f"part{at}"] or 0) for at in starts]

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


def _literal(value: Any) -> Any:
    return _ibis("").literal(value)


def _sum(value: Expression) -> Any:
    return value.cast(_WHOLE).sum()


def _or_empty(text: Expression) -> Expression:
    return text.fill_null("")


def _rounded(value: Any) -> Any:
    return (value + 0.5).floor()


def _grid(score: Any, scale: float) -> Any:
    return _rounded(score * scale).cast("int64")


def _number(text: Any, start: int) -> Any:
    """Hexadecimal digits as a whole number, in what every engine can do; a float holds 48 bits."""
    digits = _literal("0123456789abcdef")
    return sum(
        digits.find(text.substr(start + at, 1)).cast("float64")
        * float(16 ** (HASH_DIGITS - 1 - at))
        for at in range(HASH_DIGITS)
    )


def _side(rows: Any, sides: Sides) -> Any:
    rows = rows.mutate(q=_grid(rows.score, sides.scale))
    if not sides.repeated:
        return rows.select("key", "cluster", "q")
    asked = rows.group_by("key").agg(
        cluster=rows.cluster.max(), total=_sum(rows.q), count=rows.q.count()
    )
    mean = asked.total.cast("float64") / asked["count"].nullif(0)
    return asked.select("key", "cluster", q=_rounded(mean).cast("int64"))


def _pairs(sides: Sides, fill: tuple[float, float] | None) -> Any:
    old = _side(sides.old, sides).rename(old_key="key", old_cluster="cluster", o="q")
    new = _side(sides.new, sides).rename(new_key="key", new_cluster="cluster", n="q")
    joined = old.join(new, old.old_key == new.new_key, how="outer")
    if fill:
        joined = joined.filter(joined.old_key.notnull() & joined.new_key.notnull())
        filled = [_literal(whole(sides.scale * one)).cast("int64") for one in fill]
        joined = joined.mutate(o=joined.o.coalesce(filled[0]), n=joined.n.coalesce(filled[1]))
    return joined.mutate(
        key=joined.old_key.coalesce(joined.new_key),
        cluster=joined.new_cluster.coalesce(joined.old_cluster),
        d=joined.n - joined.o,
    )


def _counts(pairs: Any, scale: float) -> dict[str, Any]:
    one, both = whole(scale), pairs.d.notnull()
    other = ~pairs.o.isin([0, one]) | ~pairs.n.isin([0, one])
    return {
        "asked_old": pairs.old_key.count(),
        "asked_new": pairs.new_key.count(),
        "common": (pairs.old_key.notnull() & pairs.new_key.notnull()).sum(),
        "scored_old": pairs.o.count(),
        "scored_new": pairs.n.count(),
        "sum_old": _sum(pairs.o),
        "sum_new": _sum(pairs.n),
        "n": pairs.d.count(),
        "paired_old": pairs.o.cast(_WHOLE).sum(where=both),
        "paired_new": pairs.n.cast(_WHOLE).sum(where=both),
        "others": (both & other).sum(),
        "gained": ((pairs.o == 0) & (pairs.n == one)).sum(),
        "lost": ((pairs.o == one) & (pairs.n == 0)).sum(),
    }


def _each(pairs: Any) -> Any:
    coarse = pairs.filter(pairs.d.notnull())
    coarse = coarse.select(s=_rounded(coarse.d.cast("float64") / COARSE).cast("int64"))
    return coarse.agg(
        total=_sum(coarse.s),
        squares=_sum(coarse.s * coarse.s),
        sizes=coarse.count(),
        products=_sum(coarse.s),
        clusters=coarse.count(),
    )


def _clusters(pairs: Any) -> Any:
    scored = pairs.filter(pairs.d.notnull())
    named = _literal("c").concat(scored.cluster).coalesce(_literal("k").concat(scored.key))
    groups = scored.group_by(group=named).agg(m=scored.count().cast(_WHOLE), total=_sum(scored.d))
    groups = groups.select(
        "m", s=_rounded(groups.total.cast("float64") / COARSE).cast("int64").cast(_WHOLE)
    )
    return groups.agg(
        total=groups.s.sum(),
        squares=(groups.s * groups.s).sum(),
        sizes=(groups.m * groups.m).sum(),
        products=(groups.m * groups.s).sum(),
        clusters=groups.count(),
    )
