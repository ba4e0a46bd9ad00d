"""A result as people type it into a model card: `20.0 ± 1.2`, `87.5%`, `n/a`."""

from __future__ import annotations

import re

import msgspec

_NUMBER = r"[-+−]?(?:\d+(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?"
_WRITTEN = re.compile(
    rf"[~≈]?\s*(?P<value>{_NUMBER})\s*(?P<percent>%)?"
    rf"\s*(?:(?:±|\+/-|\+-)\s*{_NUMBER}\s*%?|\(\s*(?:±|\+/-)?\s*{_NUMBER}\s*%?\s*\))?\s*(?P<late>%)?"
)
_NONE = frozenset({"", "-", "–", "—", "n/a", "na", "none", "null", "tbd", "todo", "nan", "pending"})


class WrittenValue(msgspec.Struct, frozen=True):
    """`spread` tells that something stands behind ±; what it is, nobody says."""

    value: float | None
    percent: bool = False
    spread: bool = False


def parse(text: str) -> WrittenValue | None:
    """What a text says; None if it is no number and does not say that there is none."""
    plain = text.strip()
    if plain.lower() in _NONE:
        return WrittenValue(None)
    found = _WRITTEN.fullmatch(plain)
    if found is None or not re.search(r"\d", found["value"]):
        return None
    value = float(found["value"].replace(",", "").replace("−", "-"))
    if abs(value) == float("inf"):
        return None
    spread = re.search(r"±|\+/-|\+-|\(", plain) is not None
    return WrittenValue(value, bool(found["percent"] or found["late"]), spread)
