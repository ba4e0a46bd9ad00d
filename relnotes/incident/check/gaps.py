"""What is missing from the record of an incident, or cannot be so, before it can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from relnotes.incident.event import Event
from relnotes.incident.facts import Facts
from relnotes.incident.public import withheld
from relnotes.incident.record import Head, Incident
from relnotes.incident.vocabulary import EventKind, Visibility
from relnotes.obstacles import Obstacle

_STARTS = {
    EventKind.ROLLOUT_STARTED: "the rollout started",
    EventKind.DETECTED: "it was detected",
    EventKind.DECLARED: "it was declared an incident",
}
_SOFTENED = (EventKind.MITIGATION_APPLIED, EventKind.ROLLBACK_COMPLETED, EventKind.FIX_SHIPPED)
_IN_ORDER = (
    (EventKind.ROLLOUT_STARTED, EventKind.ROLLOUT_COMPLETED),
    (EventKind.ROLLOUT_STARTED, EventKind.DETECTED),
    (EventKind.DETECTED, EventKind.DECLARED),
    (EventKind.ROLLOUT_STARTED, EventKind.MITIGATION_APPLIED),
    (EventKind.ROLLBACK_STARTED, EventKind.ROLLBACK_COMPLETED),
    (EventKind.DETECTED, EventKind.RESOLVED),
    (EventKind.RESOLVED, EventKind.CLOSED),
)
_PUBLIC_WORDS = (EventKind.PUBLIC_STATEMENT, EventKind.PUBLIC_UPDATE)


def milestones(incident: Incident, events: Iterable[Event], *, over: bool) -> Iterator[Obstacle]:
    """MISSING_MILESTONE: the times that every number is made of."""
    kinds = {event.kind for event in events}
    for kind in _STARTS:
        if kind not in kinds:
            yield _missing(incident, f"no event says when {_STARTS[kind]}", kind.value)
    if over and not kinds & set(_SOFTENED):
        what = "it is over, and no mitigation, rollback or fix was logged"
        yield _missing(incident, what, "mitigation_applied")


def order(incident: Incident, events: Iterable[Event]) -> Iterator[Obstacle]:
    """EVENT_ORDER: what surely ended before it began, and by how much."""
    found = tuple(events)
    for first_kind, second_kind in _IN_ORDER:
        first, second = _first(found, first_kind), _first(found, second_kind)
        if first is None or second is None:
            continue
        gap = first.at.bounds[0] - second.at.bounds[1]
        if gap > timedelta(0):
            yield Obstacle(
                "EVENT_ORDER",
                f"{_words(second_kind)} {_span(gap)} before {_words(first_kind)}",
                f"{incident.folder}/events",
                f"correct the one that is wrong: relnotes incident correct {second.id}",
                subject=second.id,
            )


def rollback(
    incident: Incident, head: Head, events: Iterable[Event], facts: Facts
) -> Iterator[Obstacle]:
    """NO_ROLLBACK_TARGET, ROLLBACK_TARGET_NOT_IN_GIT."""
    begun = [event for event in events if event.kind is EventKind.ROLLBACK_STARTED]
    targets = {event.rollback.to for event in begun if event.rollback}
    if head.releases.rolled_back_to:
        targets.add(head.releases.rolled_back_to)
    if begun and not targets:
        yield Obstacle(
            "NO_ROLLBACK_TARGET",
            "a rollback is logged, and not which release it went back to",
            f"{incident.folder}/incident.yaml",
            "write the tag there: releases: {rolled_back_to: TAG}",
        )
    for target in sorted(targets):
        if facts.releases is not None and target not in facts.releases:
            yield Obstacle(
                "ROLLBACK_TARGET_NOT_IN_GIT",
                f"it was rolled back to {target}, which is no release of this repository",
                f"{incident.folder}/incident.yaml",
                "name the tag, or fetch it",
                subject=target,
            )


def mitigations(incident: Incident, events: Iterable[Event], facts: Facts) -> Iterator[Obstacle]:
    """MITIGATION_COMMIT_UNKNOWN: neither a commit nor a release shows what was changed."""
    for event in events:
        if event.kind is not EventKind.MITIGATION_APPLIED:
            continue
        commit = event.mitigation.commit if event.mitigation else None
        shown = commit or (event.release and event.release in (facts.releases or ()))
        what = "" if shown else "a mitigation is logged, and not the commit that made it"
        if commit and facts.commits is not None and commit not in facts.commits:
            what = f"the mitigation's commit {commit[:12]} is not in the history; was it rebased?"
        if what:
            yield Obstacle(
                "MITIGATION_COMMIT_UNKNOWN",
                what,
                f"{incident.folder}/events",
                f"relnotes incident correct {event.id[-6:]} --commit SHA",
                subject=event.id,
            )


def lessons(incident: Incident, head: Head) -> Iterator[Obstacle]:
    """NO_BLIND_SPOT, NO_EVAL_PLANNED, FOLLOWUP_WITHOUT_OWNER."""
    place = f"{incident.folder}/incident.yaml"
    if not head.blind_spots:
        what = "no gate is named that could have caught it, so none will"
        mend = "write blind_spots there, such as - {gate: ab_tests, what: had no signal for it}"
        yield Obstacle("NO_BLIND_SPOT", what, place, mend)
    if not head.evals_to_add and not any(one.followup.eval for one in incident.followups):
        what = "no eval is planned that would notice it the next time"
        mend = 'relnotes incident followup add "WHAT" --eval TASK'
        yield Obstacle("NO_EVAL_PLANNED", what, place, mend)
    for filed in incident.followups:
        if filed.followup.owner is None:
            what = f"nobody owns: {filed.followup.what.removesuffix('.')}"
            mend = f"relnotes incident followup edit {filed.id.split('-')[0]} --owner NAME"
            yield Obstacle("FOLLOWUP_WITHOUT_OWNER", what, filed.path, mend, subject=filed.id)


def public_words(incident: Incident, head: Head, events: Iterable[Event]) -> Iterator[Obstacle]:
    """NO_PUBLIC_STATEMENT: it is public, and nobody told the public."""
    if head.visibility is Visibility.PUBLIC and not any(
        event.kind in _PUBLIC_WORDS for event in events
    ):
        yield Obstacle(
            "NO_PUBLIC_STATEMENT",
            "this incident is public, and no public word is logged",
            f"{incident.folder}/events",
            "log what was said, and where: relnotes incident log --kind public_statement",
        )


def withheld_events(incident: Incident, head: Head) -> Iterator[Obstacle]:
    """EVENT_WITHHELD: marked public, and not shown, since an internal correction changed it."""
    for entry in withheld(incident) if head.visibility is Visibility.PUBLIC else ():
        yield Obstacle(
            "EVENT_WITHHELD",
            "this event is public, and an internal correction keeps it from the public",
            f"{incident.folder}/events",
            f"relnotes incident correct {entry.event.id[-6:]} --visibility public (or internal)",
            subject=entry.event.kind.value,
            blocking=False,
        )


def limitation(incident: Incident, head: Head, facts: Facts) -> Iterator[Obstacle]:
    """LIMITATION_NOT_BACKFILLED: the notes of the affected release do not tell of it."""
    release = head.releases.introduced_in
    if release is None or facts.told is None or set(head.limitations) & set(facts.told):
        return
    named = ", ".join(head.limitations)
    what = f"the page of {release} tells of no known limitation from this"
    yield Obstacle(
        "LIMITATION_NOT_BACKFILLED",
        f"{what} ({named} is not on it)" if named else what,
        f"{incident.folder}/incident.yaml",
        'relnotes incident backfill "WHAT USERS SHOULD KNOW" --limitation ID',
        subject=release,
    )


def _missing(incident: Incident, what: str, kind: str) -> Obstacle:
    return Obstacle(
        "MISSING_MILESTONE",
        what,
        f"{incident.folder}/events",
        f"relnotes incident log --kind {kind} --at …",
        subject=kind,
    )


def _first(events: Iterable[Event], kind: EventKind) -> Event | None:
    return next((event for event in events if event.kind is kind), None)


def _words(kind: EventKind) -> str:
    return kind.value.replace("_", " ")


def _span(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 4320 else f"{minutes // 1440} days"
