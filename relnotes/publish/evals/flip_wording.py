"""Say which questions went from right to wrong and back. Pure, and without markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from relnotes.evals.sample import is_position
from relnotes.evals.verdict import Verdict
from relnotes.publish import wording

LONGEST_KEY = 24  # beyond it, a hash or a text, which names nothing to a person


class Flipping(Protocol):
    """What flipped between two releases; the keys are the first of as many as are counted."""

    @property
    def gained(self) -> tuple[str, ...]: ...
    @property
    def lost(self) -> tuple[str, ...]: ...
    @property
    def gained_count(self) -> int: ...
    @property
    def lost_count(self) -> int: ...


def flips_words(flips: Flipping, verdict: Verdict, named: int) -> str:
    """ "38 went from right to wrong (q7, q9 and 36 more), 2 from wrong to right (q3 and q5)"."""
    lost = _went(flips.lost_count, flips.lost[:named], "from right to wrong")
    gained = _went(flips.gained_count, flips.gained[:named], "from wrong to right")
    first, second = (gained, lost) if verdict is Verdict.IMPROVED else (lost, gained)
    return f"{first}, {second}"


def _went(count: int, keys: Sequence[str], where: str) -> str:
    names = [key for key in keys if len(key) <= LONGEST_KEY and not is_position(key)]
    more = count - len(names)
    named = [*names, *([f"{more:,} more"] if names and more else [])]
    shown = f" ({wording.joined(named)})" if named else ""
    return f"{count:,} {where}{shown}" if count else f"none {where}"
