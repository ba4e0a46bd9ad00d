"""The shapes of the JSON that the site offers to programs, beside the record of a release.

A field is added freely; one that is taken away or means something else gives its schema a new
number.
"""

from __future__ import annotations

import msgspec

from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict

EVAL_SCHEMA = "relnotes.eval/1"


class EvalResult(msgspec.Struct, frozen=True, kw_only=True):
    """An eval at one release that measured it."""

    release: str
    date: str | None
    value: float | None
    """None where it was no longer measured."""
    low: float | None
    high: float | None
    """The interval of the value by itself."""
    n: int | None
    verdict: Verdict
    reason: str
    stretch: int
    """Results of one stretch may be compared with each other."""
    withdrawn: bool


class EvalSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of an eval."""

    metric: str
    filter: str | None
    variant: str
    direction: Direction
    unit: str | None
    behaviour: str | None
    blocking: bool
    results: tuple[EvalResult, ...]


class EvalHistory(msgspec.Struct, frozen=True, kw_only=True):
    """An eval across the releases of a line, oldest first."""

    schema: str
    line: str
    task: str
    series: tuple[EvalSeries, ...]
