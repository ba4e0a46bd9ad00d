"""The plain Markdown of a page, for whoever reads without a browser: its layout is gone.

It stands at the path of its page, so that links between pages are links between twins.
"""

from __future__ import annotations

import re

_FRONT = re.compile(r"\A\n*---\n.*?\n---\n", re.DOTALL)
_FIGURE = re.compile(r"<(figure|nav|script)\b[^>]*>.*?</\1>\n?", re.DOTALL)
_BOXES = re.compile(r"(?m)^[ ]*</?(?:div|details|fieldset)\b[^>]*>[ ]*\n")
_FIELDS = re.compile(r"(?m)^[ ]*<(?:label|legend|input)\b.*\n")
_STRONG = re.compile(r"</?(?:b|summary)\b[^>]*>")
_WORDS = re.compile(r"</?(?:p|small|span|time|a)\b[^>]*>")
_IDS = re.compile(r"(?m)^(#{1,6} .*?)[ ]*\{ #[^{}]*\}[ ]*$")
_GAPS = re.compile(r"\n{3,}")


def twin(page: str) -> str:
    """The page as it can be pasted anywhere; deleted and inserted words keep their HTML."""
    text = _FRONT.sub("", page)
    for pattern, instead in (
        (_FIGURE, ""),
        (_FIELDS, ""),
        (_BOXES, ""),
        (_STRONG, "**"),
        (_WORDS, ""),
        (_IDS, r"\1"),
        (_GAPS, "\n\n"),
    ):
        text = pattern.sub(instead, text)
    return text.strip("\n") + "\n"
