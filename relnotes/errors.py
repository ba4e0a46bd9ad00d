"""What went wrong, as values: where, what, and how to mend it. Knows nothing of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    NO_REPOSITORY = 3
    BUG = 70


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with an input.

    `place` is `tag:path:line:column` as far as each part is known;
    `mend` completes "to mend it: …" and may be empty.
    """

    place: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}" if self.place else self.what
        return f"{text}\n    {self.mend}" if self.mend else text


class RelnotesError(Exception):
    """All problems found at once; the command line prints them and leaves with `exit_code`."""

    def __init__(self, problems: Iterable[Problem], exit_code: Exit = Exit.BAD_INPUT) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        self.exit_code = exit_code
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        """So that it survives the way from another process."""
        return type(self), (self.problems, self.exit_code)


def fail(place: str, what: str, mend: str = "", exit_code: Exit = Exit.BAD_INPUT) -> RelnotesError:
    """The error of a single problem, to be raised by the caller."""
    return RelnotesError([Problem(place, what, mend)], exit_code)
