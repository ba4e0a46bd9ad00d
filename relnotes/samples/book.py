"""The samples that comparisons ask for: read when asked, kept while there is room.

Few are held as plain values; from `scores.MANY` on the engine takes them, which is imported
only then. Whatever is dropped can be read again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import SEEK_END, BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from relnotes.evals.held import Held
from relnotes.evals.overlap import Pairs
from relnotes.evals.pairing import Flips, RangeOf, flips, pair
from relnotes.evals.readers import HEAD, referred
from relnotes.evals.sample import Sample
from relnotes.evals.scores import MANY, Key, Scores, Series, TooManyError, aggregate, collect
from relnotes.samples.long import is_long

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping
    from relnotes.evals.tally import Aggregate
    from relnotes.samples.engine import Engine
    from relnotes.samples.tables import Table
    from relnotes.samples.warehouse import Warehouse

_ROOM = 5 * MANY
"""Rows held as plain values: about 100 MB."""
_BEGINNING = 1 << 12
_LARGE = 4
"""Tables on disk: a comparison needs two."""

Open = Callable[[Held], BinaryIO]
"""A seekable file, from its beginning."""
_HERE = Path()

MappingOf = Callable[[str], "Mapping | None"]
"""What the columns of the file with this path mean, if it is a table."""

Read = Callable[[BinaryIO, str, str], Iterator[Sample]]
"""Of a file with its path, which tells the mapping of a table, and its place for messages."""


def _no_table(path: str) -> None:  # noqa: ARG001  as every MappingOf
    return None


class Book:
    """`folder`: where the paths begin that a file refers to. `warehouse`: the address of what
    holds tables that a file refers to. `many`: how many samples are held as plain values.
    `mapping_of`: of large tables, which the engine reads itself."""

    def __init__(
        self,
        open_: Open,
        read: Read,
        *,
        memory_mb: int = 1000,
        folder: Path = _HERE,
        warehouse: str | None = None,
        many: int = MANY,
        mapping_of: MappingOf = _no_table,
    ) -> None:
        self._open, self._read, self._folder = open_, read, folder
        self._mapping_of = mapping_of
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

    def aggregate(self, held: Held, key: Key) -> tuple[Aggregate, int]:
        """What one file says by itself, and how many questions have no score."""
        found = self._scores(held)
        if isinstance(found, dict):
            return aggregate(found.get(key, Series()))
        from relnotes.samples.tables import aggregate_of

        if found.road is self._engine:
            return self._engine.aggregate(found, key)
        return aggregate_of(found, key)

    def range_of(self, held: Held, key: Key) -> tuple[float, float]:
        """The least and the largest score; 0 of nothing."""
        found = self._scores(held)
        if not isinstance(found, dict):
            facts = found.facts_of(key)
            return facts.low, facts.high
        scores = [one for one in found[key].scores.values() if one is not None]
        return min(scores, default=0.0), max(scores, default=0.0)

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

        if found := self._long(file, path, place):
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

    def _long(self, file: BinaryIO, path: str, place: str) -> Table | None:
        """Read by the engine itself, where that is worth its start, and the file ordinary."""
        size, mapping = file.seek(0, SEEK_END), self._mapping_of(path)
        file.seek(0)
        head = file.read(HEAD)
        if not is_long(size, head, mapping):
            return None
        with _on_disk(file) as name:
            if mapping:
                from relnotes.samples.mapped import load_mapped

                stays = name == _name_of(file)
                return load_mapped(self._started(), name, mapping, head, place, stays=stays)
            from relnotes.samples.lines import load_lines

            return load_lines(self._started(), name, head, place)

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


def _name_of(file: BinaryIO) -> str | None:
    """The path of a file on disk that stays; a table may be read there again."""
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else None


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[str]:
    """The path of a file; of one in memory, that of a copy."""
    if name := _name_of(file):
        yield name
        return
    with NamedTemporaryFile(prefix="relnotes-samples-") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy.name


def _size(scores: Scores) -> int:
    return sum(len(series.scores) for series in scores.values())
