"""What one eval run measured, as values; knows no file format, no git and no statistics."""

from __future__ import annotations

from enum import StrEnum

import msgspec

TASK = "task"
"""The name in `EvalFile.shared` that is no condition, but the task of the folder."""


class Direction(StrEnum):
    """Which way is better; unknown is never guessed."""

    HIGHER = "higher"
    LOWER = "lower"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a score of one question can be: 0 or 1; within a range; anything."""

    BINARY = "binary"
    BOUNDED = "bounded"
    UNBOUNDED = "unbounded"


class Measurement(msgspec.Struct, frozen=True, array_like=True):
    """One metric of one task, aggregated over its questions."""

    task: str
    metric: str
    filter: str | None
    """None where the harness filters nothing (lm-eval writes that as "none")."""
    value: float | None
    """None if the harness names the metric and gives no number."""
    stderr: float | None = None
    stderr_method: str | None = None
    n: int | None = None
    """Questions scored."""
    direction: Direction = Direction.UNKNOWN
    kind: Kind = Kind.UNBOUNDED
    unit: str | None = None
    """"fraction" and "percent" have a scale; any other word is only shown; None is unknown."""
    low: float | None = None
    high: float | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    """How it was measured: the known fields only, sorted; they decide what may be compared."""
    asserted: tuple[tuple[str, str], ...] = ()
    """By question what its answer is held against, where each has something of its own; decides
    too, for the questions of both sides."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What the number is of; two releases are matched by it."""
        return (self.task, self.metric, self.filter)


class EvalFile(msgspec.Struct, frozen=True, array_like=True):
    """What one file of a harness says."""

    format: str
    harness: str
    harness_version: str | None
    started: str | None
    """ISO 8601, as precise as the file."""
    model: str | None
    measurements: tuple[Measurement, ...] = ()
    remarks: tuple[str, ...] = ()
    """What a reader of the comparison should know; nothing is left out silently."""
    shared: tuple[tuple[str, str], ...] = ()
    """Conditions, and perhaps `TASK`, that hold for what the harness wrote in the same folder."""
    sampled: tuple[tuple[str, str, str | None], ...] = ()
    """What the file holds scores of by question, as keys of measurements."""
    again: bool = False
    """The release before was measured again: no result, but how far results move by themselves."""
