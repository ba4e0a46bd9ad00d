"""Make any text safe to stand in a Markdown page, so that it reads as it is and does nothing.

Written for Python-Markdown with the extensions that Material for MkDocs suggests: whatever one of
them gives a meaning is escaped, with a backslash where Python-Markdown takes it and else as an
entity. Strings in, strings out; `inline` runs on every expression of every page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

NONE_SHOWN = "unknown"
SCHEMES = frozenset({"http", "https", "mailto"})


class Markdown(str):
    """Text that is Markdown already and is not escaped again."""

    __slots__ = ()


# A character is escaped where it can act, alone or with what a template puts beside it; words,
# numbers, versions, names_with_underscores and sha256:… stay as they are. The set comes first, so
# that the search runs through plain text without trying each part.
_ACTIVE = re.compile(
    r"""
    [\\`*<>&\[\]{|~^$@\#_\-+=!?:./()]
    (?: (?<=[\\`*<>&\[\]{|~^$@\#])      # emphasis, code, links, tables, attributes, macros, math
    | (?<=_)(?: (?<![A-Za-z0-9]_) | (?![A-Za-z0-9]) )
    | (?<=-)(?: (?=-) | (?<!.-)(?!\S) )             # dashes, comments, rules; a list item
    | (?<=\+)(?: (?=\+|/-) | (?<!.\+)(?!\S) )       # keys, plus-minus; a list item
    | (?<==)(?: (?==|/=) | (?<!.=) | (?!.) )        # marks, tabs, underlines
    | (?<=!)(?: (?=[!\[0-9]) | (?!.) )              # admonitions, an image with what follows
    | (?<=\?)(?=[?0-9])                             # details
    | (?<=:)(?: (?=//) | (?<!.:)                    # addresses; a definition
        | (?!\d\d?:)(?=[+\-\w]+:) | (?<!\w:)(?=[+\-\w]+$) )
    | (?<=\.)(?: (?<=[Ww]{3}\.) | (?!\S) )          # addresses; a numbered item
    | (?<=\))(?!\S)                                 # the same
    | (?<=\()(?: (?<!.\() | (?=(?:c|r|tm)\)) )      # the target of a bracket before it; symbols
    | (?<=/)(?: (?<=[1-57]/)(?=[2-68](?!\d)) | (?<=\bc/)(?=o\b) | (?<!./)(?=//) )
    )
    """,
    re.VERBOSE,
)
_ITEM = re.compile(r"(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)\Z")
# MagicLink takes every full commit id for one of the site's own repository.
_COMMIT = re.compile(r"\b[0-9a-f](?=[0-9a-f]{39}\b)")
_LIKE_A_COMMIT = re.compile(r"[0-9a-f]{40}")  # what few texts have is looked for first
_BACKSLASHED = frozenset("\\`*_[#+-.!")
_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_QUOTES_AND_ENDS = (('"', "&quot;"), ("'", "&#39;"), ("\n", "&#10;"), ("\t", "&#9;"))

# Control characters, those that turn the direction of what follows, and halves of characters.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_UNSEEN = re.compile(f"[{_CONTROL}\t\n\u2028\u2029]")
_UNSEEN_IN_LINES = re.compile(f"[{_CONTROL}]")
_SPACE = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")

# In a code span, what an earlier step would still read or the span would not give back: HTML,
# macros, table cells, link definitions; the language mark of InlineHilite, space and a backslash
# at the ends. The set comes first here too.
_NOT_IN_CODE = re.compile(r"[`<{|&\]](?:(?<!\])|(?=[ ]?[:(]))")
_NOT_AT_ITS_START = re.compile(r"\s|:::|#!")
_NOT_AT_ITS_END = re.compile(r"[\s\\]")
# In a fenced block, what is carried out even there: snippets, macros, critic marks.
_NOT_IN_FENCE = re.compile(r"-8<-|\{[{%#!+\-=~>]")
_BEGINS_NOT_IN_FENCE = ("-8<-", "{")  # looked for first: a whole prompt seldom has one


def inline(value: object) -> Markdown:
    """A value as plain words anywhere: in a line, a heading, a table cell, at the start of a list.

    It becomes one line. Control characters go, and so do those that turn the direction of the
    text after them. None is "unknown".
    """
    if value.__class__ is Markdown:
        return value
    text = NONE_SHOWN if value is None else str(value)
    return _short(text) if len(text) <= _SHORT else _escaped_line(text)


def _escaped_line(text: str) -> Markdown:
    text = _ACTIVE.sub(_escaped, _in_one_line(text).strip(" "))
    if text[-1:].isspace() or text[:1].isspace():  # of another kind: no mark may touch it
        text = _SPACE_AT_AN_END.sub(lambda found: f"&#{ord(found[0])};", text)
    return Markdown(_without_commits(text))


_SPACE_AT_AN_END = re.compile(r"\A\s|\s\Z")


# Names of tasks, metrics and models come again on every page, and so do whole sentences of ours.
_SHORT = 200
_short = lru_cache(maxsize=1 << 14)(_escaped_line)


def html(value: object) -> Markdown:
    """A value inside an HTML element or attribute, whether Markdown reads that part or not.

    Everything active is an entity, new lines and tabs too, so that it stays in its line.
    """
    if value.__class__ is Markdown:
        return value
    text = NONE_SHOWN if value is None else str(value)
    return _short_html(text) if len(text) <= _SHORT else _escaped_html(text)


def _escaped_html(text: str) -> Markdown:
    return Markdown(_as_entities(printable(text)))


_short_html = lru_cache(maxsize=1 << 12)(_escaped_html)


def code(value: object) -> Markdown:
    """A value as code within a line, whatever is in it; in a table as well."""
    text = NONE_SHOWN if value is None else str(value)
    return _short_code(text) if len(text) <= _SHORT else _code(text)


def _code(text: str) -> Markdown:
    text = _in_one_line(text)
    is_plain = text and not (
        _NOT_AT_ITS_START.match(text)
        or _NOT_AT_ITS_END.match(text, len(text) - 1)
        or _NOT_IN_CODE.search(text)
    )
    return Markdown(f"`{text}`" if is_plain else f"<code>{_as_entities(text)}</code>")


_short_code = lru_cache(maxsize=1 << 12)(_code)


def fence(text: str, language: str = "") -> Markdown:
    """A block of code, whatever is in it; characters that cannot be seen are named."""
    text = visible(text.replace("\r\n", "\n").removesuffix("\n"))
    language = re.sub(r"[^\w+-]", "", language)
    if any(mark in text for mark in _BEGINS_NOT_IN_FENCE) and _NOT_IN_FENCE.search(text):
        kind = f' class="language-{language}"' if language else ""
        lines = "\n".join(map(_as_entities, text.split("\n")))
        return Markdown(f"<pre><code{kind}>{lines}\n</code></pre>")
    longest = max(map(len, re.findall("`+", text)), default=0) if "`" in text else 0
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}{language}\n{text}\n{ticks}")


def code_line(text: str) -> Markdown:
    """A block of code in a single line, for places where a block cannot be fenced."""
    return Markdown(f"<pre><code>{_as_entities(visible(text))}</code></pre>")


def link(text: object, url: str) -> Markdown:
    """A link; its text alone if the address is not of http, https, mailto or this site."""
    shown, address = inline(text) or inline(url), _address(url)
    return shown if address is None else Markdown(f"[{shown}]({address})")


@lru_cache(maxsize=1 << 14)
def _address(url: str) -> str | None:
    """As Markdown reads it; None where it is not safe."""
    if _PLAIN_PATH.fullmatch(url):
        return url
    if not is_safe_target(url):
        return None
    return quote(url.strip(), safe="/:?#@!,;=%&+", errors="replace").replace("&", "&amp;")


def is_safe_target(url: str) -> bool:
    """Whether an address leads to a page or a letter, and can do nothing else.

    What a browser passes over or decodes could hide a scheme: it is refused before the path.
    """
    start = re.split(r"[/?#]", url.strip(), maxsplit=1)[0]
    scheme, colon, _ = start.partition(":")
    return scheme.lower() in SCHEMES if colon else not _HIDES_A_SCHEME.search(start)


def printable(text: str) -> str:
    """The text without control characters, its lines and tabs kept."""
    return text if text.isprintable() else _UNSEEN_IN_LINES.sub(_without_control, text)


def visible(text: str, also: re.Pattern[str] | None = None) -> str:
    """The text with a sign or a name for each control character, and for what `also` finds."""
    text = _UNSEEN_IN_LINES.sub(_named, text)
    return also.sub(_named, text) if also else text


_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.~/#-]*")  # of this site, as nearly all are
_HIDES_A_SCHEME = re.compile(r"[\x00-\x20\x7f-\x9f&;\\`<>\"']")


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if _is_plain_end(match):
        return char
    return "\\" + char if char in _BACKSLASHED else _entity(char)


def _as_entities(text: str) -> str:
    text = _ACTIVE.sub(_with_entity, text)
    for char, entity in _QUOTES_AND_ENDS:
        text = text.replace(char, entity)
    return _without_commits(text)


def _without_commits(text: str) -> str:
    if len(text) < 40 or not _LIKE_A_COMMIT.search(text):
        return text
    return _COMMIT.sub(_with_entity, text)


def _with_entity(match: re.Match[str]) -> str:
    return match[0] if _is_plain_end(match) else _entity(match[0])


def _is_plain_end(match: re.Match[str]) -> bool:
    """Whether this is the end of a sentence or a bracket, and not of the number of an item."""
    if match[0] not in ".)":
        return False
    text, at = match.string, match.start()
    return text[max(at - 3, 0) : at].lower() != "www" and not _ITEM.match(text, 0, at)


def _entity(char: str) -> str:
    return _NAMED.get(char) or f"&#{ord(char)};"


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else _UNSEEN.sub(_without_control, text)


def _without_control(match: re.Match[str]) -> str:
    if match[0] in _SPACE:
        return " "
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


def _named(match: re.Match[str]) -> str:
    at = ord(match[0])
    if at < 0x20 or at == 0x7F:
        return chr(0x2400 + at) if at < 0x20 else "\u2421"
    return "\ufffd" if 0xD800 <= at <= 0xDFFF else f"[U+{at:04X}]"
