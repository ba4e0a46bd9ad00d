"""Take a postmortem apart at its markers, and put it together again, to the byte.

Three kinds of markers, each an HTML comment that no reader of the page sees:
`<!-- relnotes:ask … -->` asks the author; `<!-- relnotes:internal -->…<!-- /relnotes:internal -->`
keeps a passage from the public; `<!-- relnotes:timeline 1f2e3d4c -->…<!-- /relnotes:timeline -->`
holds a block that is written anew from the record. What stands between those is the author's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from relnotes.errors import Problem, RelnotesError
from relnotes.validation import did_you_mean

_MARKER = re.compile(r"<!--[ \t]*(?P<end>/?)relnotes:(?P<name>[a-z-]+)(?P<rest>[^<>]*?)-->")
_TRACE = re.compile(
    r"<!--[^\n]*?-->|<!--|-->|<!?[-\s]*/?\s*relnotes|relnotes\s*:\s*internal", re.IGNORECASE
)
_MEND_TRACE = "write <!-- relnotes:internal -->…<!-- /relnotes:internal --> around what is internal"
_DIGEST = re.compile(r"[0-9a-f]{8}")


class Kind(StrEnum):
    PROSE = "prose"
    ASK = "ask"
    BLOCK = "block"
    EDGE = "edge"  # where an internal passage begins or ends


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the file; all `raw` one after the other are the file."""

    kind: Kind
    raw: str
    line: int  # where it begins, from 1
    column: int
    internal: bool = False
    name: str = ""  # of a block
    content: str = ""  # of a block, between its markers; of an ask, the question
    digest: str = ""  # of a block as it was written


def passages(
    text: str, place: str, known: Collection[str], first_line: int = 1
) -> tuple[Passage, ...]:
    """The file in passages; RelnotesError names every marker that is damaged or left open.

    `known` are the names of blocks. Nothing is guessed: one unclear marker, and there is no
    saying what is internal.
    """
    reader = _Reader(text, place, known, first_line)
    found = tuple(reader.read())
    if reader.problems:
        raise RelnotesError(reader.problems)
    return found


def joined(found: Collection[Passage]) -> str:
    return "".join(one.raw for one in found)


def refreshed(
    found: Collection[Passage], blocks: Mapping[str, str], place: str
) -> tuple[Passage, ...]:
    """The same with its blocks as they are now; RelnotesError where a person wrote into one."""
    if edited := [one for one in found if one.kind is Kind.BLOCK and _is_edited(one)]:
        raise RelnotesError(
            Problem(
                f"{place}:{one.line}",
                f'the block "{one.name}" was changed by hand, and is about to be written anew',
                "move your words above or below it, then empty it between its two markers",
            )
            for one in edited
        )
    return tuple(
        replace(one, raw=block(one.name, blocks[one.name], _ending(one.raw)))
        if one.kind is Kind.BLOCK and one.name in blocks
        else one
        for one in found
    )


def block(name: str, content: str, ending: str = "\n") -> str:
    """A block between its markers, with the digest that tells later whether it was changed.

    A comment in it, such as one in the diff of a prompt, cannot end it or begin another.
    """
    content = content.strip().replace("<!--", "<! --").replace("-->", "-- >")
    body = f"\n{content}\n\n" if content else ""
    text = f"<!-- relnotes:{name} {_digest(content)} -->\n{body}<!-- /relnotes:{name} -->"
    return text.replace("\n", ending)


def public(found: Collection[Passage]) -> tuple[Passage, ...]:
    """What the public may read: no internal passage, no question, no marker."""
    return tuple(one for one in found if one.kind in (Kind.PROSE, Kind.BLOCK) and not one.internal)


def prose_digest(found: Collection[Passage]) -> str:
    """Of what the author wrote, internal passages included: what an approval is about."""
    written = "\n".join(one.raw.strip() for one in found if one.kind is Kind.PROSE)
    return _digest(" ".join(written.split()))


def _is_edited(one: Passage) -> bool:
    return bool(one.content.strip()) and _digest(one.content) != one.digest


def _digest(content: str) -> str:
    plain = content.replace("\r\n", "\n").strip()
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _ending(raw: str) -> str:
    return "\r\n" if "\r\n" in raw else "\n"


class _Reader:
    """Goes through the markers in order; `open_block` and `open_edge` are those not closed yet."""

    def __init__(self, text: str, place: str, known: Collection[str], first_line: int) -> None:
        self.text, self.place, self.known, self.first_line = text, place, known, first_line
        self.problems: list[Problem] = []
        self.at = 0
        self.open_block: re.Match[str] | None = None
        self.open_edge: re.Match[str] | None = None

    def read(self) -> Iterator[Passage]:
        for found in _MARKER.finditer(self.text):
            known_problems = len(self.problems)
            yield from self._marker(found)
            if len(self.problems) > known_problems:
                yield from self._prose(found.start())
                self.at = found.end()
        if self.open_block:
            self._unclosed(self.open_block)
        if self.open_edge:
            self._unclosed(self.open_edge)
        yield from self._prose(len(self.text))

    def _marker(self, found: re.Match[str]) -> Iterator[Passage]:
        name, ends = found["name"], bool(found["end"])
        if self.open_block and not (ends and name == self.open_block["name"]):
            self._problem(found, f"this marker stands inside the block {self.open_block['name']}")
        elif name == "internal":
            yield from self._edge(found, ends)
        elif name == "ask":
            yield from self._prose(found.start())
            yield self._passage(Kind.ASK, found.end(), content=found["rest"].strip())
        elif name not in self.known:
            self._problem(
                found, f'there is no block "{name}"{did_you_mean(name, sorted(self.known))}'
            )
        elif ends:
            yield from self._closed(found)
        else:
            yield from self._prose(found.start())
            self.open_block = found

    def _edge(self, found: re.Match[str], ends: bool) -> Iterator[Passage]:
        if ends == (self.open_edge is None):
            what = "ends where none began" if ends else "begins inside another"
            self._problem(found, f"an internal passage {what}")
            return
        yield from self._prose(found.start())
        yield self._passage(Kind.EDGE, found.end())
        self.open_edge = None if ends else found

    def _closed(self, found: re.Match[str]) -> Iterator[Passage]:
        opened = self.open_block
        if opened is None:
            self._problem(found, f"the block {found['name']} ends where none began")
            return
        digest = opened["rest"].strip()
        if digest and not _DIGEST.fullmatch(digest):
            self._problem(opened, f'"{digest}" is not what relnotes writes into this marker')
        content = self.text[opened.end() : found.start()]
        self.open_block = None
        yield self._passage(
            Kind.BLOCK, found.end(), name=found["name"], content=content, digest=digest
        )

    def _prose(self, end: int) -> Iterator[Passage]:
        """What lies between the last passage and `end`, if anything does."""
        if end <= self.at or self.open_block:
            return
        for trace in _TRACE.finditer(self.text, self.at, end):
            what = f'"{trace[0]}" looks like a marker or a comment, and is no whole marker'
            self._problem(trace, what, _MEND_TRACE)
        yield self._passage(Kind.PROSE, end)

    def _passage(
        self, kind: Kind, end: int, *, name: str = "", content: str = "", digest: str = ""
    ) -> Passage:
        start, self.at = self.at, end
        return Passage(
            kind=kind,
            raw=self.text[start:end],
            line=self._line(start),
            column=start - self.text.rfind("\n", 0, start),
            internal=self.open_edge is not None,
            name=name,
            content=content,
            digest=digest,
        )

    def _unclosed(self, found: re.Match[str]) -> None:
        name = found["name"]
        mend = f"end it with <!-- /relnotes:{name} -->"
        self._problem(found, f"<!-- relnotes:{name} --> is never closed", mend)

    def _problem(self, found: re.Match[str], what: str, mend: str = "") -> None:
        mend = mend or "put the marker right, or take it out; nothing was written or published"
        self.problems.append(Problem(f"{self.place}:{self._line(found.start())}", what, mend))

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + self.first_line
