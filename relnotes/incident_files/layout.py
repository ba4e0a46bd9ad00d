"""What the files of an incident are called, and what their names say."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

FOLDER = "incidents"
HEAD = "incident.yaml"
EVENTS = "events"
FOLLOWUPS = "followups"
ATTACHMENTS = "attachments"
POSTMORTEM = "postmortem.md"

_ULID = r"[0-9A-HJKMNP-TV-Z]{26}"
_EVENT = re.compile(rf"(?P<utc>\d{{8}}T\d{{6}}Z)-(?P<id>{_ULID})-(?P<kind>[a-z_]+)\.yaml")


@dataclass(frozen=True, slots=True)
class EventName:
    """What the name of an event's file says without opening it."""

    id: str
    kind: str


def event_name(at: datetime, id_: str, kind: str) -> str:
    """`20250426T020000Z-01JSS…-note.yaml`: a folder listing is a timeline."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{id_}-{kind}.yaml"


def parse_event_name(name: str) -> EventName | None:
    """None where the file was not named by `event_name`."""
    found = _EVENT.fullmatch(name)
    return EventName(found["id"], found["kind"]) if found else None


def slug(words: str, longest: int = 40) -> str:
    """Lower-case words joined by hyphens, cut between words; `incident` where none is left."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("'", "").replace("’", ""))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    parts = re.findall(r"[a-z0-9]+", letters)
    kept = ""
    for part in parts:
        joined = f"{kept}-{part}" if kept else part[:longest]
        if len(joined) > longest:
            break
        kept = joined
    return kept or "incident"
