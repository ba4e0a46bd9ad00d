"""The eval results of a line: what a release measured anew, compared with the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property, partial

import msgspec
from msgspec.structs import replace

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import Override, differences
from relnotes.evals.comparison import Comparison, adjust, compare
from relnotes.evals.comparison import Settings as Sureness
from relnotes.evals.held import Held
from relnotes.evals.index import EvalIndex, FileOfResults, Pair
from relnotes.evals.noise import noise_of
from relnotes.evals.overlap import Pairs, score_range
from relnotes.evals.prompted import ANOTHER, digest_in, digests_of
from relnotes.evals.result import Measurement
from relnotes.release.limitations import coverage as covering
from relnotes.release.limitations.coverage import Coverage, Key
from relnotes.release.record import Flipped
from relnotes.release.written.bundle import Audience
from relnotes.release.written.snapshot import Snapshot
from relnotes.samples import Book
from relnotes.settings import Settings


class Sides(msgspec.Struct, frozen=True):
    """What stands before a path of the old release and of the new one: `v1.2.0:bundle/`."""

    old: str
    new: str


class Measured(msgspec.Struct, frozen=True):
    """What one release measured anew."""

    pairs: tuple[Pair, ...]
    rows: tuple[Comparison, ...]  # of the pairs, in the same order
    coverage: Coverage
    on: Mapping[Key, tuple[str, str]]  # covered key → tag of its latest result, and what ran
    tasks: Mapping[str, frozenset[str]]  # what a changed file holds and held, if any is internal
    remarks: tuple[str, ...]


class Results(msgspec.Struct, dict=True):
    """As of the latest release; `take` goes on to the next."""

    settings: Settings
    samples: Book
    index: EvalIndex = msgspec.field(default_factory=EvalIndex)
    measured: dict[str, tuple[str, str]] = {}  # blob → (tag, running)
    _coverage: tuple[object, int, Coverage] | None = None

    def take(
        self, files: Sequence[FileOfResults], new: Snapshot, tag: str, sides: Sides, *, rerun: bool
    ) -> Measured:
        """Take in the files that differ. `rerun`: what runs is the same as before."""
        asked = [path for path, _, _ in files] if self.settings.evals.internal else []
        before = {path: self.index.tasks(path) for path in asked}
        pairs = self.index.apply(files)
        strange = _of_another_prompt(files, new)
        remarks = [
            *self._superseded(pairs, sides.new),
            *_remarks(files, sides.new),
            *(f"{sides.new}{path}: {ANOTHER}" for path in strange),
        ]
        coverage = self._covered(new)
        for pair in pairs:
            if pair.new and pair.key in coverage.of_key:
                self.measured.setdefault(pair.new.blob, (tag, new.running))
        rows = adjust(self._row(pair, coverage, sides, rerun=rerun) for pair in pairs)
        if strange:
            rows = tuple(map(partial(_remarked, strange), pairs, rows))
        tasks = {path: frozenset({*held, *self.index.tasks(path)}) for path, held in before.items()}
        on = self._measured_on(coverage)
        return Measured(tuple(pairs), rows, coverage, on, tasks, tuple(remarks))

    def _measured_on(self, coverage: Coverage) -> dict[Key, tuple[str, str]]:
        """Of each covered key the release of its latest result, and the digest of what ran."""
        return {
            key: self.measured.get(at.blob, ("an earlier release", ""))
            for key in coverage.of_key
            for at in self.index.current(key)
        }

    def again(self, baseline: Measurement, now: Measurement, row: Comparison) -> Comparison:
        """`now` against an older result, judged as `row` was."""
        return compare(
            baseline,
            now,
            self._sureness,
            margin=row.margin,
            blocking=row.blocking,
            overrides=self._overrides(row.task),
        )

    def flips(self, measured: Measured) -> Iterator[Flipped]:
        """Examples of what the paired rows are made of."""
        public = self.settings.evals.public_flips
        for pair, row in zip(measured.pairs, measured.rows, strict=True):
            if not pair.samples or not row.paired:
                continue
            found = self.samples.flips(*pair.samples, pair.key, self.settings.evals.flips)
            if found.gained_count or found.lost_count:
                yield Flipped(
                    *(row.task, row.metric, row.filter, row.variant),
                    *(found.gained, found.lost, found.gained_count, found.lost_count),
                    Audience.PUBLIC if public else Audience.INTERNAL,
                )

    # -- joining -------------------------------------------------------------------------------

    def _covered(self, snapshot: Snapshot) -> Coverage:
        """Which eval measures which behaviour; worked out anew only where either changed."""
        if self._coverage:
            behaviours, generation, coverage = self._coverage
            if behaviours is snapshot.behaviours and generation == self.index.generation:
                return coverage
        coverage = covering.cover(snapshot.behaviours, self.index.located.keys())
        self._coverage = (snapshot.behaviours, self.index.generation, coverage)
        return coverage

    def _superseded(self, pairs: Sequence[Pair], prefix: str) -> Iterator[str]:
        """Remarks on results that a newer one replaces; one made in another way is a problem."""
        problems: list[Problem] = []
        said: dict[str, None] = {}
        for pair in pairs:
            for other in self.index.superseded(pair.key, pair.new) if pair.new else ():
                assert pair.new is not None
                newer = pair.new
                if ways := differences(other.measurement, newer.measurement):
                    what = f"{pair.key[0]} ({pair.key[1]}) is also in {newer.path}: {ways[0]}"
                    mend = "keep one, or declare this file under [[evals.ignore]] with a reason"
                    problems.append(Problem(prefix + other.path, what, mend))
                models = [self.index.files[at.path][1].model for at in (other, newer)]
                unlike = f", of {models[0]} and not of {models[1]}" if len(set(models)) > 1 else ""
                said[f"{prefix}{other.path} is replaced by the newer {newer.path}{unlike}"] = None
        if problems:
            raise RelnotesError(problems)
        yield from said

    # -- comparing -----------------------------------------------------------------------------

    def _row(self, pair: Pair, coverage: Coverage, sides: Sides, *, rerun: bool) -> Comparison:
        behaviour = coverage.of_key.get(pair.key)
        pairs = self._pairs(pair) if pair.samples else None
        old, new = pair.samples if pairs and pair.samples else (None, None)
        return compare(
            pair.old.measurement if pair.old else None,
            pair.new.measurement if pair.new else None,
            self._sureness,
            margin=behaviour.margin if behaviour else None,
            blocking=behaviour.blocking if behaviour else False,
            behaviour=behaviour.id if behaviour else None,
            overrides=self._overrides(pair.key[0]),
            pairs=pairs,
            samples_old=self._samples_at(old, pair.key, sides.old) if old else None,
            samples_new=self._samples_at(new, pair.key, sides.new) if new else None,
            rerun=rerun,
            noise=noise_of(pair.old.measurement, pair.again) if pair.old and pair.again else None,
            variant=pair.variant,
            source_old=sides.old + pair.old.path if pair.old else None,
            source_new=sides.new + pair.new.path if pair.new else None,
        )

    def _pairs(self, pair: Pair) -> Pairs | None:
        if not pair.samples or not pair.new:
            return None
        bounds = partial(score_range, pair.new.measurement)
        return self.samples.pair(*pair.samples, pair.key, bounds)

    def _samples_at(self, held: Held, key: Key, prefix: str) -> str:
        return self.samples.source(held, key) or prefix + held.path

    @cached_property
    def _sureness(self) -> Sureness:
        evals = self.settings.evals
        return Sureness(alpha=evals.alpha, power=evals.power, margin=evals.margin)

    def _overrides(self, task: str) -> tuple[Override, ...]:
        overrides = self.settings.evals.override
        if not overrides:
            return ()
        return tuple(
            Override(one.field, one.reason) for one in overrides if fnmatchcase(task, one.task)
        )


def _of_another_prompt(files: Iterable[FileOfResults], new: Snapshot) -> frozenset[str]:
    """The files whose results are not of a system prompt that is released with them."""
    said = {path: digest for path, _, file in files if file and (digest := digest_in(file))}
    released = digests_of(new.prompts.values()) if said else None
    return frozenset(path for path, digest in said.items() if released and digest not in released)


def _remarked(strange: frozenset[str], pair: Pair, row: Comparison) -> Comparison:
    if pair.new is None or pair.new.path not in strange:
        return row
    return replace(row, remarks=(*row.remarks, ANOTHER))


def _remarks(files: Iterable[FileOfResults], prefix: str) -> Iterator[str]:
    """What the readers of the files remarked."""
    for path, _, file in files:
        for remark in file.remarks if file else ():
            yield f"{prefix}{path}: {remark}"
