"""Put new records into the folder of an incident. What was logged is never changed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from relnotes.errors import fail
from relnotes.incident_files.layout import (
    ATTACHMENTS,
    EVENTS,
    FOLDER,
    FOLLOWUPS,
    HEAD,
    POSTMORTEM,
    event_name,
    slug,
)
from relnotes.incident_files.writing import write_new, write_over
from relnotes.incident_files.yaml_text import yaml_text

if TYPE_CHECKING:
    from relnotes.incident.event import Event
    from relnotes.incident.record import FollowUp, Head

_DIGITS_OF_SHA = 12


def open_folder(root: Path, head: Head) -> Path:
    """The folder of a new incident with its head; RelnotesError where its id is taken."""
    folder = root / FOLDER / head.id
    if (folder / EVENTS).exists():
        raise fail(f"{FOLDER}/{head.id}", "there are events already", "choose another id with --id")
    write_new(folder / HEAD, yaml_text(head).encode())
    return folder


def file_event(folder: Path, event: Event) -> Path:
    path = folder / EVENTS / event_name(event.at.value, event.id, event.kind)
    write_new(path, yaml_text(event).encode())
    return path


def attach(folder: Path, file: Path) -> str:
    """A copy of `file` under a name that says what is in it; the name."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise fail(str(file), f"cannot be attached: {error.strerror}") from error
    sha = hashlib.sha256(data).hexdigest()[:_DIGITS_OF_SHA]
    name = f"{sha}-{re.sub(r'[^A-Za-z0-9._-]+', '-', file.name).lstrip('.-') or 'file'}"
    if not (folder / ATTACHMENTS / name).exists():
        write_over(folder / ATTACHMENTS / name, data)
    return name


def write_head(folder: Path, head: Head) -> None:
    write_over(folder / HEAD, yaml_text(head).encode())


def file_followup(folder: Path, followup: FollowUp) -> str:
    """A new follow-up under the next number; its id."""
    taken = [path.name for path in (folder / FOLLOWUPS).glob("*.yaml")]
    numbers = [int(name.partition("-")[0]) for name in taken if re.match(r"\d{1,6}-", name)]
    name = f"{max(numbers, default=0) + 1:02}-{slug(followup.what)}"
    write_new(folder / FOLLOWUPS / f"{name}.yaml", yaml_text(followup).encode())
    return name


def write_followup(folder: Path, name: str, followup: FollowUp) -> None:
    """The follow-up as it stands now; git keeps what it was."""
    write_over(folder / FOLLOWUPS / f"{name}.yaml", yaml_text(followup).encode())


def write_postmortem(folder: Path, old: str | None, new: str) -> None:
    """Replace the text that was read, and no other: somebody may have saved in between."""
    path = folder / POSTMORTEM
    there = path.read_bytes().decode("utf-8-sig", "replace") if path.exists() else None
    if there != old:
        what = "has changed since it was read, or could not be read"
        raise fail(f"{folder.name}/{POSTMORTEM}", what, "nothing was written; run it again")
    write_over(path, new.encode())
