"""Write a known limitation into the notes of a release that is out, because of an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relnotes.errors import fail
from relnotes.incident.record import Head, Incident
from relnotes.incident_files.filing import write_head
from relnotes.incident_files.layout import slug
from relnotes.incident_files.writing import write_new
from relnotes.incident_files.yaml_text import yaml_fields
from relnotes.release.written.bundle import Amendment, Audience, Limitation
from relnotes.validation import did_you_mean
from relnotes.yamlfile import read

FOLDER = "amendments"


@dataclass(frozen=True, slots=True)
class Backfill:
    """What users should know, under which id; None: as the incident says."""

    text: str
    limitation: str
    behaviour: str | None = None
    workaround: str | None = None
    why: str | None = None
    release: str | None = None
    internal: bool = False


def write_backfill(
    root: Path, folder: Path, incident: Incident, added: Backfill, on: date, releases: Sequence[str]
) -> Path:
    """The amendment's file, relative to `root`; the incident names the limitation from then on.

    `releases` are the tags that there are.
    """
    head = incident.head
    if head is None:
        mend = f"relnotes incident check -i {incident.id} says what is wrong with it"
        raise fail(f"{incident.folder}/incident.yaml", "the head cannot be read", mend)
    release = added.release or head.releases.introduced_in
    if release is None:
        what = "the incident does not say which release brought it"
        raise fail(f"{incident.folder}/incident.yaml", what, "name it with --release TAG")
    if release not in releases:
        hint = did_you_mean(release, list(releases))
        raise fail("", f'"{release}" is no release{hint}', f"there are: {', '.join(releases[-5:])}")
    path = Path(FOLDER) / f"{on.isoformat()}-{slug(release)}-{slug(added.limitation)}.yaml"
    text = yaml_fields(_amendment(release, head, added, on))
    read(text, path.as_posix(), Amendment)  # an id that cannot be one is refused here
    write_new(root / path, text.encode())
    if added.limitation not in head.limitations:
        named = (*head.limitations, added.limitation)
        write_head(folder, head.model_copy(update={"limitations": named}))
    return path


def _amendment(release: str, head: Head, added: Backfill, on: date) -> Amendment:
    behaviour = added.behaviour or (head.behaviour.name if head.behaviour else None)
    audience = Audience.INTERNAL if added.internal else Audience.PUBLIC
    return Amendment.model_construct(
        release=release,
        on=on,
        text=added.why or f"{added.limitation} is added after the fact.",
        audience=audience,
        limitation=Limitation.model_construct(
            id=added.limitation,
            text=added.text,
            behaviour=behaviour,
            workaround=added.workaround,
            last_confirmed=on,
            audience=audience,
        ),
    )
