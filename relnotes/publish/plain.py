"""Make the words of a page plain Markdown: no markup of the site's own, no link that leads nowhere.

What is pasted elsewhere has neither our style sheet nor our anchors.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from relnotes.publish import phrases
from relnotes.publish.change_view import NoteView, PromptView
from relnotes.publish.escaping import visible
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.publish.release_view import ReleaseView, release_view
from relnotes.publish.sitemap import Links
from relnotes.release.differences.prompt_diff import Hunk, Piece, PieceOp
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import PromptChange, Record

T = TypeVar("T")

_IN_ADDRESS = "/:?#@!,;=%&+"
_SPACE_SIGNS = str.maketrans({" ": "␣", "\t": "⇥", "\n": "↵\n"})

# Ours alone: in every other text these characters are escaped.
_TAG = re.compile(r'<b class="rn-tag[^"]*">(.*?)</b>')
_SPAN = re.compile(r"</?span[^>]*>")
_WITHIN = re.compile(r"(?: · )?(?<!\\)\[(why|text|word diff)\]\(#([\w-]+)\)")


class WholeLinks(Links, frozen=True):
    """Links with their whole address; without the site's own address only their words."""

    base: str | None = None

    def to(self, target: str | None, text: str, anchor: str = "") -> Markdown:
        return super().to(target if self.base else None, text, anchor)

    def url(self, target: str) -> str:
        page = target.removesuffix("index.md") if target.endswith("index.md") else target
        page = page.removesuffix(".md") + "/" if page.endswith(".md") else page
        return f"{(self.base or '').rstrip('/')}/{page}"


def plain_view(
    record: Record, annotations: Annotations, links: Links, base: str | None
) -> tuple[ReleaseView, Markdown]:
    """The page in words that read the same anywhere, and its address, which may be empty.

    `base` is the address of the site, where it has one.
    """
    site = links.site if base else replace(links.site, records=False)
    page = site.release(record.line, record.new)
    whole = WholeLinks(site, links.page, base)
    address = Markdown(quote(whole.url(page), safe=_IN_ADDRESS) if base and page else "")
    view = release_view(record, annotations, whole)
    prompts = zip(view.prompts, record.prompts, strict=True)
    told = replace(view, prompts=tuple(_prompt(words, one) for words, one in prompts))
    return _plain(told, address), address


def _plain(value: T, address: str) -> T:
    """Every Markdown in a view without our marks; what people wrote stays as it is."""
    if isinstance(value, NoteView | PromptView):
        return value
    if isinstance(value, Markdown):
        return _plain_words(value, address)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_plain(one, address) for one in value)  # type: ignore[return-value]
    if isinstance(value, msgspec.Struct):
        changes: dict[str, Any] = {
            one: _plain(getattr(value, one), address) for one in value.__struct_fields__
        }
        return replace(value, **changes)
    return value


def _plain_words(text: str, address: str) -> Markdown:
    text = _SPAN.sub("", _TAG.sub(r"**\1**", text))
    return Markdown(_WITHIN.sub(lambda found: _whole(found, address), text))


def _whole(found: re.Match[str], address: str) -> str:
    """A link to a place on the page itself, with the address of the page."""
    return f" · [{found[1]}]({address}#{found[2]})" if address else ""


# -- prompts -------------------------------------------------------------------------------------


def _prompt(words: PromptView, change: PromptChange) -> PromptView:
    """Of a new prompt its text, of a changed one what differs."""
    if change.diff is None or (change.old_digest is None and change.text):
        return replace(words, diff=None)
    hunks = [fill("> {} {}", _where(hunk), _words(hunk)) for hunk in change.diff.hunks]
    return replace(words, diff=Markdown("\n>\n".join(hunks)), text=None)


def _where(hunk: Hunk) -> Markdown:
    old, new = hunk.old_paragraph, hunk.new_paragraph
    number = f"{old} → {new}" if old and new and old != new else str(new or old)
    return fill("**Paragraph {}, {}:**", number, hunk.kind.value)


def _words(hunk: Hunk) -> Markdown:
    return Markdown("".join(map(_piece, hunk.pieces)).strip())


def _piece(piece: Piece) -> str:
    """`<del>` and `<ins>` can mark a part of a word; `~~` and `**` cannot."""
    if piece.op is PieceOp.SAME:
        return _lines(piece.text)
    tag = "del" if piece.op is PieceOp.REMOVED else "ins"
    text = piece.text if piece.text.strip() else piece.text.translate(_SPACE_SIGNS)
    return f"<{tag}>{_lines(text)}</{tag}>"


def _lines(text: str) -> str:
    return "\n> ".join(map(phrases.spaced, visible(text).split("\n")))
