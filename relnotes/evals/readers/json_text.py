"""Decode the JSON that harnesses write, and say line and column of what is wrong in it.

Python harnesses write NaN and Infinity, which are not JSON. They become marked text here, so
that they are a problem only where a number is wanted.
"""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

from relnotes.errors import Problem, RelnotesError

T = TypeVar("T")

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for a file that is not what it should be."""

NOT_FINITE = "\ue000"
"""Stands before `NaN`, `Infinity` or `-Infinity` in a text that stood there without quotes."""

_STRING_OR_NOT_FINITE = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN', re.DOTALL)
_BYTE = re.compile(r" \(byte (\d+)\)$")
_WHERE = re.compile(r" - at `\$([^`]*)`$")
_SPACE = re.compile(r"[ \t\r\n]*")
_VALUE = json.JSONDecoder()


def decode(data: bytes, decoder: msgspec.json.Decoder[T], place: str) -> T:
    """The file as the decoder's type, or RelnotesError."""
    try:
        return decoder.decode(data)
    except BROKEN:
        marked = _mark_not_finite(data)
    try:
        return decoder.decode(marked)
    except BROKEN as error:
        raise RelnotesError([_explained(error, data, marked, place)]) from error


def problem_of(data: bytes, place: str) -> Problem | None:
    """What keeps a file from being JSON, if anything does."""
    marked = _mark_not_finite(data)
    try:
        msgspec.json.decode(marked)
    except BROKEN as error:
        return _explained(error, data, marked, place)
    return None


def position(data: bytes, path: tuple[str | int, ...]) -> str:
    """`:line:column` of the value at `path`, or of its nearest parent; the file is JSON."""
    text = data.decode("utf-8-sig", "replace")
    at = _skip(text, 0)
    for step in path:
        child = _child(text, at, step)
        if child is None:
            break
        at = child
    return _line_and_column(text, at)


def _mark_not_finite(data: bytes) -> bytes:
    def mark(found: re.Match[str]) -> str:
        return found[0] if found[0][0] == '"' else f'"{NOT_FINITE}{found[0]}"'

    try:
        return _STRING_OR_NOT_FINITE.sub(mark, data.decode("utf-8-sig")).encode()
    except UnicodeDecodeError:
        return data


def _explained(error: Exception, data: bytes, marked: bytes, place: str) -> Problem:
    message = str(error)
    if isinstance(error, RecursionError):
        return Problem(place, "nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return Problem(place + _bad_byte(data), "not UTF-8 text", "save it as UTF-8")
    if where := _WHERE.search(message):
        path = tuple(where[1].removeprefix(".").split(".")) if "[" not in where[1] else ()
        what = f"{message[: where.start()].replace('`', '')} at {where[1].lstrip('.') or 'the top'}"
        return Problem(place + position(data, path), what)
    if isinstance(error, msgspec.ValidationError):
        return Problem(place, message.replace("`", '"'))
    text = marked.decode("utf-8", "replace")
    if found := _BYTE.search(message):
        at = len(marked[: int(found[1])].decode("utf-8", "replace"))
        what = message[: found.start()].removeprefix("JSON is malformed: ")
        return Problem(place + _line_and_column(text, at), f"not valid JSON: {what}")
    end = place + _line_and_column(text, len(text))
    return Problem(end, "the JSON ends too early", "the file is not complete: write it again")


def _bad_byte(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _line_and_column(data.decode("latin-1"), error.start)
    return ""


def _child(text: str, at: int, step: str | int) -> int | None:
    """Where the value of a key, or the item of an index, begins; `at` is where its parent does."""
    if text[at] not in "{[":
        return None
    is_object, index, at = text[at] == "{", 0, _skip(text, at + 1)
    while text[at] not in "}]":
        name: str | int = index
        if is_object:
            name, at = _VALUE.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if name == step:
            return at
        _, at = _VALUE.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _line_and_column(text: str, at: int) -> str:
    return f":{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"
