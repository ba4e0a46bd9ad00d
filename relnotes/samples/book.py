"""The samples that comparisons ask for: read when asked, kept while there is room.

Few are held as plain values; from `scores.MANY` on the engine takes them, which is imported
only then. Whatever is dropped can be read again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from relnotes.evals.held import Held
from relnotes.evals.overlap import Pairs
from relnotes.evals.pairing import Flips, RangeOf, flips, pair
from relnotes.evals.readers import HEAD, referred
from relnotes.evals.sample import Sample
from relnotes.evals.scores import MANY, Key, Scores, Series, TooManyError, collect

if TYPE_CHECKING:
    from relnotes.samples.engine import Engine
    from relnotes.samples.tables import Table
    from relnotes.samples.warehouse import Warehouse

_ROOM = 5 * MANY
"""Rows held as plain values: about 100 MB."""
_BEGINNING = 1 << 12
_LONG = 1 << 25
"""Bytes of a file on disk from which on the engine may read it itself."""
_LARGE = 4
"""Tables on disk: a comparison needs two."""

Open = Callable[[Held], BinaryIO]
"""A seekable file, from its beginning."""
_HERE = Path()

Read = Callable[[BinaryIO, str, str], Iterator[Sample]]
"""Of a file with its path, which tells the mapping of a table, and its place for messages."""


class Book:
    """`folder`: where the paths begin that a file refers to. `warehouse`: the address of what
    holds tables that a file refers to. `many`: how many samples are held as plain values."""

    def __init__(
        self,
        open_: Open,
        read: Read,
        *,
        memory_mb: int = 1000,
        folder: Path = _HERE,
        warehouse: str | None = None,
        many: int = MANY,
    ) -> None:
        self._open, self._read, self._folder = open_, read, folder
        self._memory_mb, self._many, self._address = memory_mb, many, warehouse
        self._warehouse: Warehouse | None = None
        self._small: dict[str, Scores] = {}  # by blob, the one asked last at the end
        self._large: dict[str, Table] = {}
        self._engine: Engine | None = None

    def take(self, held: Held, data: bytes | None = None, place: str = "") -> tuple[Key, ...]:
        """Read a file's samples and say what they are of; RelnotesError if they are wrong."""
        with closing(self._open(held) if data is None else BytesIO(data)) as stream:
            found = self._gathered(held.path, stream, place or held.path)
        if isinstance(found, dict):
            self._keep(held.blob, found)
            return tuple(found)
        self._large[held.blob] = found
        for oldest in list(self._large)[:-_LARGE]:
            self._started().drop(self._large.pop(oldest))
        return found.keys

    def source(self, held: Held, key: Key) -> str | None:
        """What a file refers to, with its digest; None where the file itself holds the samples."""
        found = self._scores(held)
        return None if isinstance(found, dict) else found.sources.get(key)

    def pair(self, old: Held, new: Held, key: Key, range_of: RangeOf) -> Pairs:
        """What the samples of two files say of one task and metric."""
        before, after = self._scores(old), self._scores(new)
        if isinstance(before, dict) and isinstance(after, dict):
            return pair(before.get(key, Series()), after.get(key, Series()), range_of)
        from relnotes.samples.tables import pair_tables

        return pair_tables(*self._tables(before, after, key), key, range_of)

    def flips(self, old: Held, new: Held, key: Key, shown: int) -> Flips:
        """Which questions went from wrong to right and back."""
        before, after = self._scores(old), self._scores(new)
        if isinstance(before, dict) and isinstance(after, dict):
            return flips(before.get(key, Series()), after.get(key, Series()), shown)
        from relnotes.samples.tables import flips_of

        return flips_of(*self._tables(before, after, key), key, shown)

    def close(self) -> None:
        """Drop everything, on disk too."""
        for one in (self._engine, self._warehouse):
            if one:
                one.close()
        self._engine = self._warehouse = None
        self._small, self._large = {}, {}

    def _scores(self, held: Held) -> Scores | Table:
        if held.blob in self._large:
            return self._large[held.blob]
        if held.blob not in self._small:
            self.take(held)
            return self._scores(held)
        scores = self._small[held.blob] = self._small.pop(held.blob)
        return scores

    def _tables(self, old: Scores | Table, new: Scores | Table, key: Key) -> tuple[Table, Table]:
        """Both in one engine: where they lie, or else brought here."""
        if not isinstance(old, dict) and not isinstance(new, dict) and old.road is new.road:
            return old, new
        engine = self._started()
        return engine.table(old, key), engine.table(new, key)

    def _gathered(self, path: str, file: BinaryIO, place: str) -> Scores | Table:
        if referred.recognise(file.read(_BEGINNING)):
            file.seek(0)
            return self._referred(file.read(), place)

        if _size_on_disk(file) > _LONG and (found := self._long(file, place)):
            return found

        def samples() -> Iterator[Sample]:
            file.seek(0)
            return self._read(file, path, place)

        try:
            return collect(samples(), place, self._many)
        except TooManyError:
            return self._started().load(samples, place)

    def _referred(self, data: bytes, place: str) -> Table:
        from relnotes.samples.sources import open_references

        return open_references(data, place, self._folder, self._started(), self._opened)

    def _long(self, file: BinaryIO, place: str) -> Table | None:
        from relnotes.samples.lines import load_lines

        file.seek(0)
        return load_lines(self._started(), str(file.name), file.read(HEAD), place)

    def _opened(self, place: str) -> Warehouse:
        if self._warehouse is None:
            from relnotes.samples.warehouse import Warehouse

            self._warehouse = Warehouse.at(self._address, place)
        return self._warehouse

    def _keep(self, blob: str, scores: Scores) -> None:
        self._small[blob] = scores
        rows = sum(_size(one) for one in self._small.values())
        for oldest in list(self._small)[:-2]:  # a comparison needs two, however large
            if rows <= _ROOM:
                break
            rows -= _size(self._small.pop(oldest))

    def _started(self) -> Engine:
        if self._engine is None:
            from relnotes.samples.engine import Engine

            self._engine = Engine(memory_mb=self._memory_mb)
        return self._engine


def _size_on_disk(file: BinaryIO) -> int:
    """0 of what is in memory, or has no name."""
    name = getattr(file, "name", None)
    return os.fstat(file.fileno()).st_size if isinstance(name, str) else 0


def _size(scores: Scores) -> int:
    return sum(len(series.scores) for series in scores.values())
