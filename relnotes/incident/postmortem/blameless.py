"""Wording that blames or excuses where a postmortem should explain: a short list, to warn only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relnotes.incident.postmortem.passages import Kind, Passage


@dataclass(frozen=True, slots=True)
class Wording:
    """`line` and `column` in the file, from 1; `better` is what to write instead."""

    line: int
    column: int
    words: str
    better: str


# Each pattern, and what tells a reader more.
_LIST = (
    (r"human error|operator error|user error", "say what made the mistake easy to make"),
    (r"(?:the|a single|single) root cause", '"contributing factors": there is more than one'),
    (r"(?:was|were|is|are) to blame|(?:is|was) at fault|fault of", "say what happened, and why"),
    (r"should(?: have|n['’]t have| not have)|ought to have", "say what they knew at the time"),
    (r"(?:fail|failed|failing|neglected|forgot) to", "say what was done instead, and why"),
    (r"careless(?:ly|ness)?|sloppy|negligen(?:t|ce)|incompeten(?:t|ce)", "say what was missing"),
    (
        r"(?:obviously|clearly|simply|just) (?:wrong|a mistake|missed)",
        "what was plain only later?",
    ),
    (r"could easily have|would have been easy", "say what stood in the way"),
    (r"(?:more|extra) careful|pay (?:more )?attention|be vigilant", "name a change that holds"),
    (r"unforeseeable|nobody could have (?:known|foreseen)", "say what was looked at, and what not"),
)
_PATTERNS = tuple((re.compile(rf"\b(?:{one})\b", re.IGNORECASE), mend) for one, mend in _LIST)


def blaming(found: Iterable[Passage]) -> tuple[Wording, ...]:
    """In the author's prose, in reading order; quotations are somebody else's words."""
    return tuple(
        sorted(
            (one for passage in found if passage.kind is Kind.PROSE for one in _in(passage)),
            key=lambda one: (one.line, one.column),
        )
    )


def _in(passage: Passage) -> Iterator[Wording]:
    """`column` is that of the passage's own lines; its first may begin behind a marker."""
    for number, line in enumerate(passage.raw.split("\n")):
        if line.lstrip().startswith(">"):
            continue
        shift = passage.column - 1 if number == 0 else 0
        for pattern, better in _PATTERNS:
            for match in pattern.finditer(line):
                place = passage.line + number, match.start() + 1 + shift
                yield Wording(*place, match[0], better)
