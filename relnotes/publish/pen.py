"""Fit text into a terminal: wrapping, columns, colours.

Nothing that comes from a repository may steer the terminal: control characters are taken out.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

import msgspec

LABEL = 10  # columns of the first word of a line

_STEERING = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-_])|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without escape sequences, control characters, and marks that turn its direction."""
    flat = text.replace("\r\n", "\n").replace("\t", "    ")
    return _TURNING.sub("", _STEERING.sub("", flat))


class Pen(msgspec.Struct, frozen=True):
    """How wide a line may be, and whether it may have colours."""

    colour: bool
    width: int

    def paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def wrap(self, text: str, indent: int = 0) -> list[str]:
        """The text, cleaned, in lines that fit behind an indent; its paragraphs stay apart."""
        room = max(self.width - indent, 30)
        lines = []
        for line in clean(text).strip("\n").split("\n"):
            lines += textwrap.wrap(line, room, break_on_hyphens=False) or [""]
        return [(" " * indent + line).rstrip() for line in lines] if text else []

    def row(self, label: str, text: str) -> list[str]:
        """A label, and the text in a column beside it."""
        lines = self.wrap(text, LABEL)
        return [label.ljust(LABEL) + line[LABEL:] for line in lines[:1]] + lines[1:]


def columns(text: str) -> int:
    """How many columns of a terminal a text fills."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
