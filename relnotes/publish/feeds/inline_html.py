"""Read a line of our own Markdown as HTML, for feeds: the same words, links and code.

Not any Markdown: what the templates and `authored` write, where everything that could act is
escaped already. Whatever is not known to be a mark stays a character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

Address = Callable[[str], str]  # an address as it stands on the page → as the reader needs it

_KEPT = frozenset({"b", "br", "code", "del", "ins", "small", "time"})
# The characters come first, so that the search runs through plain text without trying each part;
# then what our pages have most of.
_TOKEN = re.compile(
    r"""
    (?P<mark>[\\`<!\[*_&])
    (?: (?<=<)(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?>
    | (?<=`)(?P<ticks>`*)(?P<code>.+?)(?<!`)`(?P=ticks)(?!`)
    | (?:(?<=!)\[|(?<=\[))(?P<text>(?:\\.|`[^`]*`|[^\[\]\\`])*)\]
        \(\s*(?P<target>[^\s()]*(?:\([^()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
    | (?<=\\)(?P<escaped>[\\`*_{}\[\]()>\#+.!-])
    | (?<=<)(?P<bare>https?://[^<>\s]+|mailto:[^<>\s]+)>
    | (?<=[*_])(?P=mark)(?=\S)(?P<bold>.+?)(?<=\S)(?P=mark){2}
    | (?<=[*_])(?<![A-Za-z0-9]_)(?=[^\s*_])(?P<italic>[^*_]+?)(?<=\S)(?P=mark)(?![A-Za-z0-9])
    | (?<=&)(?P<entity>(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)
    )
    """,
    re.VERBOSE | re.DOTALL,
)


_MARK = re.compile(r"[\\`<!\[*_&]")  # what a token begins with


def inline_html(text: str, address: Address) -> str:
    """The HTML of a paragraph, a heading, a cell."""
    if not _MARK.search(text):
        return text.replace(">", "&gt;")
    leads_on = "[" in text or "<http" in text or "<mailto:" in text
    return _converted(text, address) if leads_on else _unlinked(text)


@lru_cache(maxsize=1 << 10)  # the templates say the same on every page
def _unlinked(text: str) -> str:
    return _converted(text, str)


def _converted(text: str, address: Address) -> str:
    pieces: list[str] = []
    done = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if start > done:
            pieces.append(escape(text[done:start], quote=False))
        pieces.append(_html(found, address))
        done = end
    if done < len(text):
        pieces.append(escape(text[done:], quote=False))
    return "".join(pieces)


def _html(found: re.Match[str], address: Address) -> str:
    """The part that the token is of is told by its last group."""
    match found.lastgroup:
        case "tag":
            name = found["tag"].lower()
            return f"<{found['close']}{name}>" if name in _KEPT else ""
        case "code":
            return f"<code>{escape(found['code'].strip(), quote=False)}</code>"
        case "target":
            return _link(found["target"], inline_html(found["text"], address), address)
        case "bold":
            return f"<strong>{inline_html(found['bold'], address)}</strong>"
        case "italic":
            return f"<em>{inline_html(found['italic'], address)}</em>"
        case "escaped":
            return escape(found["escaped"], quote=False)
        case "bare":
            bare = found["bare"]
            return _link(bare, escape(bare.removeprefix("mailto:"), quote=False), address)
        case _:
            return f"&{found['entity']}"


def _link(target: str, words: str, address: Address) -> str:
    return f'<a href="{escape(address(target.replace("&amp;", "&")))}">{words}</a>'
