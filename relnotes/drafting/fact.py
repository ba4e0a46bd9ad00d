"""One statement that a model gets to know, and how it is worded safely. Pure.

A statement lends its numbers, its names and its claims to whoever cites it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from relnotes.drafting.claims import DIRECTIONS, Claim

NOT_CLAIMED = DIRECTIONS | {Claim.SETTLED, Claim.CERTAIN}
_PLAIN_NAME = re.compile(r"[\w./:@+\-|,%() ]{1,80}")
_MOST_WORDS = 6  # a longer name reads like a text
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`#>]+|(?<!\w)_+|_+(?!\w)|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. `id` is how an answer cites it; `key` is the same in another numbering."""

    text: str
    source: str
    quoted: str = ""
    names: tuple[str, ...] = ()
    subject: str = ""  # what all facts are about: its name needs no citation
    grants: frozenset[Claim] = frozenset()  # beside what its own words claim
    forbids: frozenset[Claim] = frozenset()
    needs: Claim | None = None  # what a sentence that cites it has to say
    must: str = ""  # what has to be named somewhere, if this may not be left out
    judged: str = ""  # the verdict that the claims follow from, in words
    measured: bool = False  # the numbers of one result
    figures: bool = False  # numbers or dates that no sentence may mix with those of another fact
    lasting: bool = True
    """False: it is worded otherwise once the candidate has its tag, or a draft is approved."""
    id: str = ""

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.text}\n{self.quoted}".encode()).hexdigest()[:8]


def numbered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(replace(fact, id=f"F{at}") for at, fact in enumerate(facts, start=1))


def is_plain_name(name: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name)) and len(name.split()) <= _MOST_WORDS


def plain(text: str) -> str:
    """Markdown as it reads, in one line."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
