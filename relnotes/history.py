"""Walk the releases of a line, oldest first, and make the record of each.

A fold: what the previous release left behind (its snapshot, results and ledger) and the files
that differ are all that a release needs, so the cost follows what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property, partial

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals import metrics
from relnotes.evals.comparability import Override, differences
from relnotes.evals.comparison import Comparison, adjust, compare
from relnotes.evals.comparison import Settings as Sureness
from relnotes.evals.held import Held
from relnotes.evals.index import EvalIndex, Pair
from relnotes.evals.mapping import mapping_of
from relnotes.evals.noise import noise_of
from relnotes.evals.overlap import Pairs, score_range
from relnotes.evals.readers import lm_eval_samples, read_eval
from relnotes.evals.readers.by_question import holds_samples
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.release import coverage as covering
from relnotes.release.audience import Hidden
from relnotes.release.bundle import Audience
from relnotes.release.coverage import Coverage, Key
from relnotes.release.diff import (
    ChangedFile,
    diff_bundles,
    explains_nothing,
    new_fragments,
)
from relnotes.release.findings import Facts, closed, findings
from relnotes.release.ledger import Ledger, Standing, advance, check_none_known
from relnotes.release.notes import (
    Material,
    combine,
    make_record,
    summarise,
    what_is_lost,
)
from relnotes.release.record import Change, Flipped, Provenance, Record, Rollback, Watched
from relnotes.release.relapse import relapses, taken_out
from relnotes.release.rollback import find_rollback, with_losses
from relnotes.release.snapshot import FileKind, Snapshot, kind_of, updated
from relnotes.repository import Blob, FileChange, unreadable_modes
from relnotes.samples import Book
from relnotes.settings import Line, Settings

_NO_FILES = frozenset({"120000", "160000"})  # a symbolic link, a submodule


@dataclass(frozen=True, slots=True)
class Point:
    """A release's record, and what of it the public does not see."""

    record: Record
    hidden: Hidden


@dataclass
class Fold:
    """One line after its latest release taken in. `step` takes in the next."""

    line: Line
    settings: Settings
    differing: Callable[[str, str], tuple[str, ...]]  # paths that differ between two trees
    samples: Book
    previous: Provenance | None = None
    snapshot: Snapshot | None = None
    index: EvalIndex = field(default_factory=EvalIndex)
    ledger: Ledger = field(default_factory=Ledger)
    trees: list[tuple[str, str]] = field(default_factory=list)  # (tag, tree) so far
    withdrawn: set[str] = field(default_factory=set)
    measured: dict[str, tuple[str, str]] = field(default_factory=dict)  # blob → (tag, running)
    watched: list[Watched] = field(default_factory=list)
    _coverage: tuple[object, int, Coverage] | None = None

    def wanted(self, changes: Iterable[FileChange]) -> Iterator[str]:
        """The blobs that `step` will ask for, in its order."""
        return (change.new for change in changes if change.new and self._is_read(change))

    def _is_read(self, change: FileChange) -> bool:
        return (
            change.new is not None
            and change.new_mode not in _NO_FILES
            and kind_of(change.path) is not FileKind.OTHER
            and not self._is_ignored(change.path)
        )

    def _is_ignored(self, path: str) -> bool:
        return kind_of(path) is FileKind.EVAL and any(
            fnmatchcase(path, one.path) for one in self.settings.evals.ignore
        )

    def step(
        self, release: Provenance, changes: Sequence[FileChange], blobs: Iterator[Blob]
    ) -> Point:
        """Take in a release; RelnotesError holds every problem of its files."""
        prefix = f"{release.tag}:{release.bundle}/"
        snapshot, results = self._read(prefix, changes, blobs)
        old, self.snapshot = self.snapshot, snapshot
        tasks_before = {change.path: self.index.tasks(change.path) for change in changes}
        pairs = self.index.apply(results)
        beside = [
            *self._superseded(pairs, prefix),
            *(
                f"{prefix}{path}: {one}"
                for path, _, file in results
                if file
                for one in file.remarks
            ),
        ]
        coverage = self._covered(snapshot)
        running = snapshot.running
        for pair in pairs:
            if pair.new and pair.key in coverage.of_key:
                self.measured.setdefault(pair.new.blob, (release.tag, running))
        rollback = find_rollback(
            release.tree or "",
            snapshot.bundle,
            self.trees,
            self._latest,
            self.withdrawn,
            self.differing,
            prefix + "bundle.yaml",
        )
        rerun = old is not None and old.running == running
        comparisons = self._compare(pairs, coverage, prefix, rerun=rerun)
        point = self._record(
            release,
            prefix,
            old,
            snapshot,
            changes,
            tasks_before,
            pairs,
            comparisons,
            coverage,
            rollback,
            beside,
        )
        self._remember(release, old, snapshot, rollback)
        return point

    def examine(
        self, release: Provenance, changes: Sequence[FileChange], blobs: Iterator[Blob]
    ) -> tuple[Problem, ...]:
        """What is wrong with the files of a release, each by itself; the fold stays as it is."""
        prefix = f"{release.tag}:{release.bundle}/"
        try:
            self._read(prefix, changes, blobs, alone=True)
        except RelnotesError as error:
            return error.problems
        return ()

    # -- reading -------------------------------------------------------------------------------

    def _read(
        self,
        prefix: str,
        changes: Sequence[FileChange],
        blobs: Iterator[Blob],
        *,
        alone: bool = False,
    ) -> tuple[Snapshot, list[tuple[str, str | None, EvalFile | None]]]:
        come = [change for change in changes if change.new_mode in _NO_FILES]
        problems = unreadable_modes(come, prefix=prefix)
        documents: list[tuple[str, str | None, bytes | None]] = []
        results: list[tuple[str, str | None, EvalFile | None]] = []
        for change in changes:
            blob = next(blobs) if self._is_read(change) else None
            if kind_of(change.path) is not FileKind.EVAL:
                documents.append((change.path, change.new, blob.data if blob else None))
                continue
            try:
                results.append((change.path, change.new, self._result(blob, prefix, change.path)))
            except RelnotesError as error:
                problems.extend(error.problems)
        try:
            snapshot = updated(self.snapshot or Snapshot(), documents, prefix, alone=alone)
        except RelnotesError as error:
            raise RelnotesError([*problems, *error.problems]) from error
        if problems:
            raise RelnotesError(problems)
        return snapshot, results

    def _result(self, blob: Blob | None, prefix: str, path: str) -> EvalFile | None:
        if blob is None:
            return None
        place = prefix + path
        mapping = mapping_of(path, self.settings.evals.mapping)
        if blob.data is None and lm_eval_samples.recognise(blob.head):
            file = lm_eval_samples.read(blob.head, place)
        elif blob.data is None:
            limit = self.settings.limits.max_file_mb
            raise fail(
                place,
                f"{blob.size / 1e6:,.0f} MB; a result file may have {limit} MB",
                "raise limits.max_file_mb, or declare it under [[evals.ignore]] with a reason",
            )
        else:
            file = _with_settings(read_eval(blob.data, place, mapping), self.settings)
        if any(fnmatchcase(path, glob) for glob in self.settings.evals.again):
            return replace(file, again=True)
        if not holds_samples(file.format, mapping):
            return file
        return replace(file, sampled=self.samples.take(Held(path, blob.id), blob.data, place))

    # -- joining -------------------------------------------------------------------------------

    def _covered(self, snapshot: Snapshot) -> Coverage:
        """Which eval measures which behaviour; worked out anew only where either changed."""
        measured = self.index.located.keys()
        if self._coverage:
            behaviours, generation, coverage = self._coverage
            if behaviours is snapshot.behaviours and generation == self.index.generation:
                return coverage
        coverage = covering.cover(snapshot.behaviours, measured)
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

    def _compare(
        self, pairs: Sequence[Pair], coverage: Coverage, prefix: str, *, rerun: bool
    ) -> tuple[Comparison, ...]:
        old_prefix = f"{self.previous.tag}:{self.previous.bundle}/" if self.previous else ""
        rows = [self._row(pair, coverage, old_prefix, prefix, rerun) for pair in pairs]
        return tuple(adjust(rows))

    def _row(
        self, pair: Pair, coverage: Coverage, old_prefix: str, prefix: str, rerun: bool
    ) -> Comparison:
        behaviour = coverage.of_key.get(pair.key)
        pairs = self._pairs(pair)
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
            samples_old=self._samples_at(old, pair.key, old_prefix),
            samples_new=self._samples_at(new, pair.key, prefix),
            rerun=rerun,
            noise=noise_of(pair.old.measurement, pair.again) if pair.old and pair.again else None,
            variant=pair.variant,
            source_old=old_prefix + pair.old.path if pair.old else None,
            source_new=prefix + pair.new.path if pair.new else None,
        )

    def _pairs(self, pair: Pair) -> Pairs | None:
        if not pair.samples or not pair.new:
            return None
        bounds = partial(score_range, pair.new.measurement)
        return self.samples.pair(*pair.samples, pair.key, bounds)

    def _samples_at(self, held: Held | None, key: Key, prefix: str) -> str | None:
        return (self.samples.source(held, key) or prefix + held.path) if held else None

    def _flips(self, pairs: Sequence[Pair], rows: Sequence[Comparison]) -> Iterator[Flipped]:
        """Examples of what the paired rows are made of."""
        public = self.settings.evals.public_flips
        for pair, row in zip(pairs, rows, strict=True):
            if not pair.samples or not row.paired:
                continue
            found = self.samples.flips(*pair.samples, pair.key, self.settings.evals.flips)
            if found.gained_count or found.lost_count:
                yield Flipped(
                    *(row.task, row.metric, row.filter, row.variant),
                    *(found.gained, found.lost, found.gained_count, found.lost_count),
                    Audience.PUBLIC if public else Audience.INTERNAL,
                )

    @cached_property
    def _latest(self) -> dict[str, str]:
        """The newest tag of each tree so far."""
        return {tree: tag for tag, tree in self.trees}

    @cached_property
    def _sureness(self) -> Sureness:
        evals = self.settings.evals
        return Sureness(alpha=evals.alpha, power=evals.power, margin=evals.margin)

    def _overrides(self, task: str) -> tuple[Override, ...]:
        return tuple(
            Override(one.field, one.reason)
            for one in self.settings.evals.override
            if fnmatchcase(task, one.task)
        )

    def _record(
        self,
        release: Provenance,
        prefix: str,
        old: Snapshot | None,
        new: Snapshot,
        changes: Sequence[FileChange],
        tasks_before: Mapping[str, Collection[str]],
        pairs: Sequence[Pair],
        comparisons: tuple[Comparison, ...],
        coverage: Coverage,
        rollback: Rollback | None,
        remarks: Sequence[str],
    ) -> Point:
        described = diff_bundles(
            old,
            new,
            [ChangedFile(one.path, one.old, one.new) for one in changes],
            lambda path: self._is_internal_path(
                path, {*tasks_before.get(path, ()), *self.index.tasks(path)}
            ),
        )
        if rollback and old:
            rollback = with_losses(rollback, what_is_lost(old, new, described))
        measured_on = {
            key: self.measured.get(at.blob, ("an earlier release", ""))
            for key in coverage.of_key
            for at in self.index.current(key)
        }
        unmeasured = tuple(covering.unmeasured(coverage, measured_on, new.running))
        combination = combine(old, new)
        back = tuple(relapses(self.watched, old, new, self.settings.prompts.publish))

        def audience(key: tuple[str, str, str | None]) -> Audience:
            return covering.audience_of(key, coverage, self.settings.evals.internal)

        facts = Facts(
            tag=release.tag,
            pairs=tuple(pairs),
            comparisons=comparisons,
            coverage=coverage,
            unmeasured=unmeasured,
            combination=combination,
            bundle=new.bundle,
            rollback=rollback,
            relapses=back,
            audience=audience,
            again=self._again,
        )
        standing = Standing(
            line=self.line.name,
            tag=release.tag,
            authored=new.limitations,
            findings=findings(facts),
            closed=closed(facts, self.ledger),
            restored=bool(rollback and rollback.identical),
            place=prefix,
        )
        self.ledger, listed = advance(self.ledger, standing)
        attested = new.bundle.none_known is not None
        if problems := list(check_none_known(listed, attested, prefix + "bundle.yaml")):
            raise RelnotesError(problems)
        same = old is not None and old.running == new.running
        measured = {pair.key for pair in pairs if pair.new}
        internal = Audience.INTERNAL
        carried = self.index.located.keys() - measured if self._may_hide(new) else ()
        material = Material(
            line=self.line.name,
            title=self.line.title or self.line.name,
            short_tag=short_tag(release.tag, self.line),
            provenance=release,
            previous=self.previous,
            old=old,
            new=new,
            changes=described,
            comparisons=comparisons,
            summary=summarise(
                comparisons,
                files=len(self.index.files),
                carried_over=len(self.index.located) - len(measured),
                stale=not same and not (rollback and rollback.identical),
                alpha=self.settings.evals.alpha,
            ),
            limitations=listed,
            unmeasured=unmeasured,
            combination=combination,
            rollback=rollback,
            relapses=back,
            remarks=(*remarks, *_remarks(release.tag, old, new, described)),
            prompt_policy=self.settings.prompts.publish,
            flips=tuple(self._flips(pairs, comparisons)),
        )
        training = [*new.bundle.training, *(old.bundle.training if old else ())]
        hidden = Hidden(
            evals=frozenset(pair.key for pair in pairs if audience(pair.key) is internal),
            training=frozenset(one.id for one in training if one.audience is internal),
            files=self._internal_files(audience),
            carried_over=sum(audience(key) is internal for key in carried),
        )
        return Point(make_record(material), hidden)

    def _again(self, baseline: Measurement, now: Measurement, row: Comparison) -> Comparison:
        """`now` against an older result, judged as `row` was."""
        return compare(
            baseline,
            now,
            self._sureness,
            margin=row.margin,
            blocking=row.blocking,
            overrides=self._overrides(row.task),
        )

    def _may_hide(self, snapshot: Snapshot) -> bool:
        """Whether any result can be internal at all; mostly not, and then nobody has to look."""
        hidden = (one.audience is Audience.INTERNAL for one in snapshot.behaviours)
        return bool(self.settings.evals.internal) or any(hidden)

    def _internal_files(self, audience: Callable[[Key], Audience]) -> int:
        if self.snapshot is None or not self._may_hide(self.snapshot):
            return 0
        return sum(
            bool(keys := [*(one.key for one in file.measurements), *file.sampled])
            and all(audience(key) is Audience.INTERNAL for key in keys)
            for _, file in self.index.files.values()
        )

    def _is_internal_path(self, path: str, tasks: Collection[str]) -> bool:
        """A result file by the tasks that it holds or held, else by what its name says."""
        if kind_of(path) is not FileKind.EVAL:
            return any(fnmatchcase(path, glob) for glob in self.settings.other.internal)
        if self._is_ignored(path):
            return True
        name = path.rpartition("/")[2]
        globs = self.settings.evals.internal
        return any(fnmatchcase(task, glob) for task in tasks for glob in globs) or any(
            fnmatchcase(path.removeprefix("evals/"), glob)
            or fnmatchcase(name, f"samples_{glob.replace('/', '_')}_*")
            for glob in globs
        )

    def _remember(
        self, release: Provenance, old: Snapshot | None, new: Snapshot, rollback: Rollback | None
    ) -> None:
        self.trees.append((release.tag, release.tree or ""))
        self._latest[release.tree or ""] = release.tag
        self.previous = release
        if rollback:
            self.withdrawn.update(rollback.withdraws)
        elif old and new.bundle.release.kind == "hotfix":
            self.watched.extend(taken_out(old, new, release.tag))


def short_tag(tag: str, line: Line) -> str:
    """The tag without the part that only names its line, such as `wren/`."""
    fixed = line.tags.partition("*")[0]
    return tag[len(fixed) :] if fixed.endswith("/") and tag.startswith(fixed) else tag


def _remarks(
    tag: str, old: Snapshot | None, new: Snapshot, changes: Sequence[Change]
) -> Iterator[str]:
    """What the authors wrote that has no effect."""
    if old is None:
        return
    for fragment, written, hint in explains_nothing(new_fragments(old, new), changes):
        yield f'{tag}: {fragment.path} explains "{written}", which did not change{hint}'


def _with_settings(file: EvalFile, settings: Settings) -> EvalFile:
    own = settings.evals.metrics
    if not own or not any(one.metric in own for one in file.measurements):
        return file
    facts = {
        name: metrics.Facts(
            direction=Direction(one.direction) if one.direction else None,
            kind=Kind(one.kind) if one.kind else None,
            unit=one.unit,
        )
        for name, one in own.items()
    }
    measurements = tuple(
        metrics.with_facts(one, facts[one.metric]) if one.metric in facts else one
        for one in file.measurements
    )
    return replace(file, measurements=measurements)
