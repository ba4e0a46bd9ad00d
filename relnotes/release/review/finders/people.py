"""Signals that nobody answered, and roles that have not agreed."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.obstacles import Obstacle
from relnotes.release.record import Record
from relnotes.release.review.finders.clearing import mend_or_waive
from relnotes.release.review.record import ApprovalEntry, Conflict
from relnotes.release.review.rules import Rules
from relnotes.release.written.review_files import SignalVerdict


def unanswered_signals(record: Record, at: str) -> Iterator[Obstacle]:
    if record.review is None:
        return
    for conflict in record.review.conflicts:
        if not conflict.is_decided:
            yield _conflict(conflict, at)
    for one in record.review.signals:
        if one.verdict == SignalVerdict.BLOCK:
            subject = one.path.rpartition("/")[2].rpartition(".")[0]
            what = f"{one.role or one.kind}: do not release ({', '.join(one.behaviours) or 'all'})"
            clear = mend_or_waive("SIGNAL_BLOCKS", subject, "mend it and let them look again")
            yield Obstacle("SIGNAL_BLOCKS", what, f"{at}/{one.path}", clear, subject)


def _conflict(conflict: Conflict, at: str) -> Obstacle:
    name = conflict.behaviour or "the release as a whole"
    favouring = ", ".join(f"{one.kind} {one.words}" for one in conflict.favouring)
    opposing = ", ".join(f"{one.kind} {one.words}" for one in conflict.opposing)
    sides = "; ".join(filter(None, (opposing, favouring and f"against {favouring}")))
    decision = conflict.decision
    state = "no decision recorded"
    if decision:
        state = f"the decision does not clear it: {decision.missing}"
    files = [one.name for one in conflict.opposing if one.kind != "eval"]
    return Obstacle(
        "SIGNAL_CONFLICT",
        f"{name}: {sides}; {state}",
        f"{at}/{files[0] if files else 'behaviours.yaml'}",
        f"`relnotes decide {conflict.behaviour or '--whole'}`",
        conflict.behaviour or "",
    )


def missing_approvals(record: Record, rules: Rules, at: str) -> Iterator[Obstacle]:
    given = record.review.approvals if record.review else ()
    is_hotfix = record.kind == "hotfix" and rules.approvals_of_hotfix is not None
    needed = rules.approvals_of_hotfix if is_hotfix else rules.approvals
    missing = []
    for role, count in sorted((needed or {}).items()):
        fresh = [one for one in given if one.role == role and one.is_fresh]
        stale = [one for one in given if one.role == role and not one.is_fresh]
        there = len({one.by or number for number, one in enumerate(fresh)})
        if there < count and stale:
            yield _stale(stale[-1], at)
        elif there < count:
            missing.append(role if count == 1 else f"{role} ({there} of {count})")
    if missing:
        yield _missing(missing, at)


def _stale(one: ApprovalEntry, at: str) -> Obstacle:
    who = f"{one.by} ({one.role})" if one.by else one.role
    what = f"{who} approved another bundle on {one.on}; it has changed since"
    clear = f"look at what changed, then `relnotes approve --as {one.role}`"
    return Obstacle("APPROVAL_STALE", what, f"{at}/{one.path}", clear, one.role)


def _missing(roles: list[str], at: str) -> Obstacle:
    named = ", ".join(roles)
    role = roles[0].partition(" (")[0] if len(roles) == 1 else "ROLE"
    clear = f"look at the candidate, then `relnotes approve --as {role}`"
    what = f"not approved by: {named}"
    return Obstacle("APPROVAL_MISSING", what, f"{at}/approvals", clear, named)
