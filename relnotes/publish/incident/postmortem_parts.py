"""Take a postmortem apart for its page: prose made safe, blocks, and what only the house reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relnotes.incident.postmortem.document import Postmortem
from relnotes.incident.postmortem.passages import Kind, Passage
from relnotes.incident.postmortem.passages import public as public_passages
from relnotes.publish.markdown import Markdown, author
from relnotes.publish.phrases import fill


@dataclass(frozen=True, slots=True)
class Part:
    """The author's prose, or one block of the record; the facts are set as on the page."""

    name: str  # "" for prose
    text: Markdown
    inside: bool = False  # only the house reads it


def parts_of(
    postmortem: Postmortem, blocks: Mapping[str, Markdown], *, public: bool
) -> Iterator[Part]:
    """For the public, or all of it for the house; `blocks` are what the readers may see."""
    run: list[Passage] = []
    for passage in public_passages(postmortem.body) if public else postmortem.body:
        if passage.kind in (Kind.PROSE, Kind.EDGE):
            run.append(passage)
            continue
        yield from _prose(run)
        run = []
        if passage.kind is Kind.ASK:
            asked = fill("**Still to be answered:** {}", passage.content)
            yield Part("", asked, inside=True)
        elif found := blocks.get(passage.name):
            yield Part(passage.name, found, passage.internal)
    yield from _prose(run)


def _prose(run: Sequence[Passage]) -> Iterator[Part]:
    """What stands between two blocks is taken in as one, since a sentence may lead around an
    internal passage or through it; an internal passage on lines of its own is a part of its own.
    """
    text = ""
    passages = [one for one in run if one.raw and one.kind is Kind.PROSE]
    for at, one in enumerate(passages):
        after = passages[at + 1].raw if at + 1 < len(passages) else ""
        if not one.internal:
            text += one.raw
        elif _ends_line(text) and (_ends_line(one.raw) or after.startswith(("\n", "\r\n"))):
            yield from _read(text, inside=False)
            yield from _read(one.raw, inside=True)
            text = ""
        else:
            text += _bracketed(one.raw)
    yield from _read(text, inside=False)


def _ends_line(text: str) -> bool:
    return not text or text.endswith("\n")


def _bracketed(text: str) -> str:
    """Words within a sentence; the space around them stays outside."""
    words = text.strip()
    if not words:
        return text
    before, after = text[: text.index(words)], text[text.index(words) + len(words) :]
    return f"{before}⟨internal: {words}⟩{after}"


def _read(text: str, *, inside: bool) -> Iterator[Part]:
    if prose := author(text, top=1):
        yield Part("", prose, inside)
