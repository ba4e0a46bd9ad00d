"""Turn values into Markdown: words, code, links, names in addresses, a diff of words.

The one door: what makes text safe lives in `escaping`, what reads a person's Markdown in
`authored`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from relnotes.publish.authored import author as author
from relnotes.publish.authored import author_problems as author_problems
from relnotes.publish.escaping import Markdown as Markdown
from relnotes.publish.escaping import code as code
from relnotes.publish.escaping import fence as fence
from relnotes.publish.escaping import html as html
from relnotes.publish.escaping import inline as inline
from relnotes.publish.escaping import is_safe_target as is_safe_target
from relnotes.publish.escaping import link as link
from relnotes.publish.escaping import visible
from relnotes.release.differences.prompt_diff import Hunk, Piece, PieceOp, TextDiff

LONGEST_SLUG = 100

# Device names of Windows, and the pages that a folder is opened with.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|index|readme", re.IGNORECASE)
_SPACE_SIGNS = str.maketrans({" ": "\u2423", "\t": "\u21e5", "\n": "\u21b5\n", "\u00a0": "\u237d"})
_FORMAT = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]"
)


@lru_cache(maxsize=1 << 14)  # the same evals and limitations, page after page
def anchor(text: str) -> str:
    """An id: lower case, ASCII letters and digits, single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", path_slug(text).lower()).strip("-")


_NO_PATH = re.compile(r"[^A-Za-z0-9._]+|(?<=[Ww]{3})\.")
_SEVERAL_MARKS = re.compile(r"[-._]{2,}")


@lru_cache(maxsize=1 << 14)
def path_slug(name: str) -> str:
    """A name as part of a path that every system and server takes; dots and case stay.

    Two names that differ in their separators or their case only can give the same; the caller
    knows all names and sets them apart. What has no ASCII spelling is told by a digest.
    """
    ascii_only = name if name.isascii() else _without_accents(name)
    slug = _SEVERAL_MARKS.sub("-", _NO_PATH.sub("-", ascii_only)).strip("-._")
    has_more = not ascii_only.isascii() and any(ord(c) > 127 and c.isalnum() for c in ascii_only)
    if has_more or not slug or len(slug) > LONGEST_SLUG or _RESERVED.fullmatch(slug):
        return f"{slug[: LONGEST_SLUG - 9].rstrip('-._') or 'x'}-{_digest(name)}"
    return slug


def _without_accents(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 14)
def page_name(name: str) -> str:
    """A name as the file name of a page of its own, different for every name.

    Without knowing the others: what the slug does not tell apart, a digest does.
    """
    slug = path_slug(name)
    return slug if slug == name.lower() else f"{slug[: LONGEST_SLUG - 9]}-{_digest(name)}"


def word_diff_html(diff: TextDiff) -> Markdown:
    """A prompt diff as one HTML block, a line for each paragraph that is not as it was."""
    lines = (f"<p>{_where(hunk)} {_words(hunk)}</p>" for hunk in diff.hunks)
    return Markdown("\n".join(['<div class="rn-diff" data-search-exclude>', *lines, "</div>"]))


def _where(hunk: Hunk) -> str:
    old, new = hunk.old_paragraph, hunk.new_paragraph
    number = f"{old} → {new}" if old and new and old != new else str(new or old)
    return f'<b class="rn-where">Paragraph {number}, {hunk.kind}:</b>'


def _words(hunk: Hunk) -> str:
    return "".join(map(_piece, hunk.pieces))


def _piece(piece: Piece) -> str:
    if piece.op is PieceOp.SAME:
        return html(visible(piece.text))
    tag = "del" if piece.op is PieceOp.REMOVED else "ins"
    if not piece.text.strip():
        return (
            f'<{tag} class="rn-space">{html(visible(piece.text.translate(_SPACE_SIGNS)))}</{tag}>'
        )
    return f"<{tag}>{html(visible(piece.text, _FORMAT))}</{tag}>"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
