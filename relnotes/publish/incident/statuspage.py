"""An incident in the shape that Statuspage gives its own, for tools that read that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from relnotes.incident.effective import effective_events
from relnotes.incident.event import Event
from relnotes.incident.record import Incident
from relnotes.incident.status import public_status, status_from
from relnotes.incident.vocabulary import EventKind, Precision, PublicStatus, Severity
from relnotes.publish.incident import wording as say

_IMPACTS = {
    Severity.SEV1: "critical",
    Severity.SEV2: "major",
    Severity.SEV3: "minor",
    Severity.SEV4: "none",
    Severity.UNRATED: "none",
}
_WORDS = frozenset(
    {EventKind.PUBLIC_UPDATE, EventKind.PUBLIC_STATEMENT, EventKind.POSTMORTEM_PUBLISHED}
)
_LATE = frozenset({PublicStatus.MONITORING.value, PublicStatus.RESOLVED.value})


def statuspage_json(incident: Incident) -> str:
    """`incident` is its public side. Updates come newest first, as they do there.

    An update stands at the latest instant at which it can have happened, and says so: never
    before it was true.
    """
    head, updates = incident.head, list(_updates(incident))
    times = [update["display_at"] for update in updates]
    status = updates[-1]["status"] if updates else PublicStatus.INVESTIGATING.value
    told = {
        "id": incident.id,
        "name": head.title if head else incident.id,
        "status": status,
        "impact": _IMPACTS[head.severity.level] if head else None,
        "created_at": times[0] if times else None,
        "started_at": times[0] if times else None,
        "updated_at": times[-1] if times else None,
        "monitoring_at": _reached(updates, PublicStatus.MONITORING),
        "resolved_at": _reached(updates, PublicStatus.RESOLVED),
        "incident_updates": updates[::-1],
        "components": [],
    }
    return json.dumps({"incident": told}, indent=2, ensure_ascii=False) + "\n"


def _updates(incident: Incident) -> Iterator[dict[str, Any]]:
    """Oldest first, each with the status that was reached with it."""
    events = sorted(effective_events(incident.events), key=lambda one: one.at.bounds[::-1])
    for number, event in enumerate(events, 1):
        at = _stamp(event.at.bounds[1])
        yield {
            "id": event.id,
            "incident_id": incident.id,
            "status": public_status(status_from(events[:number])).value,
            "body": _body(event),
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": None,
        }


def _body(event: Event) -> str:
    name = say.EVENTS[event.kind]
    words = f"{name}: {event.text}" if event.text else f"{name}."
    if event.kind in _WORDS and event.text:
        words = event.text
    vague = event.at.precision is not Precision.MINUTE
    return f"{words} (when: {say.moment(event.at)})" if vague else words


def _reached(updates: list[dict[str, Any]], wanted: PublicStatus) -> str | None:
    """Since when it is so, or has been on the way to being resolved; None where it is not."""
    last = list(takewhile(lambda update: update["status"] in _LATE, reversed(updates)))
    return next((one["display_at"] for one in reversed(last) if one["status"] == wanted), None)


def _stamp(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
