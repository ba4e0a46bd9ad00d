"""Everything on file about one incident, for programs; internal, so never published."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from relnotes.incident.effective import Standing, read_log
from relnotes.incident.record import Incident
from relnotes.incident.status import status_from

SCHEMA = "relnotes.incident-record/1"


def incident_json(incident: Incident) -> str:
    log = read_log(incident.events)
    value = {
        "schema": SCHEMA,
        "id": incident.id,
        "status": status_from(log.events),
        "head": incident.head.model_dump(mode="json", by_alias=True) if incident.head else None,
        "events": [_event(entry) for entry in log.entries],
        "stray": [one.model_dump(mode="json", by_alias=True) for one in log.stray],
        "followups": [
            {"id": one.id, **one.followup.model_dump(mode="json", by_alias=True)}
            for one in incident.followups
        ],
        "attachments": incident.attachments,
        "problems": [asdict(one) for one in incident.problems],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _event(entry: Standing) -> dict[str, Any]:
    """As it stands; with what was said first where that differs."""
    corrected = entry.original if entry.corrections else None
    return {
        **entry.event.model_dump(mode="json", by_alias=True, exclude_defaults=False),
        "retracted": not entry.stands,
        "first_said": corrected.model_dump(mode="json", by_alias=True) if corrected else None,
    }
