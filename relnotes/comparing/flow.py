"""From two names to the rows of a comparison: what `relnotes compare` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain

import msgspec
from msgspec.structs import replace

from relnotes.comparing import remarks
from relnotes.comparing.files import ResultFile, Side, read_sides
from relnotes.comparing.naming import check_names, completed, renamed
from relnotes.comparing.options import NO_OPTIONS, Options
from relnotes.comparing.questions import Questions, blob_of, path_of
from relnotes.evals.comparability import Override
from relnotes.evals.comparison import Comparison, adjust, compare
from relnotes.evals.index import EvalIndex, Pair
from relnotes.evals.noise import noise_of
from relnotes.evals.pairing import Flips
from relnotes.evals.result import EvalFile
from relnotes.evals.verdict import Verdict

COMPARED = frozenset(
    {Verdict.IMPROVED, Verdict.HELD, Verdict.REGRESSED, Verdict.INCONCLUSIVE, Verdict.CHANGED}
)


class Compared(msgspec.Struct, frozen=True):
    """Two sides, and a row for everything that either of them measures; sorted."""

    old: Side
    new: Side
    options: Options
    rows: tuple[Comparison, ...]
    flips: Mapping[tuple[str, str, str, str], Flips]
    """By the key of the row: questions that went from right to wrong and back."""
    left_out: int
    """Rows that the globs of tasks and metrics leave out: in no count and in no family."""
    remarks: tuple[str, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(row.verdict for row in self.rows)

    @property
    def compared(self) -> int:
        return sum(row.verdict in COMPARED for row in self.rows)


def compare_files(old: str, new: str, options: Options = NO_OPTIONS) -> Compared:
    """Compare what lies under two names, each a file or a folder.

    RelnotesError holds every problem of both sides, or every option that names nothing.
    """
    with Questions(options.house) as questions:
        before, after, again = read_sides(old, new, options.reading, questions.take, options.again)
        return compare_sides(before, after, options, questions, again)


def compare_sides(
    old: Side, new: Side, options: Options, questions: Questions, again: Sequence[Side] = ()
) -> Compared:
    """The rows of two sides that were read; `again` is the old one, measured again."""
    old = completed("old", old, options, questions)
    new = completed("new", new, options, questions)
    old = renamed(old, new, options.renames)
    check_names([*old.files, *new.files], options)
    index = EvalIndex()
    index.apply(_changes("old", old, options.house.again))
    said = list(remarks.superseded(index, old))
    gone = [(path_of("old", file), None, None) for file in old.files]
    come = _changes("new", new, options.house.again)
    repeated = chain.from_iterable(_changes("again", side, ("*",)) for side in again)
    pairs = index.apply([*gone, *come, *repeated])
    said += remarks.superseded(index, new)
    wanted = [pair for pair in pairs if _is_wanted(pair, options)]
    files = {path_of("old", one): one for one in old.files}
    files |= {path_of("new", one): one for one in new.files}
    rows = adjust(_row(pair, options, questions, files) for pair in wanted)
    flips = {
        row.key: found
        for pair, row in zip(wanted, rows, strict=True)
        if row.paired and (found := questions.flips(pair))
    }
    said += [*remarks.odd(old, new), *remarks.named_otherwise(wanted)]
    said += remarks.no_name_in_common(wanted)
    said += [*remarks.unused(wanted, options), *remarks.samples_beside(old, new)]
    said += remarks.unlike(again, rows)
    return Compared(old, new, options, rows, flips, len(pairs) - len(wanted), tuple(said))


# -- matching --------------------------------------------------------------------------------------


def _changes(role: str, side: Side, again: Sequence[str]) -> list[tuple[str, str, EvalFile | None]]:
    """The files of a side; what a glob of `again` names is no result of its own."""
    return [(path_of(role, one), blob_of(role, one), _results(one, again)) for one in side.files]


def _results(file: ResultFile, again: Sequence[str]) -> EvalFile:
    paths = (file.path, file.place)
    named = any(fnmatchcase(f"/{path}", f"*/{glob}") for path in paths for glob in again)
    return replace(file.results, again=True, sampled=()) if named else file.results


def _is_wanted(pair: Pair, options: Options) -> bool:
    task, metric, _ = pair.key
    return _matches(task, options.tasks) and _matches(metric, options.metrics)


def _matches(name: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)


# -- comparing -------------------------------------------------------------------------------------


def _row(
    pair: Pair, options: Options, questions: Questions, files: Mapping[str, ResultFile]
) -> Comparison:
    task, metric, _ = pair.key
    old = files[pair.old.path] if pair.old else None
    new = files[pair.new.path] if pair.new else None
    return compare(
        pair.old.measurement if pair.old else None,
        pair.new.measurement if pair.new else None,
        options.sureness,
        margin=next((loss for glob, loss in options.margins if fnmatchcase(metric, glob)), None),
        overrides=_overrides(task, options),
        pairs=questions.pairs(pair),
        rerun=_is_rerun(old, new),
        noise=noise_of(pair.old.measurement, pair.again) if pair.old and pair.again else None,
        variant=pair.variant,
        source_old=old.place if old else None,
        source_new=new.place if new else None,
    )


def _is_rerun(old: ResultFile | None, new: ResultFile | None) -> bool:
    """Whether the files say that the same ran twice; else equal scores may be chance."""
    if old is None or new is None:
        return False
    model = old.results.model
    return old.sha256 == new.sha256 or (model is not None and model == new.results.model)


def _overrides(task: str, options: Options) -> tuple[Override, ...]:
    house = (one for glob, one in options.house.overrides if fnmatchcase(task, glob))
    return (*options.overrides, *house)
