"""Read a line of our own Markdown as HTML, for feeds: the same words, links and code.

Not any Markdown: what the templates and `authored` write, where everything that could act is
escaped already. Whatever is not known to be a mark stays a character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

Address = Callable[[str], str]  # an address as it stands on the page → as the reader needs it

_KEPT = frozenset({"b", "br", "code", "del", "ins", "small", "time"})
_TOKEN = re.compile(
    r"""
      \\(?P<escaped>[\\`*_{}\[\]()>\#+.!-])
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | <(?P<bare>https?://[^<>\s]+|mailto:[^<>\s]+)>
    | <(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?>
    | !?\[(?P<text>(?:\\.|`[^`]*`|[^\[\]\\`])*)\]\(\s*(?P<target>[^\s()]*(?:\([^()]*\)[^\s()]*)*)
        (?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
    | (?P<strong>\*\*|__)(?=\S)(?P<bold>.+?)(?<=\S)(?P=strong)
    | (?P<em>\*|(?<![A-Za-z0-9])_)(?=[^\s*_])(?P<italic>[^*_]+?)(?<=\S)(?P=em)(?![A-Za-z0-9])
    | (?P<entity>&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)
    """,
    re.VERBOSE | re.DOTALL,
)


def inline_html(text: str, address: Address) -> str:
    """The HTML of a paragraph, a heading, a cell."""
    pieces: list[str] = []
    done = 0
    for found in _TOKEN.finditer(text):
        pieces.append(escape(text[done : found.start()], quote=False))
        pieces.append(_html(found, address))
        done = found.end()
    pieces.append(escape(text[done:], quote=False))
    return "".join(pieces)


def _html(found: re.Match[str], address: Address) -> str:
    if (char := found["escaped"]) is not None:
        return escape(char, quote=False)
    if (code := found["code"]) is not None:
        return f"<code>{escape(code.strip(), quote=False)}</code>"
    if (bare := found["bare"]) is not None:
        return _link(bare, escape(bare.removeprefix("mailto:"), quote=False), address)
    if (tag := found["tag"]) is not None:
        name = tag.lower()
        return f"<{found['close']}{name}>" if name in _KEPT else ""
    if (target := found["target"]) is not None:
        return _link(target, inline_html(found["text"], address), address)
    if (bold := found["bold"]) is not None:
        return f"<strong>{inline_html(bold, address)}</strong>"
    if (italic := found["italic"]) is not None:
        return f"<em>{inline_html(italic, address)}</em>"
    return found["entity"]


def _link(target: str, words: str, address: Address) -> str:
    return f'<a href="{escape(address(target.replace("&amp;", "&")))}">{words}</a>'
