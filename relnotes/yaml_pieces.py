"""Read a YAML mapping key by key, so that what two releases say alike is parsed once.

The file of a bundle is written anew for every release, and most of its keys stay as they were.
What cannot be taken apart by looking at the first column, or is wrong, is left to the parser of
the whole: this one never refuses, and never says anything else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from relnotes.errors import Problem, RelnotesError
from relnotes.yaml_plain import read_plain

# Both begin with the end of a line, for which a search looks faster than for any place like it.
_KEY = re.compile(r"\n(?=[a-z_])")
# What may start a line beside a key: a space, a comment, an item.
_NOT_APART = re.compile(r"\n(?:[^a-z_ #\n-]|-[^ \n])")
# Anchors reach over keys, and the other ends of lines would hide a key.
_REACHING = ("&", "\r", "\x85", "\u2028", "\u2029")
_COMMENTS = re.compile(r"(?: *(?:#.*)?\n)*")
_LONGEST = 100_000


def read_pieces(text: str) -> dict[str, Any] | None:
    """What the parser would make of `text`; None where it takes the parser to know.

    Its values are shared: they are to be read only.
    """
    if len(text) > _LONGEST or any(one in text for one in _REACHING):
        return None
    lines = f"\n{text}"
    if _NOT_APART.search(lines):
        return None
    before, *pieces = _KEY.split(lines)
    if not pieces or not _COMMENTS.fullmatch(f"{before}\n"):
        return None
    *others, last = pieces
    result: dict[str, Any] = {}
    for piece in (*[f"{one}\n" for one in others], last):
        found = _mapping(piece)
        if not found or not result.keys().isdisjoint(found):
            return None
        result.update(found)
    return result


@lru_cache(maxsize=1 << 6)  # the keys of one release, and some more
def _mapping(piece: str) -> dict[str, Any] | None:
    """One key with its value; None where it is something else, or wrong."""
    if (plain := read_plain(piece)) is not None:
        return plain
    from relnotes.yaml_nodes import build, compose

    problems: list[Problem] = []
    try:
        node = compose(piece, "")
    except RelnotesError:
        return None
    value = node and build(node, "", set(), problems)
    return value if isinstance(value, dict) and not problems else None
