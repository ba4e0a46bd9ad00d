"""Records as YAML that a person likes to read and that comes back the same. Pure.

Text of one line stands bare where nothing else could be meant, else in double quotes; text of
several lines stands in a block as it is. What has its default value is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from relnotes.yamlfile import Written

END = "...\n"
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9 _./()+-]*(?<! )")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_HEX = re.compile(r"[0-9a-f]{8,}")


def yaml_text(record: Written) -> str:
    """A whole file, with the mark at its end."""
    values = record.model_dump(by_alias=True, exclude_defaults=True)
    lead = {"schema": record.model_dump(by_alias=True)["schema"]}
    return "\n".join(_mapping({**lead, **values}, "")) + "\n" + END


def yaml_fields(record: Written) -> str:
    """A small file without schema and end mark; an empty record gives none."""
    return "".join(f"{line}\n" for line in _mapping(record.model_dump(exclude_defaults=True), ""))


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        yield from _entry(f"{indent}{key}:", value, indent + "  ")


def _entry(lead: str, value: Any, indent: str) -> Iterator[str]:
    """`lead` with the value behind it, or in the lines below it."""
    if isinstance(value, Mapping) and value:
        yield lead
        yield from _mapping(value, indent)
    elif isinstance(value, list | tuple) and value:
        yield lead
        for item in value:
            yield from _item(item, indent)
    elif isinstance(value, str) and _fits_block(value):
        yield f"{lead} {_block_mark(value)}"
        yield from _block(value, indent)
    else:
        yield f"{lead} {_scalar(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    """One entry of a list; the first key of a mapping stands beside the dash."""
    if isinstance(value, Mapping) and value:
        first, *rest = _mapping(value, indent + "  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest
    else:
        yield from _entry(f"{indent}-", value, indent + "  ")


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return stamp_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    return repr(value)


def stamp_text(value: datetime) -> str:
    """RFC 3339; seconds only where there are some, `Z` for UTC."""
    exact = "milliseconds" if value.microsecond else "seconds" if value.second else "minutes"
    text = value.isoformat(timespec=exact)
    return text.replace("+00:00", "Z")


def _text(value: str) -> str:
    bare = _BARE.fullmatch(value) and value.lower() not in _WORDS and not _HEX.fullmatch(value)
    if bare:
        return value
    # JSON is YAML, except where YAML sees the end of a line or nothing readable.
    return "".join(map(_readable, json.dumps(value, ensure_ascii=False)))


def _readable(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _fits_block(value: str) -> bool:
    """Several lines, none of whose characters YAML would change."""
    flat = value.replace("\n", "").replace("\t", "")
    return "\n" in value.rstrip("\n") and flat.isprintable()


def _block_mark(value: str) -> str:
    """`|`, with the indentation where the text itself begins with a space, and the end kept."""
    first = value.lstrip("\n")[:1]
    explicit = "2" if first in (" ", "\t") or value.startswith("\n") else ""
    if not value.endswith("\n"):
        return f"|{explicit}-"
    return f"|{explicit}+" if value.endswith("\n\n") else f"|{explicit}"


def _block(value: str, indent: str) -> Iterator[str]:
    for line in value.removesuffix("\n").split("\n"):
        yield indent + line if line else ""
