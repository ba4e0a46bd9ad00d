"""Walk the releases of a line, oldest first, and make the record of each.

A fold: what the previous release left behind (its snapshot, results and ledger) and the files
that differ are all that a release needs, so the cost follows what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.result import Measurement
from relnotes.history.hiding import Hiding
from relnotes.history.reading import Content, Reader
from relnotes.history.results import Measured, Results, Sides
from relnotes.release.audience import Hidden
from relnotes.release.differences.diff import (
    ChangedFile,
    diff_bundles,
    explains_nothing,
    new_fragments,
)
from relnotes.release.limitations.coverage import Coverage, unmeasured
from relnotes.release.limitations.findings import Facts, closed, findings
from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.limitations.ledger import Ledger, Standing, advance, check_none_known
from relnotes.release.limitations.relapse import relapses, taken_out
from relnotes.release.notes import (
    Material,
    combine,
    make_record,
    summarise,
    summary_is_left_over,
    what_is_lost,
)
from relnotes.release.record import (
    Change,
    Draft,
    EvalSummary,
    Provenance,
    Record,
    Rollback,
    Watched,
)
from relnotes.release.review.candidate_digest import only_about_it
from relnotes.release.review.drafts import drafts_of
from relnotes.release.review.joining import Reviewed, review_of
from relnotes.release.review.record import Review
from relnotes.release.rollback import find_rollback, with_losses
from relnotes.release.written.snapshot import Snapshot
from relnotes.repository import FileChange
from relnotes.samples import Book
from relnotes.settings import Line, Settings
from relnotes.tagged import short_tag


class Point(msgspec.Struct, frozen=True):
    """A release's record, what of it the public does not see, and what its evals rest on."""

    record: Record
    hidden: Hidden
    results: tuple[Measurement | None, ...]  # the new side of each row of `record.evals`
    coverage: Coverage


class _Step(msgspec.Struct, frozen=True):
    """A release that is taken in, read and measured."""

    release: Provenance
    prefix: str  # before a path, in messages and as a source: "v1.2.0:bundle/"
    old: Snapshot | None
    new: Snapshot
    changes: Sequence[FileChange]
    measured: Measured
    rollback: Rollback | None

    @property
    def same_runs(self) -> bool:
        return self.old is not None and self.old.running == self.new.running

    @property
    def restored(self) -> bool:
        return bool(self.rollback and self.rollback.identical)


class Fold(msgspec.Struct, dict=True):
    """One line after its latest release taken in. `step` takes in the next."""

    line: Line
    settings: Settings
    differing: Callable[[str, str], tuple[str, ...]]  # paths that differ between two trees
    samples: Book
    previous: Provenance | None = None
    snapshot: Snapshot | None = None
    files: dict[str, str] = {}  # blob ids of the whole bundle, by path
    ledger: Ledger = msgspec.field(default_factory=Ledger)
    trees: list[tuple[str, str]] = []  # (tag, tree) so far
    withdrawn: set[str] = set()
    watched: list[Watched] = []

    def __post_init__(self) -> None:
        self.results = Results(self.settings, self.samples)
        self._reader = Reader(self.settings, self.samples)
        self._hiding = Hiding(self.settings)

    def asked(
        self, release: Provenance, changes: Iterable[FileChange]
    ) -> tuple[str, Sequence[FileChange]]:
        """The files whose contents `step` will ask for, in its order, and what is before them."""
        return _prefix(release), tuple(self._reader.wanted(changes))

    def step(
        self, release: Provenance, changes: Sequence[FileChange], contents: Iterator[Content]
    ) -> Point:
        """Take in a release; RelnotesError holds every problem of its files."""
        prefix, old = _prefix(release), self.snapshot
        new, files = self._reader.read(old, changes, contents, prefix)
        self.snapshot = new
        self._take(changes)
        measured = self.results.take(
            files,
            new,
            release.tag,
            Sides(_prefix(self.previous) if self.previous else "", prefix),
            rerun=old is not None and old.running == new.running,
        )
        rollback = self._rollback(release, new, prefix)
        now = _Step(release, prefix, old, new, changes, measured, rollback)
        point = self._point(now)
        self._remember(now)
        return point

    def examine(
        self, release: Provenance, changes: Sequence[FileChange], contents: Iterator[Content]
    ) -> tuple[Problem, ...]:
        """What is wrong with the files of a release, each by itself; the fold stays as it is."""
        try:
            self._reader.read(self.snapshot, changes, contents, _prefix(release), alone=True)
        except RelnotesError as error:
            return error.problems
        return ()

    def _take(self, changes: Iterable[FileChange]) -> None:
        for change in changes:
            if change.new is None:
                self.files.pop(change.path, None)
            else:
                self.files[change.path] = change.new

    def _rollback(self, release: Provenance, new: Snapshot, prefix: str) -> Rollback | None:
        return find_rollback(
            release.tree or "",
            new.bundle,
            self.trees,
            self._latest,
            self.withdrawn,
            self.differing,
            prefix + "bundle.yaml",
        )

    @cached_property
    def _latest(self) -> dict[str, str]:
        """The newest tag of each tree so far."""
        return {tree: tag for tag, tree in self.trees}

    def _remember(self, now: _Step) -> None:
        tag, tree = now.release.tag, now.release.tree or ""
        self.trees.append((tag, tree))
        self._latest[tree] = tag
        self.previous = now.release
        if now.rollback:
            self.withdrawn.update(now.rollback.withdraws)
        elif now.old and now.new.bundle.release.kind == "hotfix":
            self.watched.extend(taken_out(now.old, now.new, tag))

    # -- the record ----------------------------------------------------------------------------

    def _point(self, now: _Step) -> Point:
        changes = self._changes(now)
        facts = self._facts(now, changes)
        listed = self._advance(now, facts)
        record = make_record(self._material(now, changes, facts, listed))
        hidden = self._hiding.hidden(now.old, now.new, now.measured, self.results.index)
        results = tuple(pair.new.measurement if pair.new else None for pair in now.measured.pairs)
        return Point(record, hidden, results, now.measured.coverage)

    def _changes(self, now: _Step) -> tuple[Change, ...]:
        tasks = now.measured.tasks
        return diff_bundles(
            now.old,
            now.new,
            [ChangedFile(one.path, one.old, one.new) for one in now.changes],
            lambda path: self._hiding.is_internal(path, tasks.get(path, ())),
        )

    def _facts(self, now: _Step, changes: Sequence[Change]) -> Facts:
        rollback = now.rollback
        if rollback and now.old:
            rollback = with_losses(rollback, what_is_lost(now.old, now.new, changes))
        publish = self.settings.prompts.publish
        return Facts(
            tag=now.release.tag,
            pairs=now.measured.pairs,
            comparisons=now.measured.rows,
            coverage=now.measured.coverage,
            unmeasured=tuple(unmeasured(now.measured.coverage, now.measured.on, now.new.running)),
            combination=combine(now.old, now.new),
            bundle=now.new.bundle,
            rollback=rollback,
            relapses=tuple(relapses(self.watched, now.old, now.new, publish)),
            audience=self._hiding.audience(now.measured),
            again=self.results.again,
        )

    def _advance(self, now: _Step, facts: Facts) -> tuple[LedgerEntry, ...]:
        """The ledger goes on; what the note says of it."""
        standing = Standing(
            line=self.line.name,
            tag=now.release.tag,
            authored=now.new.limitations,
            findings=findings(facts),
            closed=closed(facts, self.ledger),
            restored=now.restored,
            place=now.prefix,
        )
        self.ledger, listed = advance(self.ledger, standing)
        attested = now.new.bundle.none_known is not None
        if problems := list(check_none_known(listed, attested, now.prefix + "bundle.yaml")):
            raise RelnotesError(problems)
        return listed

    def _material(
        self,
        now: _Step,
        changes: tuple[Change, ...],
        facts: Facts,
        listed: tuple[LedgerEntry, ...],
    ) -> Material:
        drafts = drafts_of(now.old, now.new)
        return Material(
            line=self.line.name,
            title=self.line.title or self.line.name,
            short_tag=short_tag(now.release.tag, self.line),
            provenance=now.release,
            previous=self.previous,
            old=now.old,
            new=now.new,
            changes=changes,
            comparisons=facts.comparisons,
            summary=self._summary(now),
            limitations=listed,
            unmeasured=facts.unmeasured,
            combination=facts.combination,
            rollback=facts.rollback,
            relapses=facts.relapses,
            remarks=(*now.measured.remarks, *_remarks(now, changes, drafts)),
            prompt_policy=self.settings.prompts.publish,
            flips=tuple(self.results.flips(now.measured)),
            drafts=drafts,
            review=self._review(now),
        )

    def _review(self, now: _Step) -> Review:
        facts = Reviewed(
            tag=now.release.tag,
            place=now.prefix,
            come=tuple(one.path for one in now.changes if one.new),
            look_back=bool(now.rollback) or only_about_it(one.path for one in now.changes),
            since=self.previous.date if self.previous else None,
            new=now.new,
            files=self.files,
            comparisons=now.measured.rows,
            coverage=now.measured.coverage,
            measured_on=now.measured.on,
            is_restored=now.restored,
            audience=self._hiding.audience(now.measured),
        )
        return review_of(facts)

    def _summary(self, now: _Step) -> EvalSummary:
        index = self.results.index
        anew = {pair.key for pair in now.measured.pairs if pair.new}
        return summarise(
            now.measured.rows,
            files=len(index.files),
            carried_over=len(index.located) - len(anew),
            stale=not now.same_runs and not now.restored,
            alpha=self.settings.evals.alpha,
        )


def _prefix(release: Provenance) -> str:
    return f"{release.tag}:{release.bundle}/"


def _remarks(now: _Step, changes: Sequence[Change], drafts: Iterable[Draft]) -> Iterator[str]:
    """What the authors wrote that has no effect."""
    for draft in drafts:
        if not draft.published:
            place = f"{now.release.tag}: {draft.path}"
            yield f"{place} is a draft that nobody approved, and is left out"
    if now.old is None:
        return
    if summary_is_left_over(now.old, now.new) and not now.restored:
        place = f"{now.release.tag}: bundle.yaml"
        yield f"{place} has the release.summary of the release before, and it is left out"
    for fragment, written, hint in explains_nothing(new_fragments(now.old, now.new), changes):
        place = f"{now.release.tag}: {fragment.path}"
        yield f'{place} explains "{written}", which did not change{hint}'
