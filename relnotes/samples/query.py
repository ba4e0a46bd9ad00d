"""The one query of a paired comparison, in SQL.

Both sides are joined by question, wholly, so that what only one side has is counted too.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from relnotes.samples.grid import COARSE, HASH_DIGITS
from relnotes.samples.tables import Rows, Sides

FLIPS = 20
"""Questions gained, and lost, that a comparison tells by the way."""


def paired(sides: Sides, fill: tuple[float, float] | None = None) -> str:
    """One row, the fields of `grid.Totals`, and the first `FLIPS` questions gained and lost.

    `fill`: what stands for a missing score of the old side, and of the new one.
    """
    filled = None if fill is None else (whole(sides.scale * fill[0]), whole(sides.scale * fill[1]))
    both = _pairs(sides, filled)
    if not sides.clustered:
        sums = f"{_counts(sides.scale)}, {_EACH}, {_flipped(sides.scale)}"
        return f"WITH pairs AS ({both})\nSELECT {sums} FROM pairs"
    return (
        f"WITH pairs AS MATERIALIZED ({both}),\ngroups AS ({_GROUPS})\nSELECT * FROM"
        f" (SELECT {_counts(sides.scale)} FROM pairs), (SELECT {_CLUSTERS} FROM groups),"
        f" (SELECT {_flipped(sides.scale)} FROM pairs)"
    )


def flips(sides: Sides, shown: int) -> str:
    """One row: how many questions were gained, the first of them by key; the same of the lost.

    Both sides are cut down before they are joined, which is half the work.
    """
    one, first = whole(sides.scale), max(shown, 1)
    bare = replace(sides, clustered=False)
    parts = [
        f"(SELECT count(*) AS count{name}, min(old.key, {first}) AS keys{name}"
        f" FROM (SELECT key FROM ({_side(sides.old, bare)}) WHERE q = {before}) AS old"
        f" JOIN (SELECT key FROM ({_side(sides.new, bare)}) WHERE q = {after}) AS new"
        " ON old.key = new.key)"
        for name, before, after in (("_gained", 0, one), ("_lost", one, 0))
    ]
    return f"SELECT * FROM {', '.join(parts)}"


def twice(rows: str, shown: int) -> str:
    """Rows (key, how many in all) of questions that occur twice in an epoch."""
    return (
        "SELECT key, count(*) OVER () FROM (SELECT DISTINCT key FROM"
        f" (SELECT key FROM ({rows}) GROUP BY key, epoch HAVING count(*) > 1))"
        f" ORDER BY key LIMIT {shown}"
    )


def fingerprint(rows: str, scale: float) -> str:
    """One row: how many, and two sums over the hashes of rows, which have no order."""
    grid = f"CAST(floor(score * {scale!r} + 0.5) AS BIGINT)"
    row = (
        "concat_ws(chr(31), key, CAST(epoch AS VARCHAR), COALESCE('c' || cluster, ''),"
        f" COALESCE(CAST({grid} AS VARCHAR), ''))"
    )
    parts = ", ".join(
        f"sum(CAST('0x' || substr(hash, {start}, {HASH_DIGITS}) AS BIGINT))"
        for start in (1, 1 + HASH_DIGITS)
    )
    return f"SELECT count(*), {parts} FROM (SELECT md5({row}) AS hash FROM ({rows}))"


def facts(rows: str) -> str:
    """One row: samples, smallest and largest score, first and last epoch, any clusters? no key"""
    return (
        "SELECT count(*), min(score), max(score), min(epoch), max(epoch), count(cluster) > 0,"
        " count(*) - count(key)"
        f" FROM ({rows})"
    )


def aggregate(rows: str, scale: float, *, repeated: bool, clustered: bool) -> str:
    """One row: answers without a score, and the fields of `grid.Alone`."""
    side = _side(rows, Sides(rows, rows, scale, repeated=repeated, clustered=clustered))
    missing = f"(SELECT count(*) - count(score) FROM ({rows}))"
    whole = "count(d) AS n, COALESCE(sum(d), 0) AS whole"
    scored = f"SELECT *, q AS d FROM ({side})"
    if not clustered:
        return f"WITH pairs AS ({scored}) SELECT {missing}, {whole}, {_EACH} FROM pairs"
    return (
        f"WITH pairs AS MATERIALIZED ({scored}), groups AS ({_GROUPS}) SELECT {missing}, * FROM"
        f" (SELECT {whole} FROM pairs), (SELECT {_CLUSTERS} FROM groups)"
    )


def name(column: str) -> str:
    """As SQL writes a name."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """As SQL writes a text."""
    return "'" + value.replace("'", "''") + "'"


def whole(value: float) -> int:
    """On the grid; what is beyond it equals nothing that is on it."""
    return math.floor(min(value + 0.5, 2.0**62))


def _pairs(sides: Sides, fill: tuple[int, int] | None) -> str:
    """Questions with o and n on the grid; d and what follows is null where either is missing."""
    cluster = "COALESCE(new.cluster, old.cluster) AS cluster, " if sides.clustered else ""
    joined = (
        "SELECT old.key AS old_key, new.key AS new_key, COALESCE(old.key, new.key) AS key,"
        f" {cluster}old.q AS o, new.q AS n FROM ({_side(sides.old, sides)}) AS old FULL JOIN"
        f" ({_side(sides.new, sides)}) AS new ON old.key = new.key"
    )
    if fill:
        filled = f"COALESCE(o, {fill[0]}) AS o, COALESCE(n, {fill[1]}) AS n"
        joined = (
            f"SELECT * REPLACE ({filled}) FROM ({joined})"
            " WHERE old_key IS NOT NULL AND new_key IS NOT NULL"
        )
    return (
        f"SELECT *, n - o AS d, CASE WHEN n IS NULL THEN NULL ELSE o END AS paired_o,"
        f" CASE WHEN o IS NULL THEN NULL ELSE n END AS paired_n FROM ({joined})"
    )


def _side(rows: Rows, sides: Sides) -> str:
    """By question; the mean of what was scored where it was repeated."""
    grid = f"CAST(floor(score * {sides.scale!r} + 0.5) AS BIGINT)"
    if not sides.repeated:
        return f"SELECT key{', cluster' if sides.clustered else ''}, {grid} AS q FROM ({rows})"
    cluster = ", max(cluster) AS cluster" if sides.clustered else ""
    mean = "CAST(floor(CAST(sum(q) AS DOUBLE) / count(q) + 0.5) AS BIGINT)"
    return (
        f"SELECT key{cluster}, CASE WHEN count(q) > 0 THEN {mean} END AS q"
        f" FROM (SELECT *, {grid} AS q FROM ({rows})) GROUP BY key"
    )


def _counts(scale: float) -> str:
    one = whole(scale)
    return f"""count(old_key) AS asked_old, count(new_key) AS asked_new,
count(*) FILTER (WHERE old_key IS NOT NULL AND new_key IS NOT NULL) AS common,
count(o) AS scored_old, count(n) AS scored_new,
COALESCE(sum(o), 0) AS sum_old, COALESCE(sum(n), 0) AS sum_new,
count(d) AS n, COALESCE(sum(paired_o), 0) AS paired_old, COALESCE(sum(paired_n), 0) AS paired_new,
count(*) FILTER (WHERE paired_o NOT IN (0, {one}) OR paired_n NOT IN (0, {one})) AS others,
count(*) FILTER (WHERE o = 0 AND n = {one}) AS gained,
count(*) FILTER (WHERE o = {one} AND n = 0) AS lost"""


def _flipped(scale: float) -> str:
    """Almost for nothing while both sides are joined anyway."""
    one = whole(scale)
    return (
        f"min(key, {FLIPS}) FILTER (WHERE o = 0 AND n = {one}) AS keys_gained,"
        f" min(key, {FLIPS}) FILTER (WHERE o = {one} AND n = 0) AS keys_lost"
    )


_COARSE = f"floor(CAST({{}} AS DOUBLE) / {COARSE!r} + 0.5)"
_EACH = (
    f"COALESCE(sum(CAST({_COARSE.format('d')} AS BIGINT)), 0) AS total, COALESCE(sum("
    f"CAST({_COARSE.format('d')} AS BIGINT) * CAST({_COARSE.format('d')} AS BIGINT)), 0)"
    " AS squares, count(d) AS sizes, total AS products, count(d) AS clusters"
)
_GROUP = "COALESCE('c' || cluster, 'k' || key)"
_GROUPS = (
    "SELECT CAST(count(*) AS HUGEINT) AS m,"
    f" CAST({_COARSE.format('sum(d)')} AS HUGEINT) AS s FROM pairs WHERE d IS NOT NULL"
    f" GROUP BY {_GROUP}"
)
_CLUSTERS = """COALESCE(sum(s), 0) AS total, COALESCE(sum(s * s), 0) AS squares,
COALESCE(sum(m * m), 0) AS sizes, COALESCE(sum(m * s), 0) AS products, count(*) AS clusters"""
