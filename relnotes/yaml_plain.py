"""Read the plainest YAML without a parser: keys with one line of text each, at most two deep.

Most events of an incident are so, and there may be a hundred thousand of them. What is any
different, or wrong, is left to the parser: this one never refuses, and never says anything else.
"""

from __future__ import annotations

import re

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BARE = r"\w(?:[\w./()+,;!?'-]|:(?=[\w/])| (?=[\w/(]))*"
_LINE = re.compile(rf'(  )?([a-z_][a-z0-9_]*):(?: (?:"([^"\\]*)"|({_BARE})))?')
_END = "\n...\n"
_LONGEST = 100_000

Value = str | None
Mapping = dict[str, Value | dict[str, Value]]


class Plain(str):
    """An unquoted scalar, as written; its type is decided by the field that receives it."""

    __slots__ = ()


def read_plain(text: str) -> Mapping | None:
    """What the parser would make of `text`; None where it takes the parser to know."""
    if len(text) > _LONGEST or "\n  - " in text:  # a list, as most files of a bundle have one
        return None
    top: Mapping = {}
    inner: dict[str, Value] | None = None  # open while the lines below its key are indented
    for line in text.removesuffix(_END).removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(line)
        if found is None or not line.isprintable():
            return None
        indent, key, quoted, bare = found.groups()
        place = inner if indent else top
        if place is None or key in place or (not indent and inner == {}):
            return None
        if bare is not None:
            place[key] = None if bare in NULLS else Plain(bare)
        elif quoted is not None:
            place[key] = quoted
        elif indent:
            return None
        else:
            top[key] = inner = {}
            continue
        inner = inner if indent else None
    return None if inner == {} else top
