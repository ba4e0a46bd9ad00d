"""Check what a harness wrote and collect every problem, with its line and column."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.metrics import facts_of, outside
from relnotes.evals.readers import json_text
from relnotes.evals.result import Direction, Kind, Measurement

Path = tuple[str | int, ...]

_ABSENT = frozenset({None, "N/A", ""})
_MANY = 50
_MEND = "run it again, or declare the file in relnotes.toml under [[evals.ignore]] with a reason"


class Checks(msgspec.Struct):
    """What is found in one JSON file; positions are looked up only for problems."""

    data: bytes
    place: str
    problems: list[Problem] = []
    remarks: dict[str, None] = {}

    def number(self, value: Any, path: Path) -> float | None:
        """A finite number, or None where the harness says that there is none."""
        if type(value) is float and math.isfinite(value):
            return value  # nearly always
        number, wrong = _number(value, path[-1])
        if wrong:
            self.problem(path, wrong, _MEND)
        return number

    def number_at(self, value: Any, place: str, what: str) -> float | None:
        """The same of a value whose place is known, as in a file of lines."""
        number, wrong = _number(value, what)
        if wrong:
            self.problems.append(Problem(place, wrong, _MEND))
        return number

    def stderr(self, value: Any, path: Path) -> float | None:
        """A standard error; never negative."""
        number = self.number(value, path)
        if number is not None and number < 0:
            self.problem(path, f"{path[-1]} is {number:g}; a standard error is never negative")
        return number

    def count(self, value: Any, path: Path) -> int | None:
        """A number of questions; never negative."""
        number = self.number(value, path)
        if number is not None and (number < 0 or number != int(number)):
            self.problem(path, f"{path[-1]} is {number:g}; it should be a whole number from 0 up")
        return None if number is None else int(number)

    def problem(self, path: Path, what: str, mend: str = "") -> None:
        self.problems.append(Problem(self._at(path), what, mend))

    def _at(self, path: Path) -> str:
        if len(self.problems) >= _MANY:  # not shown, and a look-up reads the file from its start
            return self.place
        return self.place + json_text.position(self.data, path)

    def remark(self, text: str) -> None:
        self.remarks[text] = None

    def finish(self) -> tuple[str, ...]:
        """The remarks, or all problems raised."""
        if self.problems:
            raise RelnotesError(self._shown())
        return tuple(self.remarks)

    def _shown(self) -> list[Problem]:
        more = len(self.problems) - _MANY
        if more <= 0:
            return self.problems
        return [*self.problems[:_MANY], Problem(self.place, f"{more:,} more problems of this file")]

    def measurement(
        self,
        task: str,
        metric: str,
        filter_name: str | None,
        value: float | None,
        stderr: float | None,
        stderr_method: str | None,
        n: int | None,
        direction: Direction | None,
        conditions: tuple[tuple[str, str], ...],
    ) -> Measurement:
        """With what the shipped table knows; a value outside its range has no known scale."""
        facts = facts_of(metric)
        kind, unit, low, high = facts.kind or Kind.UNBOUNDED, facts.unit, facts.low, facts.high
        if value is not None and outside(value, low, high):
            self.remark(
                f"{task} {metric}: {value:g} is not from {low:g} to {high:g}; scale unknown"
            )
            kind, unit, low, high = Kind.UNBOUNDED, None, None, None
        return Measurement(
            task,
            metric,
            filter_name,
            value,
            stderr,
            stderr_method,
            n,
            direction or facts.direction or Direction.UNKNOWN,
            kind,
            unit,
            low,
            high,
            conditions,
        )


def _number(value: Any, what: str | int) -> tuple[float | None, str]:
    """A finite number if there is one, and what is wrong if something is."""
    if type(value) is float:
        return (value, "") if math.isfinite(value) else (None, f"{what} is no finite number")
    if type(value) is int and abs(value) < 1e300:
        return float(value), ""
    if isinstance(value, str) and value.startswith(json_text.NOT_FINITE):
        return None, f"{what} is {value[1:]}, which is no result"
    if not isinstance(value, str | None) or (value or "").strip() not in _ABSENT:
        return None, f"{what} should be a number"
    return None, ""
