"""Join what people said about a release with its facts: the review part of its record. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparison import Comparison
from relnotes.release.limitations.coverage import Coverage, Key
from relnotes.release.review.candidate_digest import candidate_digest
from relnotes.release.review.conflicts import Heard, find_conflicts
from relnotes.release.review.matrix import matrix
from relnotes.release.review.record import (
    ApprovalEntry,
    BehaviourRow,
    Conflict,
    Covering,
    Evidence,
    Review,
    SignalEntry,
    WaiverEntry,
)
from relnotes.release.written.bundle import Audience
from relnotes.release.written.file_kinds import FileKind
from relnotes.release.written.review_files import Approval, Decision, Signal, Waiver
from relnotes.release.written.snapshot import Snapshot
from relnotes.validation import did_you_mean


class Reviewed(msgspec.Struct, frozen=True):
    """What is known of the release when its review is made."""

    tag: str
    place: str  # prefix of paths in problems, "v1.2.0:bundle/"
    come: tuple[str, ...]  # paths of files that are new or edited since the release before
    look_back: bool  # whether approvals that came earlier can be of this very bundle
    since: str | None  # date of the release before; a waiver that ended by then is history
    new: Snapshot
    files: Mapping[str, str]  # blob ids of the whole bundle, by path
    comparisons: tuple[Comparison, ...]
    coverage: Coverage
    measured_on: Mapping[Key, tuple[str, str]]
    is_restored: bool  # the bundle is an earlier release again: what was said then is no news
    audience: Callable[[Key], Audience]


def review_of(facts: Reviewed) -> Review:
    """RelnotesError where a new signal, decision or waiver names a behaviour that there is not."""
    running = facts.new.running
    _check_names(facts)
    signals = () if facts.is_restored else tuple(_signals(facts))
    digest = candidate_digest(facts.files)
    return Review(
        digest=digest,
        runs=running,
        coverage=matrix(
            facts.coverage,
            facts.measured_on,
            facts.comparisons,
            (facts.tag, running),
            facts.audience,
        ),
        signals=signals,
        conflicts=find_conflicts(_heard(facts, signals)) if signals else (),
        approvals=tuple(_approvals(facts, digest)),
        waivers=tuple(_waivers(facts)),
    )


def _heard(facts: Reviewed, signals: tuple[SignalEntry, ...]) -> Heard:
    return Heard(
        signals=signals,
        comparisons=facts.comparisons,
        behaviours=facts.new.behaviours,
        decisions={
            path: parsed.model
            for path, parsed in facts.new.statements.get(FileKind.DECISION, {}).items()
        },
        runs=facts.new.running,
        hidden=lambda one: facts.audience((one.task, one.metric, one.filter)) is Audience.INTERNAL,
    )


def _come(facts: Reviewed) -> Iterator[tuple[str, object]]:
    """What people said since the release before, by path."""
    for path in sorted(facts.come):
        if parsed := facts.new.statement(path):
            yield path, parsed.model


def _signals(facts: Reviewed) -> Iterator[SignalEntry]:
    for path, one in _come(facts):
        if isinstance(one, Signal):
            yield SignalEntry(
                path=path,
                kind=one.kind.value,
                on=one.on.isoformat(),
                verdict=one.verdict.value,
                found=one.found,
                behaviours=one.behaviours,
                against=one.against,
                role=one.role,
                tried=one.tried,
                count=one.count,
                uneasy=one.uneasy,
                quotes=one.quotes,
                horizon=one.horizon.value if one.horizon else None,
                candidate=one.candidate,
                is_current=one.candidate in (None, facts.new.running),
                audience=one.audience,
            )


def _approvals(facts: Reviewed, digest: str) -> Iterator[ApprovalEntry]:
    """Those of this bundle, and those that came with this release and are of another."""
    known = facts.new.statements.get(FileKind.APPROVAL, {}) if facts.look_back else {}
    earlier = {path: one.model for path, one in known.items() if one.model.candidate == digest}
    for path, one in sorted({**earlier, **dict(_come(facts))}.items()):
        if isinstance(one, Approval):
            yield ApprovalEntry(
                path=path,
                role=one.role,
                by=one.by,
                on=one.on.isoformat(),
                candidate=one.candidate,
                commit=one.commit,
                is_fresh=one.candidate == digest,
            )


def _waivers(facts: Reviewed) -> Iterator[WaiverEntry]:
    """Those that counted at the release before, or count since: that one has ended is news."""
    internal = {one.id for one in facts.new.behaviours if one.audience is Audience.INTERNAL}
    since = date.fromisoformat(facts.since[:10]) if facts.since else date.min
    for path, parsed in sorted(facts.new.statements.get(FileKind.WAIVER, {}).items()):
        one: Waiver = parsed.model
        if one.until >= since:
            yield WaiverEntry(
                path=path,
                code=one.code,
                subject=one.subject,
                by=one.by,
                on=one.on.isoformat(),
                until=one.until.isoformat(),
                reason=one.reason,
                public=one.public,
                audience=Audience.INTERNAL if one.subject in internal else Audience.PUBLIC,
            )


def _check_names(facts: Reviewed) -> None:
    known = [one.id for one in facts.new.behaviours]
    problems = []
    for path, model in _come(facts):
        for name in _named(model):
            if name not in known:
                what = f'"{name}" is no behaviour of behaviours.yaml{did_you_mean(name, known)}'
                problems.append(Problem(facts.place + path, what))
    if problems:
        raise RelnotesError(problems)


def _named(model: object) -> Iterable[str]:
    if isinstance(model, Signal):
        return (*model.behaviours, *model.against)
    if isinstance(model, Decision) and model.behaviour:
        return (model.behaviour,)
    return ()


# -- for the public ----------------------------------------------------------------------------


def public_review(review: Review) -> Review:
    """Without what is internal; without reasons, paths, and names where a role is given."""
    parts = (review.coverage, review.signals, review.conflicts, review.approvals, review.waivers)
    if not any(parts):
        return review  # as of most releases
    return replace(
        review,
        coverage=tuple(
            replace(row, evals=tuple(_public(row.evals))) for row in _public(review.coverage)
        ),
        signals=tuple(_public_signals(review)),
        conflicts=tuple(_public_conflict(one) for one in _public(review.conflicts)),
        approvals=tuple(replace(one, path="", by=None) for one in review.approvals),
        waivers=tuple(
            replace(one, path="", by=None, reason=None) for one in _public(review.waivers)
        ),
    )


_T = TypeVar("_T", BehaviourRow, Conflict, Covering, Evidence, SignalEntry, WaiverEntry)


def _public(items: Iterable[_T]) -> Iterator[_T]:
    return (one for one in items if one.audience is Audience.PUBLIC)


def _public_signals(review: Review) -> Iterator[SignalEntry]:
    """Public ones, without the behaviours that are not."""
    hidden = {one.behaviour for one in review.coverage if one.audience is Audience.INTERNAL}
    for one in _public(review.signals):
        yield replace(
            one,
            behaviours=tuple(name for name in one.behaviours if name not in hidden),
            against=tuple(name for name in one.against if name not in hidden),
        )


def _public_conflict(one: Conflict) -> Conflict:
    decision = one.decision
    if decision:
        by = None if decision.role else decision.by
        missing = "it does not cover all that is known" if decision.missing else ""
        decision = replace(decision, path="", by=by, reason=None, missing=missing)
    return replace(
        one,
        favouring=tuple(_public(one.favouring)),
        opposing=tuple(_public(one.opposing)),
        decision=decision,
    )


def withheld_count(review: Review) -> int:
    """How many signals, conflicts and waivers the public does not see."""
    parts = (review.signals, review.conflicts, review.waivers)
    return sum(one.audience is Audience.INTERNAL for some in parts for one in some)
