"""Read JSON lines one by one, with the line of whatever is wrong; a line has a largest size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

import msgspec

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals.readers import json_text

T = TypeVar("T")

MAX_LINE = 64_000_000
"""Bytes; a longer line is no record of one question, and would be held in memory whole."""


def of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a file in memory that are not blank, numbered from 1."""
    start, number, end = (3 if data.startswith(b"\xef\xbb\xbf") else 0), 0, len(data)
    while start < end:
        stop = data.find(b"\n", start)
        stop = end if stop < 0 else stop
        number += 1
        line = data[start:stop]
        if line.strip():
            yield number, line
        start = stop + 1


def of_file(file: BinaryIO, place: str) -> Iterator[tuple[int, bytes]]:
    """The same of a file that may be larger than memory."""
    for number, line in every_line(file, place):
        if line.strip():
            yield number, line


def every_line(file: BinaryIO, place: str) -> Iterator[tuple[int, bytes]]:
    """With the blank ones, each with its end."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise fail(f"{place}:{number}", f"a line of more than {MAX_LINE / 1e6:,.0f} MB")
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def decoded(
    numbered: Iterable[tuple[int, bytes]], decoder: msgspec.json.Decoder[T], place: str
) -> Iterator[tuple[int, T]]:
    """Each line as the decoder's type; RelnotesError at the first that is none."""
    for number, line in numbered:
        try:
            yield number, decoder.decode(line)
        except json_text.BROKEN:
            yield number, _again(line, decoder, place, number)


def _again(line: bytes, decoder: msgspec.json.Decoder[T], place: str, number: int) -> T:
    """Python writes NaN, which is not JSON; what is wrong besides is said with its place."""
    try:
        return json_text.decode(line.rstrip(b"\r\n"), decoder, "")
    except RelnotesError as error:
        raise RelnotesError(
            Problem(_at_line(place, number, one.place), one.what, one.mend)
            for one in error.problems
        ) from error


def _at_line(place: str, number: int, within: str) -> str:
    """`:1:17` within the line is `:number:17` in the file."""
    column = within.rpartition(":")[2]
    return f"{place}:{number}:{column}" if column else f"{place}:{number}"
