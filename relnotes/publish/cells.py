"""Cells of a CSV file that a spreadsheet will open: nothing in them is taken for a formula."""

from __future__ import annotations

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> Any:
    """None is empty; a text that begins like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = "'" + value if value.startswith(_FORMULA) else value
        return text.replace("\r\n", "\n").replace("\r", "\n")  # csv leaves a lone \r unquoted
    return str(value).lower() if isinstance(value, bool) else value
