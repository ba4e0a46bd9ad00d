"""Words with links, code and marks in them: the sayings that several pages share, as Markdown."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from relnotes.evals.verdict import Verdict
from relnotes.publish import markdown, wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.sitemap import Links
from relnotes.release.limitations.known import LedgerState, News

NEWS_WORDS = {
    News.NEW: "New",
    News.REOPENED: "Reopened",
    News.STILL_OPEN: "Still open",
    News.MITIGATED: "Mitigated",
    News.RESOLVED: "Resolved",
    News.WITHDRAWN: "Withdrawn",
    News.DROPPED: "Dropped unresolved",
}
STATE_WORDS = {
    LedgerState.OPEN: "Open",
    LedgerState.MITIGATED: "Mitigated",
    LedgerState.RESOLVED: "Resolved",
    LedgerState.WITHDRAWN: "Withdrawn",
    LedgerState.DROPPED: "Dropped unresolved",
}
_GONE = " is gone, without a resolution"
_NOT_REVIEWED = "; not reviewed since"
NO_EVIDENCE = (_GONE, _NOT_REVIEWED)
DOT = Markdown(" · ")


def fill(pattern: str, *values: Any) -> Markdown:
    """`pattern` is our own Markdown, every value in its `{}` is escaped unless it is Markdown."""
    return Markdown(pattern.format(*map(markdown.inline, values)))


def chain(items: Iterable[Any], separator: Markdown = DOT) -> Markdown:
    """The items that are there, each escaped, with a separator between them."""
    return Markdown(separator.join([markdown.inline(item) for item in items if item]))


@lru_cache(maxsize=1 << 10, typed=True)  # what is escaped already is another text
def tag(kind: str, words: str) -> Markdown:
    """A word that is a mark: coloured by its kind, and bold where there is no style."""
    return fill('<b class="rn-tag rn-{}">{}</b>', Markdown(kind.replace(" ", "-")), words)


def verdict(kind: Verdict, reason: str) -> Markdown:
    """A verdict with its mark, so that colour is never all there is, and why it is no better."""
    mark = _VERDICTS[kind]
    return Markdown(f"{mark} {markdown.inline(reason)}") if reason else mark


_VERDICTS = {
    kind: tag(kind.value, Markdown(f"{eval_wording.MARKS[kind.value]} {kind.value}"))
    for kind in Verdict
}


def news(kind: News) -> Markdown:
    return tag(kind.value, NEWS_WORDS[kind])


def state(kind: LedgerState) -> Markdown:
    return tag(kind.value, STATE_WORDS[kind])


def with_digests(text: str) -> Markdown:
    """The text, its digests shortened and set as code."""
    pieces = wording.split_digests(text)
    return Markdown(
        "".join(
            markdown.code(piece) if is_digest else spaced(piece) for piece, is_digest in pieces
        ).strip(" ")
    )


def spaced(piece: str) -> str:
    """A part of a line, escaped, with the space on either side that sets it apart."""
    if not piece.strip():
        return " " if piece else ""
    before, after = piece[:1].isspace(), piece[-1:].isspace()
    return f"{' ' * before}{markdown.inline(piece)}{' ' * after}"


@lru_cache(maxsize=1 << 10)  # what is new in a release is old in the next one
def digest(text: str | None) -> Markdown:
    return markdown.code(wording.short_digest(text)) if text else Markdown("—")


def anchors(kind: str, names: Mapping[str, str]) -> dict[str, str]:
    """An anchor for each key, made of its name; where two would share one, of its key too."""
    plain = {key: f"{kind}-{markdown.anchor(name)}" for key, name in names.items()}
    if len(set(plain.values())) == len(plain):
        return plain
    holders = Counter(plain.values())
    return {
        key: f"{anchor}-{_digest(key)}" if holders[anchor] > 1 else anchor
        for key, anchor in plain.items()
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def release_named(links: Links, line: str, text: str) -> Markdown:
    """A tag as a link, a date as a date, anything else as it is."""
    if links.site.release(line, text):
        return links.release(line, text)
    return markdown.inline(wording.day(text))


def evidence(items: Iterable[str]) -> Markdown:
    """Each piece of evidence: a file at its tag as code, a link as a link, words as words."""
    shown = (_one_evidence(item) for item in items if not item.endswith(NO_EVIDENCE))
    return chain(shown, Markdown("; "))


def remarks(items: Iterable[str]) -> Iterator[Markdown]:
    """What the ledger keeps beside the evidence and what proves nothing."""
    for item in items:
        if item.endswith(_GONE):
            yield fill("{}{}", markdown.code(item.removesuffix(_GONE)), Markdown(_GONE))
        elif item.endswith(_NOT_REVIEWED):
            yield markdown.inline(item)


def _one_evidence(text: str) -> Markdown:
    if text.startswith(("https://", "http://")) and not any(c.isspace() for c in text):
        return markdown.link(text, text)
    if ":" in text and "/" in text and not any(c.isspace() for c in text):
        return markdown.code(text)
    return markdown.inline(text)
