"""Walk the releases of a line, oldest first, and make the record of each.

A fold: what the previous release left behind (its snapshot, results and ledger) and the files
that differ are all that a release needs, so the cost follows what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.evals import metrics
from relnotes.evals.comparability import Override
from relnotes.evals.comparison import Comparison, adjust, compare
from relnotes.evals.comparison import Settings as Sureness
from relnotes.evals.index import EvalIndex, Pair
from relnotes.evals.mapping import mapping_of
from relnotes.evals.readers import lm_eval_samples, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.release import coverage as covering
from relnotes.release.bundle import Audience, Publish
from relnotes.release.coverage import Coverage
from relnotes.release.diff import ChangedFile, diff_bundles
from relnotes.release.findings import Facts, closed, findings
from relnotes.release.ledger import Ledger, Standing, advance, check_none_known
from relnotes.release.notes import (
    Material,
    combine,
    is_rollback,
    make_record,
    summarise,
    what_is_lost,
)
from relnotes.release.prompt_diff import (
    diff_texts,
    removed_lines,
    returned_lines,
    reworded_lines,
)
from relnotes.release.record import Provenance, Record, Relapse, Rollback, Watched
from relnotes.release.snapshot import FileKind, Snapshot, kind_of, updated
from relnotes.repository import Blob, FileChange, unreadable_modes
from relnotes.settings import Line, Settings

_NO_FILES = frozenset({"120000", "160000"})  # a symbolic link, a submodule


@dataclass(frozen=True, slots=True)
class Point:
    """A release's record, and what of it the public does not see."""

    record: Record
    internal_evals: frozenset[tuple[str, str, str | None]]
    internal_training: frozenset[str]


@dataclass
class Fold:
    """One line after its latest release taken in. `step` takes in the next."""

    line: Line
    settings: Settings
    differing: Callable[[str, str], tuple[str, ...]]  # paths that differ between two trees
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
        pairs = self.index.apply(results)
        coverage = self._covered(snapshot)
        running = snapshot.running
        for pair in pairs:
            if pair.new and pair.key in coverage.of_key:
                self.measured.setdefault(pair.new.blob, (release.tag, running))
        rollback = self._rollback(release, old, snapshot)
        comparisons = self._compare(pairs, coverage, prefix)
        point = self._record(
            release, prefix, old, snapshot, changes, pairs, comparisons, coverage, rollback
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
        if blob.data is None and lm_eval_samples.recognise(blob.head):
            return lm_eval_samples.read(blob.head, place)
        if blob.data is None:
            limit = self.settings.limits.max_file_mb
            raise fail(
                place,
                f"{blob.size / 1e6:,.0f} MB; a result file may have {limit} MB",
                "raise limits.max_file_mb, or declare it under [[evals.ignore]] with a reason",
            )
        file = read_eval(blob.data, place, mapping_of(path, self.settings.evals.mapping))
        return _with_settings(file, self.settings)

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

    def _compare(
        self, pairs: Sequence[Pair], coverage: Coverage, prefix: str
    ) -> tuple[Comparison, ...]:
        old_prefix = f"{self.previous.tag}:{self.previous.bundle}/" if self.previous else ""
        rows = [self._row(pair, coverage, old_prefix, prefix) for pair in pairs]
        return tuple(adjust(rows))

    def _row(self, pair: Pair, coverage: Coverage, old_prefix: str, prefix: str) -> Comparison:
        behaviour = coverage.of_key.get(pair.key)
        return compare(
            pair.old.measurement if pair.old else None,
            pair.new.measurement if pair.new else None,
            self._sureness,
            margin=behaviour.margin if behaviour else None,
            blocking=behaviour.blocking if behaviour else False,
            behaviour=behaviour.id if behaviour else None,
            overrides=self._overrides(pair.key[0]),
            variant=pair.variant,
            source_old=old_prefix + pair.old.path if pair.old else None,
            source_new=prefix + pair.new.path if pair.new else None,
        )

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
        pairs: Sequence[Pair],
        comparisons: tuple[Comparison, ...],
        coverage: Coverage,
        rollback: Rollback | None,
    ) -> Point:
        described = diff_bundles(
            old,
            new,
            [ChangedFile(one.path, one.old, one.new) for one in changes],
            self._is_internal_path,
        )
        if rollback and old:
            rollback = _with_losses(rollback, what_is_lost(old, new, described))
        measured_on = {
            key: self.measured.get(at.blob, ("an earlier release", ""))
            for key in coverage.of_key
            for at in self.index.current(key)
        }
        unmeasured = tuple(covering.unmeasured(coverage, measured_on, new.running))
        combination = combine(old, new)
        relapses = tuple(_relapses(self.watched, new, self.settings.prompts.publish))

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
            relapses=relapses,
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
                carried_over=len(self.index.located) - len({pair.key for pair in pairs}),
                stale=not same and not (rollback and rollback.identical),
                alpha=self.settings.evals.alpha,
            ),
            limitations=listed,
            unmeasured=unmeasured,
            combination=combination,
            rollback=rollback,
            relapses=relapses,
            prompt_policy=self.settings.prompts.publish,
        )
        hidden = frozenset(pair.key for pair in pairs if audience(pair.key) is Audience.INTERNAL)
        training = [*new.bundle.training, *(old.bundle.training if old else ())]
        internal = frozenset(one.id for one in training if one.audience is Audience.INTERNAL)
        return Point(make_record(material), hidden, internal)

    def _again(self, baseline: Measurement, now: Measurement) -> Comparison:
        return compare(baseline, now, self._sureness)

    def _is_internal_path(self, path: str) -> bool:
        if kind_of(path) is not FileKind.EVAL:
            return any(fnmatchcase(path, glob) for glob in self.settings.other.internal)
        globs = self.settings.evals.internal
        tasks = self.index.tasks(path)
        return any(fnmatchcase(task, glob) for task in tasks for glob in globs)

    # -- rollbacks and relapses ----------------------------------------------------------------

    def _rollback(
        self, release: Provenance, old: Snapshot | None, new: Snapshot
    ) -> Rollback | None:
        """By the tree, whatever the bundle says; else by what the bundle declares."""
        if old is None or not self.trees:
            return None
        tree = release.tree or ""
        earlier = [tag for tag, known in self.trees if known == tree]
        if earlier and self.trees[-1][1] != tree:
            return self._restoring(earlier[-1], tree, ())
        declared = new.bundle.release
        if not is_rollback(new.bundle) or not declared.restores:
            return None
        known = dict(self.trees)
        if declared.restores not in known:
            place = f"{release.tag}:{release.bundle}/bundle.yaml"
            what = f'release.restores names "{declared.restores}", which is no earlier release'
            raise fail(place, what, f"earlier releases: {', '.join(list(known)[-5:])}")
        differs = self.differing(known[declared.restores], tree)
        return self._restoring(declared.restores, known[declared.restores], differs)

    def _restoring(self, tag: str, tree: str, differs: tuple[str, ...]) -> Rollback:
        tags = [one for one, _ in self.trees]
        after = tags[tags.index(tag) + 1 :]
        withdraws = tuple(one for one in after if one not in self.withdrawn)
        return Rollback(tag, tree, not differs, differs, withdraws, ())

    def _remember(
        self, release: Provenance, old: Snapshot | None, new: Snapshot, rollback: Rollback | None
    ) -> None:
        self.trees.append((release.tag, release.tree or ""))
        self.previous = release
        if rollback:
            self.withdrawn.update(rollback.withdraws)
        elif old and new.bundle.release.kind == "hotfix":
            self.watched.extend(_taken_out(old, new, release.tag))


def short_tag(tag: str, line: Line) -> str:
    """The tag without the part that only names its line, such as `wren/`."""
    fixed = line.tags.partition("*")[0]
    return tag[len(fixed) :] if fixed.endswith("/") and tag.startswith(fixed) else tag


def _with_losses(rollback: Rollback, lost: tuple[str, ...]) -> Rollback:
    return Rollback(
        rollback.restores,
        rollback.restored_tree,
        rollback.identical,
        rollback.differs,
        rollback.withdraws,
        lost,
    )


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
    return EvalFile(
        file.format,
        file.harness,
        file.harness_version,
        file.started,
        file.model,
        measurements,
        file.remarks,
    )


def _taken_out(old: Snapshot, new: Snapshot, tag: str) -> Iterator[Watched]:
    """Lines that a hotfix removed from a prompt."""
    texts = {prompt.name: old.prompts.get(prompt.file) for prompt in old.bundle.prompts}
    for prompt in new.bundle.prompts:
        before, after = texts.get(prompt.name), new.prompts.get(prompt.file)
        if before is not None and after is not None and before != after:
            for line in removed_lines(diff_texts(before, after)):
                yield Watched(line, prompt.name, tag)


def _relapses(watched: Sequence[Watched], new: Snapshot, default: Publish) -> Iterator[Relapse]:
    for prompt in new.bundle.prompts:
        mine = {one.line: one for one in watched if one.prompt == prompt.name}
        text = new.prompts.get(prompt.file) or ""
        publish = (prompt.publish or default).value
        if not mine or not text:
            continue
        for line in returned_lines(list(mine), text):
            yield Relapse(line, prompt.name, mine[line].removed_in, line, 1.0, publish)
        for line, found, similarity in reworded_lines(list(mine), text):
            one = mine[line]
            yield Relapse(line, prompt.name, one.removed_in, found, round(similarity, 3), publish)
