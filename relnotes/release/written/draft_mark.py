"""The mark on words that a model wrote: published only once a person stands behind them.

It stands in the file beside the words, as `draft:`. Taking it out by hand approves them too.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field

from relnotes.yamlfile import Day, Text, Written


class Dropped(Written):
    """A sentence that failed the check against the facts, so it is not in the draft."""

    sentence: Text
    why: tuple[Text, ...]


class Approved(Written):
    by: Text
    on: Day
    words: Annotated[Text, Field(description="Digest of the words that were approved.")]
    despite: Annotated[
        tuple[Text, ...], Field(description="What the check still said, and was overruled.")
    ] = ()


class DraftMark(Written):
    """Where drafted words come from, and who stands behind them."""

    model: Annotated[Text, Field(description="The model that wrote them.")]
    made: Day
    facts: Annotated[tuple[Text, ...], Field(description="Keys of the facts that are cited.")]
    words: Annotated[Text, Field(description="Digest of the words as they were drafted.")]
    dropped: tuple[Dropped, ...] = ()
    approved: Approved | None = None

    def covers(self, text: str) -> bool:
        """Whether a person approved this very text."""
        return self.approved is not None and self.approved.words == words_digest(text)


def words_digest(text: str) -> str:
    """Of the words alone: another wrapping of the lines makes no other text."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def may_publish(mark: DraftMark | None, text: str) -> bool:
    """A person wrote these words, or approved them as they are."""
    return mark is None or mark.covers(text)
