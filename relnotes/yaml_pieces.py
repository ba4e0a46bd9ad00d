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

_KEY = re.compile(r"^(?=[a-z_])", re.MULTILINE)
# What may start a line beside a key: a space, a comment, an item. Anchors reach over keys, and
# the other ends of lines would hide a key.
_NOT_APART = re.compile(r"^(?:[^a-z_ #\n-]|-[^ \n])|[&\r\x85\u2028\u2029]", re.MULTILINE)
_COMMENTS = re.compile(r"(?: *(?:#.*)?\n)*")
_LONGEST = 100_000


def read_pieces(text: str) -> dict[str, Any] | None:
    """What the parser would make of `text`; None where it takes the parser to know.

    Its values are shared: they are to be read only.
    """
    if len(text) > _LONGEST or _NOT_APART.search(text):
        return None
    before, *pieces = _KEY.split(text)
    if not pieces or not _COMMENTS.fullmatch(before):
        return None
    result: dict[str, Any] = {}
    for piece in pieces:
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
