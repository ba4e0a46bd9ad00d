"""What can be known of incidents without reading them: at night the answer must be immediate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from relnotes.errors import RelnotesError
from relnotes.incident_files.layout import EVENTS, FOLDER, HEAD, EventName, parse_event_name

_ENDS = frozenset({"resolved", "closed"})


class Stage(IntEnum):
    """How near an incident is to be the one that is meant."""

    OPEN = 0
    RESOLVED = 1
    CLOSED = 2


@dataclass(frozen=True, slots=True)
class Glance:
    """An incident by the names of its files."""

    folder: Path
    stage: Stage
    newest: str | None  # id of the event recorded last

    @property
    def id(self) -> str:
        return self.folder.name


def glances(root: Path) -> list[Glance]:
    """Every incident, by id."""
    try:
        folders = sorted((root / FOLDER).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = (glance(folder) for folder in folders if not folder.name.startswith("."))
    return [one for one in found if one is not None]


def glance(folder: Path) -> Glance | None:
    """None where the folder is no incident."""
    try:
        names = [path.name for path in (folder / EVENTS).iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        names = []
    if not names and not (folder / HEAD).is_file():
        return None
    events = sorted(
        (one for name in names if (one := parse_event_name(name))), key=lambda one: one.id
    )
    return Glance(folder, _stage(folder, events), events[-1].id if events else None)


def _stage(folder: Path, events: list[EventName]) -> Stage:
    kinds = [event.kind for event in events]
    if _ENDS.isdisjoint(kinds):
        return Stage.OPEN
    if {"retraction", "correction", "reopened"}.isdisjoint(kinds):
        return Stage.CLOSED if "closed" in kinds else Stage.RESOLVED
    return _read_stage(folder)


def _read_stage(folder: Path) -> Stage:
    """Names do not say what was retracted, nor which of two came last."""
    from relnotes.incident.effective import effective_events
    from relnotes.incident.status import OVER, status_from
    from relnotes.incident.vocabulary import Status
    from relnotes.incident_files.reading import read_incident

    status = status_from(effective_events(read_incident(folder, folder.parent.parent).events))
    if status not in OVER:
        return Stage.OPEN
    return Stage.RESOLVED if status is Status.RESOLVED else Stage.CLOSED


def zone_of(folder: Path) -> tuple[str, bool] | None:
    """The zone that the head names, and whether it is stated; whatever else is wrong with it."""
    from relnotes.yamlfile import load

    try:
        value = load((folder / HEAD).read_bytes(), HEAD).value
        zone = value.get("timezone") or {}  # what is left out is as the model has it
        return str(zone.get("name", "UTC")), str(zone.get("stated", "true")).lower() == "true"
    except (OSError, RelnotesError, TypeError, AttributeError):
        return None
