"""An incident with a mark in every text that it can hold, to be looked for elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from canaries import Canaries
from incidentkit import event, minute

from relnotes.errors import Problem
from relnotes.incident.event import Event
from relnotes.incident.record import Filed, FollowUp, Head, Incident
from relnotes.incident.vocabulary import EventKind, FollowUpType, Gate, Heeded, Visibility

# What even an incident, an event or a follow-up that is public keeps to itself.
KEPT_INSIDE = {
    *("head.severity.why", "head.limitations", "head.accepted.why", "followup.owner"),
    *("problem", "postmortem"),
    *("event.by", "event.attachments", "event.rollback.differs", "event.rollback.lost"),
    *("event.mitigation.removed", "event.mitigation.added", "event.mitigation.diff"),
}
KEPT_INSIDE |= {
    path.replace(".", ".restates.", 1).replace("event", "fix", 1)
    for path in KEPT_INSIDE
    if path.startswith("event.")
} | {"fix.by", "fix.attachments"}


def planted_incident(
    visible: Callable[[str], Visibility], name: str = "2026-05-04-wren", first_mark: int = 0
) -> tuple[Incident, Canaries]:
    """An incident with an event, its correction, and a mark wherever a text can stand."""
    first, second = (event(EventKind.NOTE, "2026-05-04 10:00") for _ in range(2))
    at = minute("2026-05-04 10:00")
    always: dict[str, Any] = {
        "head.id": name,
        "head.accepted.code": "EVAL_DEBT",
        "head.signals.heeded": Heeded.MISSED,
        "head.blind_spots.gate": Gate.SAFETY,
        "followup.type": FollowUpType.DETECT,
        **{f"event.{key}": None for key in ("corrects", "restates", "outcome")},
        **{f"fix.{key}": None for key in ("mitigation", "rollback")},
        **{"event.id": first.id, "fix.id": second.id, "fix.corrects": first.id},
        **{f"{place}.kind": EventKind.DECISION for place in ("event", "fix.restates")},
        "fix.kind": EventKind.CORRECTION,
    }
    for place in ("event", "fix", "fix.restates"):
        always |= {f"{place}.at.value": at.value, f"{place}.recorded_at": second.recorded_at}
        always |= {f"{place}.mitigation.{key}": "a" * 40 for key in ("commit", "old_commit")}
    canaries = Canaries(visible, always, first=first_mark)
    head, followup = canaries.plant(Head, "head"), canaries.plant(FollowUp, "followup")
    events = canaries.plant(Event, "event"), canaries.plant(Event, "fix")
    return (
        Incident(
            name,
            f"incidents/{name}",
            head,
            events,
            (Filed("01-x", f"incidents/{name}/followups/01-x.yaml", followup),),
            events[0].attachments,
            canaries.mark("postmortem"),
            (Problem("here", canaries.mark("problem")),),
        ),
        canaries,
    )
