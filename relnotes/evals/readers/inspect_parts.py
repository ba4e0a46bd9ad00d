"""Find the parts of an Inspect log, which is an archive of JSON files or one JSON file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

from relnotes.errors import fail
from relnotes.evals.readers import json_text
from relnotes.evals.readers.archive import MAGIC, Archive
from relnotes.evals.readers.inspect_shape import (
    ANSWERS,
    HEADER,
    REDUCTIONS,
    SUMMARIES,
    Answers,
    Header,
    Reduction,
    Summary,
)

HEADER_MEMBER = "header.json"
START_MEMBER = "_journal/start.json"

_SUMMARIES = "summaries.json"
_REDUCTIONS = "reductions.json"
_JOURNAL = "_journal/summaries/"


class JsonLog:
    """A log in one JSON file."""

    def __init__(self, data: bytes, place: str) -> None:
        self.data = data
        self.place = place
        self.header: Header = json_text.decode(data, HEADER, place)

    @property
    def summaries(self) -> list[Summary]:
        return self._answers.samples or []

    @property
    def reductions(self) -> list[Reduction]:
        return self._answers.reductions or []

    @cached_property
    def _answers(self) -> Answers:
        return json_text.decode(self.data, ANSWERS, self.place)


class ArchivedLog:
    """A log in an archive; `data` and `place` are those of its header.

    A run that was killed leaves no header; how it started is known from its journal.
    """

    def __init__(self, file: BinaryIO | bytes, place: str) -> None:
        self._archive = Archive(file, place)
        member = HEADER_MEMBER if HEADER_MEMBER in self._archive else START_MEMBER
        if member not in self._archive:
            what = f"holds neither {HEADER_MEMBER} nor {START_MEMBER}, which an Inspect log needs"
            raise fail(place, what, "copy the log again")
        self.data = self._archive.read(member)
        self.place = self._archive.place_of(member)
        self.header: Header = json_text.decode(self.data, HEADER, self.place)

    @cached_property
    def summaries(self) -> list[Summary]:
        """Of all answers; before a run ends they stand in its journal, piece by piece."""
        members = [_SUMMARIES] if _SUMMARIES in self._archive else self._journal()
        return [summary for member in members for summary in self._read(member)]

    @cached_property
    def reductions(self) -> list[Reduction]:
        if _REDUCTIONS not in self._archive:
            return []
        place = self._archive.place_of(_REDUCTIONS)
        return json_text.decode(self._archive.read(_REDUCTIONS), REDUCTIONS, place)

    def _read(self, member: str) -> list[Summary]:
        return json_text.decode(
            self._archive.read(member), SUMMARIES, self._archive.place_of(member)
        )

    def _journal(self) -> Iterator[str]:
        return (name for name in self._archive.names if name.startswith(_JOURNAL))


Log = JsonLog | ArchivedLog


def parts(file: BinaryIO | bytes, place: str) -> Log:
    """The log in a file, whichever of the two it is."""
    if isinstance(file, bytes):
        is_archive = file.startswith(MAGIC)
        return ArchivedLog(file, place) if is_archive else JsonLog(file, place)
    is_archive = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return ArchivedLog(file, place) if is_archive else JsonLog(file.read(), place)
