"""The results of a table of questions so large that it was not read for them."""

from __future__ import annotations

from msgspec.structs import replace

from relnotes.evals.held import Held
from relnotes.evals.mapping import Mapping
from relnotes.evals.readers import mapped
from relnotes.evals.result import EvalFile
from relnotes.evals.scores import named
from relnotes.samples.book import Book


def with_totals(
    book: Book, held: Held, results: EvalFile, mapping: Mapping, place: str
) -> EvalFile:
    """With what its questions, which the book has taken, add up to."""
    measurements, remarks = [], list(results.remarks)
    for key in results.sampled:
        found, missing = book.aggregate(held, key)
        measurements.append(mapped.measured(mapping, key, found, place))
        if missing:
            what = f"{named(key)}: {found.n:,} scored, {missing:,} unscored"
            remarks.append(f"{what}; those are not counted")
    return replace(results, measurements=tuple(measurements), remarks=tuple(remarks))
