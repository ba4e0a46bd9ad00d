"""The paired sums as expressions of ibis: what `query` says in SQL, for any engine.

Nothing is asked here. The fields are those of `grid.Totals`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from relnotes.samples.grid import COARSE, HASH_DIGITS
from relnotes.samples.query import whole
from relnotes.samples.tables import Rows, Sides

Expression = Any
"""Of ibis, which has no types that a checker could read."""

_WHOLE = "decimal(38, 0)"
_BREAK = chr(31)


def pairs(sides: Sides, fill: tuple[float, float] | None) -> Expression:
    """Questions with o, n and d on the grid; `fill` stands for missing scores, old and new."""
    old = _side(sides.old, sides).rename(old_key="key", old_cluster="cluster", o="q")
    new = _side(sides.new, sides).rename(new_key="key", new_cluster="cluster", n="q")
    joined = old.join(new, old.old_key == new.new_key, how="outer")
    if fill:
        joined = joined.filter(joined.old_key.notnull() & joined.new_key.notnull())
        filled = [literal(whole(sides.scale * one)).cast("int64") for one in fill]
        joined = joined.mutate(o=joined.o.coalesce(filled[0]), n=joined.n.coalesce(filled[1]))
    return joined.mutate(
        key=joined.old_key.coalesce(joined.new_key),
        cluster=joined.new_cluster.coalesce(joined.old_cluster),
        d=joined.n - joined.o,
    )


def counts(pairs: Expression, scale: float) -> dict[str, Expression]:
    """What is counted and added up of each pair by itself."""
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


def sums(sides: Sides, pairs: Expression) -> Expression:
    """One row: differences added up, by cluster where there are any."""
    return _clusters(pairs) if sides.clustered else _each(pairs)


def fingerprint(rows: Rows, scale: float) -> Expression:
    """One row: how many, and two sums over the hashes of rows, which have no order."""
    text = rows.key.concat(
        *(_BREAK, rows.epoch.cast("string")),
        *(_BREAK, _or_empty(literal("c").concat(rows.cluster))),
        *(_BREAK, _or_empty(_grid(rows.score, scale).cast("string"))),
    )
    hashed = rows.select(hash=text.hexdigest("md5"))
    first, second = (_sum(_number(hashed.hash, start)) for start in (0, HASH_DIGITS))
    return hashed.agg(count=hashed.count(), first=first, second=second)


def literal(value: Any) -> Expression:
    return import_module("ibis").literal(value)


def _side(rows: Expression, sides: Sides) -> Expression:
    rows = rows.mutate(q=_grid(rows.score, sides.scale))
    if not sides.repeated:
        return rows.select("key", "cluster", "q")
    asked = rows.group_by("key").agg(
        cluster=rows.cluster.max(), total=_sum(rows.q), count=rows.q.count()
    )
    mean = asked.total.cast("float64") / asked["count"].nullif(0)
    return asked.select("key", "cluster", q=_rounded(mean).cast("int64"))


def _each(pairs: Expression) -> Expression:
    coarse = pairs.filter(pairs.d.notnull())
    coarse = coarse.select(s=_rounded(coarse.d.cast("float64") / COARSE).cast("int64"))
    return coarse.agg(
        total=_sum(coarse.s),
        squares=_sum(coarse.s * coarse.s),
        sizes=coarse.count(),
        products=_sum(coarse.s),
        clusters=coarse.count(),
    )


def _clusters(pairs: Expression) -> Expression:
    scored = pairs.filter(pairs.d.notnull())
    named = literal("c").concat(scored.cluster).coalesce(literal("k").concat(scored.key))
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


def _sum(value: Expression) -> Expression:
    return value.cast(_WHOLE).sum()


def _or_empty(text: Expression) -> Expression:
    return text.fill_null("")


def _rounded(value: Expression) -> Expression:
    return (value + 0.5).floor()


def _grid(score: Expression, scale: float) -> Expression:
    return _rounded(score * scale).cast("int64")


def _number(text: Expression, start: int) -> Expression:
    """Hexadecimal digits as a whole number, in what every engine can do; a float holds 48 bits."""
    digits = literal("0123456789abcdef")
    return sum(
        digits.find(text.substr(start + at, 1)).cast("float64")
        * float(16 ** (HASH_DIGITS - 1 - at))
        for at in range(HASH_DIGITS)
    )
