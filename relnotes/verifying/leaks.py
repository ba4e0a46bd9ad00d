"""Internal words in a public site: searched for in every byte, not only where they would stand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import msgspec
from pydantic import BaseModel

from relnotes.errors import Problem
from relnotes.verifying.page import BuiltPage

SHORTEST = 24  # characters: a shorter text may well stand somewhere in its own right

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"[*_`\[\]()<>#|\\]+")


class Texts:
    """The texts of records as the house has them, and as the public may see them."""

    def __init__(self) -> None:
        self._full: set[str] = set()
        self._public: set[str] = set()

    def take(self, full: Any, public: Any) -> None:
        """Two forms of the same: dataclasses, structs, models or plain JSON."""
        self._full.update(_texts_in(msgspec.to_builtins(full, enc_hook=_of_model)))
        self._public.update(_texts_in(msgspec.to_builtins(public, enc_hook=_of_model)))

    def internal_only(self) -> frozenset[str]:
        """The texts that are part of no public one, whatever internal one has them."""
        public = "\n".join(sorted(self._public))
        return frozenset(text for text in self._full - self._public if text not in public)


def _of_model(value: BaseModel) -> Any:
    return value.model_dump(mode="json")


def _texts_in(value: Any) -> Iterator[str]:
    """Every line of every text of a JSON value that is long enough to be searched for."""
    if isinstance(value, str):
        for line in value.splitlines():
            for part in _MARKUP.split(line):
                text = _even(part)
                if len(text) >= SHORTEST:
                    yield text
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts_in(item)


def leaks(
    internal: Set[str], marks: Iterable[str], pages: Sequence[BuiltPage], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Where an internal text, or a mark that the settings name, reached a public file.

    `files` are all text files of the site, HTML included: what a page does not show counts too.
    """
    wanted = sorted({*internal, *(_even(mark) for mark in marks)})
    if not wanted:
        return
    shown = {page.path: page.text for page in pages}
    for path, data in files.items():
        for text in _found(wanted, data, shown.get(path, "")):
            start = text if len(text) <= 60 else text[:60] + "…"
            what = f'internal words have reached a public file: "{start}"'
            yield Problem(path, what, "take them out, or mark as public where they come from")


def _found(wanted: Sequence[str], data: bytes, shown: str) -> Iterator[str]:
    raw = _even(data.decode("utf-8", "replace"))
    forms = [raw, html.unescape(raw), shown]
    if "\\" in raw:
        forms.append(_unescaped(raw))
    corpus = "\n".join(dict.fromkeys(forms))
    return (text for text in wanted if text in corpus)


def _unescaped(raw: str) -> str:
    """JSON's escapes taken back, as far as they are whole."""
    escape = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
    return _SPACE.sub(" ", escape.sub(lambda match: str(json.loads(f'"{match[0]}"')), raw))


def _even(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
