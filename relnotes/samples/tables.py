"""Compare two tables of samples, whatever engine they lie in: an engine only adds up.

Scale, sides, bounds of what is missing and the check of keys are the same on every road.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals import scores
from relnotes.evals.overlap import Pairs, Side
from relnotes.evals.pairing import Flips, RangeOf
from relnotes.evals.sample import Sample
from relnotes.evals.scores import Key
from relnotes.evals.tally import Aggregate
from relnotes.samples.grid import Totals, digest_of, mean_of, scale_of, sums_of

_SHOWN = 3
_MEND = "see that what it refers to can be reached and has not changed, and run it again"

Rows = Any
"""What a road knows as a table with key, epoch, cluster and score: SQL, or an expression."""


class Facts(msgspec.Struct, frozen=True):
    """What one pass over the scores of a series says."""

    samples: int
    low: float
    high: float
    repeated: bool
    clustered: bool
    unnamed: int
    """Samples without a key."""

    @property
    def largest(self) -> float:
        """By magnitude."""
        return max(abs(self.low), abs(self.high))


class Sides(msgspec.Struct, frozen=True):
    """The rows of two releases, and how they are to be added up."""

    old: Rows
    new: Rows
    scale: float
    repeated: bool = False
    clustered: bool = False


class Road(Protocol):
    """An engine that can add up."""

    def facts(self, rows: Rows) -> Facts:
        """Of rows that may be none; `low` and `high` are 0 of no score."""

    def totals(self, sides: Sides, fill: tuple[float, float] | None) -> Totals:
        """`fill`: what stands for a missing score of the old side, and of the new one."""

    def flips(self, sides: Sides, shown: int) -> list[tuple[bool, str, int]]:
        """Whether gained, the question, and how many such there are."""

    def twice(self, rows: Rows, shown: int) -> list[tuple[str, int]]:
        """Questions that occur twice in an epoch, each with how many there are."""

    def infinite(self, rows: Rows) -> str:
        """A question whose score is not finite; there is one."""

    def fingerprint(self, rows: Rows, scale: float) -> tuple[int, list[int]]:
        """How many rows, and the sums over their hashes."""

    def samples(self, rows: Rows, key: Key) -> Iterator[Sample]:
        """The rows themselves, one by one, to be added up elsewhere."""


class RoadError(Exception):
    """An engine could not answer; whoever knows the file says where."""


@contextmanager
def said_of(*tables: Table) -> Iterator[None]:
    """What an engine fails with, as a problem of the files that were asked for."""
    try:
        yield
    except RoadError as error:
        places = " and ".join(dict.fromkeys(table.place for table in tables))
        raise fail(places, f"cannot be compared: {error}", _MEND) from error


@dataclass(slots=True)
class Table:
    """The samples of one file, or what it refers to."""

    road: Road
    place: str
    rows: dict[Key, Rows] = field(default_factory=dict)
    sources: dict[Key, str] = field(default_factory=dict)
    """What the file refers to, with its digest, where it does."""
    by_position: bool = False
    checked: bool = False
    """Each question occurs once."""
    facts: dict[Key, Facts] = field(default_factory=dict)
    name: str | None = None
    """Of the table on disk that holds them, if they were read into one."""

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(self.rows)

    def facts_of(self, key: Key) -> Facts:
        """RelnotesError if a score is not finite."""
        if key not in self.facts:
            with said_of(self):
                found = self.road.facts(self.rows[key])
            if not (math.isfinite(found.low) and math.isfinite(found.high)):
                question = self.road.infinite(self.rows[key])
                problem = scores.not_finite(scores.named(key), question, self.place)
                raise RelnotesError([problem])
            if found.unnamed:
                rows = "row has" if found.unnamed == 1 else "rows have"
                what = f"{scores.named(key)}: {found.unnamed:,} {rows} no key"
                raise fail(self.place, what, "give each question a key of its own")
            self.facts[key] = found
        return self.facts[key]

    def check(self) -> Table:
        """RelnotesError holds every question that occurs twice."""
        if not self.checked:
            if problems := [one for key in self.rows for one in self._twice(key)]:
                raise RelnotesError(problems)
            self.checked = True
        return self

    def digest(self, key: Key) -> str:
        """Of the rows, in whatever order and format they lie."""
        scale = scale_of(self.facts_of(key).largest)
        with said_of(self):
            count, sums = self.road.fingerprint(self.rows[key], scale)
        return digest_of(count, scale, sums)

    def _twice(self, key: Key) -> list[Problem]:
        with said_of(self):
            found = self.road.twice(self.rows[key], _SHOWN)
        if not found:
            return []
        names, more = [one[0] for one in found], found[0][1] - len(found)
        return [scores.duplicate(scores.named(key), names, more, self.place)]


def pair_tables(old: Table, new: Table, key: Key, range_of: RangeOf) -> Pairs:
    """What two tables of one road say of one task and metric."""
    facts = old.facts_of(key), new.facts_of(key)
    bounds = range_of(_side(facts[1], new.by_position))
    sides = _sides(old, new, key, *(abs(one) for one in bounds or ()))
    with said_of(old, new):
        found = old.road.totals(sides, None)
    _expect_once(old, new, key, found)
    before = _side(
        facts[0], old.by_position, found.asked_old, found.scored_old, found.sum_old, sides.scale
    )
    after = _side(
        facts[1], new.by_position, found.asked_new, found.scored_new, found.sum_new, sides.scale
    )
    largest = max(one.largest for one in facts)
    sums = sums_of(found, sides.scale, largest)
    if bounds is None or found.n == found.common:
        return Pairs(before, after, found.common, sums)
    with said_of(old, new):
        worst, best = (
            sums_of(old.road.totals(sides, fill), sides.scale, largest)
            for fill in (bounds[::-1], bounds)
        )
    return Pairs(before, after, found.common, sums, worst, best)


def flips_of(old: Table, new: Table, key: Key, shown: int) -> Flips:
    """Which questions went from wrong to right and back, the first by key."""
    with said_of(old, new):
        found = old.road.flips(_sides(old, new, key), shown)
    gained = [row for row in found if row[0]]
    lost = [row for row in found if not row[0]]
    return Flips(
        tuple(row[1] for row in gained),
        tuple(row[1] for row in lost),
        gained[0][2] if gained else 0,
        lost[0][2] if lost else 0,
    )


def aggregate_of(table: Table, key: Key) -> tuple[Aggregate, int]:
    """Mean and count of what lies where only pairs are added up; its error is not known."""
    side = pair_tables(table, table, key, lambda _: None).old
    return Aggregate(side.mean, None, None, side.scored), side.asked - side.scored


def _sides(old: Table, new: Table, key: Key, *bounds: float) -> Sides:
    facts = old.facts_of(key), new.facts_of(key)
    return Sides(
        old.rows[key],
        new.rows[key],
        scale_of(max([*(one.largest for one in facts), *bounds])),
        repeated=any(one.repeated for one in facts),
        clustered=any(one.clustered for one in facts),
    )


def _expect_once(old: Table, new: Table, key: Key, found: Totals) -> None:
    """A join multiplies what occurs twice; what has no partner is looked at by itself."""
    for table, asked in ((old, found.asked_old), (new, found.asked_new)):
        facts = table.facts_of(key)
        if facts.repeated or asked != facts.samples or found.common < asked:
            table.check()


def _side(
    facts: Facts,
    by_position: bool,
    asked: int = 0,
    scored: int = 0,
    total: int = 0,
    scale: float = 1.0,
) -> Side:
    return Side(asked, scored, mean_of(total, scored, scale), facts.low, facts.high, by_position)
