"""A postmortem: its front matter, who has read it, and the way to its publication."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError, fail
from relnotes.incident.postmortem.passages import (
    Kind,
    Passage,
    joined,
    passages,
    prose_digest,
    refreshed,
)
from relnotes.incident.vocabulary import Review
from relnotes.yamlfile import Day, Text, Written

_FENCE = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
BLOCKS = (
    "facts",
    "timeline",
    "metrics",
    "contributing",
    "blind-spots",
    "signals",
    "prompt-diff",
    "rollback",
    "follow-ups",
    "declined",
    "evals",
    "accounts",
)


class Approval(Written):
    """`text` is a digest of the prose that was read: what is written later was not approved."""

    by: Text
    on: Day
    text: Annotated[Text, Field(pattern=r"^[0-9a-f]{8}$")]


class Front(Written):
    """The front matter; the commands keep it, and a person may."""

    schema_: Annotated[Literal["relnotes.postmortem/1"], Field(alias="schema")] = (
        "relnotes.postmortem/1"
    )
    review: Review = Review.DRAFT
    authors: tuple[Text, ...] = ()
    submitted_on: Day | None = None
    approvals: tuple[Approval, ...] = ()
    published_on: Day | None = None
    waived: Annotated[Text | None, Field(description="Why there will be none.")] = None


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The file at `place`: `head` is the front matter as it is written, fences included."""

    place: str
    head: str
    front: Front
    body: tuple[Passage, ...]

    @property
    def questions(self) -> tuple[Passage, ...]:
        """What the author was asked and has not answered."""
        return tuple(one for one in self.body if one.kind is Kind.ASK)

    @property
    def digest(self) -> str:
        return prose_digest(self.body)

    @property
    def approved_by(self) -> tuple[Approval, ...]:
        """Those who have read what it says now."""
        return tuple(one for one in self.front.approvals if one.text == self.digest)

    @property
    def text(self) -> str:
        return self.head + joined(self.body)

    def reviewed(self, **changes: object) -> Postmortem:
        """The same with another front matter; the body stays byte for byte."""
        front = self.front.model_copy(update=changes)
        return replace(self, front=front, head=_head(front, "\r\n" in self.head))

    def with_blocks(self, blocks: Mapping[str, str]) -> Postmortem:
        """The same with its blocks as they are now; RelnotesError where one was edited by hand."""
        return replace(self, body=refreshed(self.body, blocks, self.place))


def read(text: str, place: str) -> Postmortem:
    """Front matter and body, or RelnotesError with every problem of both."""
    text = yamlfile.decode(text, place)
    end = _end_of_head(text, place)
    problems: list[Problem] = []
    front = Front()
    found: tuple[Passage, ...] = ()
    try:
        front = _front(text[:end], place)
    except RelnotesError as error:
        problems += error.problems
    try:
        found = passages(text[end:], place, BLOCKS, text.count("\n", 0, end) + 1)
    except RelnotesError as error:
        problems += error.problems
    if problems:
        raise RelnotesError(problems)
    return Postmortem(place, text[:end], front, found)


def _end_of_head(text: str, place: str) -> int:
    """Where the body begins; 0 where there is no front matter."""
    if not _FENCE.match(text):
        return 0
    closing = _FENCE.search(text, 4)
    if closing is None:
        raise fail(f"{place}:1", 'the front matter has no closing "---" line', "add one")
    return closing.end()


def _front(head: str, place: str) -> Front:
    lines = head.replace("\r\n", "\n").split("\n")
    document = yamlfile.load("\n".join(["", *lines[1:-2], ""]), place)
    front = yamlfile.validate(document, Front)
    if front.review is Review.WAIVED and not front.waived:
        where = yamlfile.locate(document, ("review",))
        raise fail(where, "a waived postmortem says why", "add `waived: …` with the reason")
    return front


def _head(front: Front, windows: bool) -> str:
    """Front matter as it is written; what is not known is left out."""
    values = front.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = "\n".join(["---", *_lines({key: one for key, one in values.items() if one}), "---", ""])
    return text.replace("\n", "\r\n") if windows else text


def _lines(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """YAML of texts, and of lists of texts and of mappings; JSON's strings are YAML's."""
    for key, value in values.items():
        if isinstance(value, str):
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
            continue
        yield f"{indent}{key}:"
        for item in value:
            pairs = item.items() if isinstance(item, dict) else ()
            shown = ", ".join(f"{name}: {json.dumps(one)}" for name, one in pairs)
            yield f"{indent}  - {{{shown}}}" if pairs else f"{indent}  - {json.dumps(item)}"


def begun(body: str, place: str) -> Postmortem:
    """A new one: a draft with this body."""
    front = Front()
    return read(_head(front, windows=False) + "\n" + body, place)
