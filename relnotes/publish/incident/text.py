"""One incident for a terminal: where it stands, everything on file, its follow-ups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo

from relnotes.incident.effective import Standing, read_log
from relnotes.incident.event import Event, Rollback
from relnotes.incident.record import Filed, Head, Incident
from relnotes.incident.status import status_from
from relnotes.incident.times.telling import told_here
from relnotes.incident.vocabulary import FollowUpState, Status
from relnotes.publish.pen import clean
from relnotes.publish.wording import counted

_UNDONE = frozenset({FollowUpState.OPEN, FollowUpState.IN_PROGRESS})
_SIGNS = 6
_LATEST = 4

_NEXT = {
    Status.INVESTIGATING: "mitigate --prompt FILE, or rollback --to RELEASE",
    Status.REOPENED: "mitigate --prompt FILE, or rollback --to RELEASE",
    Status.IDENTIFIED: "rollback --done when it is live, or mitigate --prompt FILE",
    Status.MITIGATED: "rollback --to RELEASE, or resolve when the behaviour is gone",
    Status.MONITORING: "resolve when the behaviour is gone",
    Status.RESOLVED: "postmortem, followup add WHAT, check",
}


def status_text(incident: Incident, zone: tzinfo, now: datetime) -> str:
    """In a few lines: what it is, where it stands, what was logged last, what comes next."""
    log = read_log(incident.events)
    status = status_from(log.events)
    today = now.astimezone(zone).date()
    lines = [*_title(incident, status), ""]
    lines += [_event_line(entry, zone, today) for entry in log.entries[-_LATEST:]]
    undone = [one for one in incident.followups if one.followup.state in _UNDONE]
    if undone:
        lines += ["", f"{len(undone)} follow-up{'s' if len(undone) > 1 else ''} to do"]
    if status in _NEXT:
        lines += ["", f"next: relnotes incident {_NEXT[status]}"]
    return "\n".join(lines)


def show_text(incident: Incident, zone: tzinfo, now: datetime) -> str:
    """Everything on file, in the order in which it happened."""
    log = read_log(incident.events)
    today = now.astimezone(zone).date()
    lines = [*_title(incident, status_from(log.events)), *_head_lines(incident.head), ""]
    for entry in log.entries:
        lines += _told_fully(entry, zone, today)
    if incident.followups:
        lines += ["", "follow-ups", *followup_lines(incident.followups, today)]
    if incident.attachments:
        lines += ["", "attachments", *(f"  {clean(name)}" for name in incident.attachments)]
    if incident.problems:
        lines += ["", "could not be read", *(f"  {clean(str(one))}" for one in incident.problems)]
    return "\n".join(lines)


def followup_lines(
    followups: Sequence[Filed], today: date, *, only_open: bool = False
) -> list[str]:
    return [
        _followup_line(one, today)
        for one in followups
        if one.followup.state in _UNDONE or not only_open
    ]


def _title(incident: Incident, status: Status) -> Iterator[str]:
    head = incident.head
    about = f"  {head.severity.level}  {head.visibility}" if head else ""
    yield f"{clean(incident.id)}  {status.replace('_', ' ')}{about}"
    yield _flat(head.title) if head else "(incident.yaml cannot be read: relnotes incident check)"


def _head_lines(head: Head | None) -> Iterator[str]:
    if head is None:
        return
    rows = {
        "kind": head.kind.replace("_", " "),
        "behaviour": head.behaviour.name if head.behaviour else None,
        "brought by": head.releases.introduced_in,
        "back to": head.releases.rolled_back_to,
        "zone": head.timezone.name + ("" if head.timezone.stated else " (assumed)"),
        "impact": head.impact.summary,
    }
    for name, value in rows.items():
        if value:
            yield f"  {name:<11}{_flat(value)}"
    for change in head.contributing:
        words = f"{change.verdict.replace('_', ' ')}, confidence {change.confidence}"
        yield f"  {'may be':<11}{_flat(change.what)} ({words})"
    for signal in head.signals:
        yield f"  {'known':<11}{_flat(signal.what)} ({signal.heeded.replace('_', ' ')})"


def _event_line(entry: Standing, zone: tzinfo, today: date) -> str:
    event = entry.event
    words = f"  {_flat(event.text)}" if event.text else ""
    struck = "  (retracted)" if not entry.stands else ""
    kind = event.kind.replace("_", " ")
    return f"{event.id[-_SIGNS:]}  {told_here(event.at, zone, today)}  {kind}{words}{struck}"


def _told_fully(entry: Standing, zone: tzinfo, today: date) -> Iterator[str]:
    yield _event_line(entry, zone, today)
    yield from (f"        {line}" for line in _details(entry.event))
    for correction in entry.corrections:
        because = f": {_flat(correction.text)}" if correction.text else ""
        yield f"        corrected {told_here(correction.at, zone, today)}{because}"
    if entry.retraction is not None:
        why = f": {_flat(entry.retraction.text)}" if entry.retraction.text else ""
        yield f"        retracted {told_here(entry.retraction.at, zone, today)}{why}"


def _details(event: Event) -> Iterator[str]:
    if event.release:
        share = "" if event.share is None else f", {event.share:.4g} of traffic"
        yield f"release {clean(event.release)}{share}"
    elif event.share is not None:
        yield f"{event.share:.4g} of traffic"
    if event.source:
        yield f"source {_flat(event.source)}"
    yield from (f"attached {clean(name)}" for name in event.attachments)
    if event.mitigation:
        yield from (f"- {clean(line)}" for line in event.mitigation.removed)
        yield from (f"+ {clean(line)}" for line in event.mitigation.added)
    if event.rollback:
        yield f"to {clean(event.rollback.to)}{_proof(event.rollback)}"
    yield from (_flat(one) for one in event.assumptions)


def _proof(rollback: Rollback) -> str:
    if rollback.proved is None:
        return ""
    if rollback.proved:
        return ", proved equal"
    return f", not equal yet: {counted(len(rollback.differs), 'file')}"


def _followup_line(filed: Filed, today: date) -> str:
    one = filed.followup
    overdue = one.state in _UNDONE and one.due is not None and one.due < today
    due = f"due {one.due}" if one.due else "no day"
    state = one.state.replace("_", " ").replace("wont do", "won't do")
    late = f"  OVERDUE by {counted((today - one.due).days, 'day')}" if overdue and one.due else ""
    who = f"({clean(one.owner or 'nobody yet')}, {due}){late}"
    return f"  {clean(filed.id[:2])}  {state:<11}  {one.type:<8}  {_flat(one.what)}  {who}"


def _flat(text: str) -> str:
    return " ".join(clean(text).split())
