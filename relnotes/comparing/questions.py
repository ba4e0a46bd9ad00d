"""The scores of single questions on two sides: read, paired, and added up where nobody did.

Between the files of `relnotes compare` and `samples`, which reads what a file holds when asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from relnotes.comparing.files import ResultFile
from relnotes.comparing.options import House
from relnotes.evals.held import Held
from relnotes.evals.index import Pair
from relnotes.evals.metrics import facts_of, with_facts
from relnotes.evals.overlap import Pairs, score_range
from relnotes.evals.pairing import Flips
from relnotes.evals.readers.by_question import holds_samples, read_samples
from relnotes.evals.result import Measurement
from relnotes.evals.sample import Sample
from relnotes.evals.scores import Key
from relnotes.evals.tally import Aggregate
from relnotes.samples import Book

if TYPE_CHECKING:
    pass

FLIPS_SHOWN = 10
_MEANS = "no totals are given; they are the means over the questions"


class Questions:
    """A context: what is kept on disk goes at its end. Files are known by role and path."""

    def __init__(self, house: House) -> None:
        self._files: dict[str, ResultFile] = {}
        self._book = Book(
            self._open,
            self._read,
            memory_mb=house.samples_mb,
            folder=Path(house.file).parent if house.file else Path(),
            warehouse=house.warehouse,
            mapping_of=lambda path: self._files[path].mapping,
        )

    def __enter__(self) -> Questions:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def take(self, role: str, file: ResultFile) -> ResultFile:
        """A file with what its questions are of; RelnotesError if they are wrong."""
        if not holds_samples(file.results.format, file.mapping):
            return file
        held = Held(path_of(role, file), blob_of(role, file))
        self._files[held.path] = file
        results = replace(file.results, sampled=self._book.take(held, None, file.place))
        if file.mapping and not results.measurements:
            from relnotes.samples.totals import with_totals  # few have tables of their own

            results = with_totals(self._book, held, results, file.mapping, file.place)
        return replace(file, results=results)

    def with_means(self, role: str, files: Iterable[ResultFile]) -> Iterator[ResultFile]:
        """The files of a side; questions alone still say how many were right.

        Nothing is added where some file of the side gives a total of the same.
        """
        files = list(files)
        totals = {one.key for file in files for one in file.results.measurements}
        for file in files:
            means = tuple(self._means(role, file, totals))
            if means:
                said = (*file.results.measurements, *means)
                remarks = (*file.results.remarks, _MEANS)
                file = replace(
                    file, results=replace(file.results, measurements=said, remarks=remarks)
                )
            yield file

    def pairs(self, pair: Pair) -> Pairs | None:
        """What both sides say of each question, where they do."""
        if not pair.samples or not pair.new:
            return None
        bounds = partial(score_range, pair.new.measurement)
        return self._book.pair(*pair.samples, pair.key, bounds)

    def flips(self, pair: Pair) -> Flips | None:
        """Which questions went from right to wrong and back; None where nobody knows."""
        if not pair.samples:
            return None
        found = self._book.flips(*pair.samples, pair.key, FLIPS_SHOWN)
        return found if found.gained_count or found.lost_count else None

    def _means(self, role: str, file: ResultFile, totals: set[Key]) -> Iterator[Measurement]:
        held = Held(path_of(role, file), blob_of(role, file))
        for key in file.results.sampled:
            if key not in totals:
                found, _ = self._book.aggregate(held, key)
                if found.mean is not None:
                    yield _mean(key, found, self._book.range_of(held, key))

    def _open(self, held: Held) -> BinaryIO:
        return self._files[held.path].file.open("rb")

    def _read(self, stream: BinaryIO, path: str, place: str) -> Iterator[Sample]:
        return read_samples(stream, place, self._files[path].mapping)


def path_of(role: str, file: ResultFile) -> str:
    """Unlike that of any file of the other side, and in a folder with its neighbours."""
    return f"{role}/{file.path}"


def blob_of(role: str, file: ResultFile) -> str:
    """With the role, since equal files are to be compared, and found equal."""
    return f"{role} {file.sha256} {file.path}"


def _mean(key: Key, found: Aggregate, scores: tuple[float, float]) -> Measurement:
    """With what is known of its metric, unless the scores are on another scale."""
    task, metric, filter_name = key
    one = Measurement(task, metric, filter_name, found.mean, n=found.n)
    facts = facts_of(metric)
    low, high = scores
    known = facts.low is None or facts.low <= low
    known = known and (facts.high is None or high <= facts.high)
    return with_facts(
        one, facts if known else replace(facts, kind=None, unit=None, low=None, high=None)
    )
