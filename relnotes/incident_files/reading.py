"""Read the folder of an incident, whatever state it is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.incident.event import Event
from relnotes.incident.record import Filed, FollowUp, Head, Incident
from relnotes.incident_files.layout import (
    ATTACHMENTS,
    EVENTS,
    FOLDER,
    FOLLOWUPS,
    HEAD,
    POSTMORTEM,
)
from relnotes.yamlfile import Written, decode, read

M = TypeVar("M", bound=Written)

_END = 'if nothing is missing from it, end it with a line "..."; else take it from git'


def read_incidents(root: Path) -> tuple[Incident, ...]:
    """Every incident below `root`/incidents, by id."""
    return tuple(read_incident(folder, root) for folder in incident_folders(root))


def incident_folders(root: Path) -> list[Path]:
    """Folders that hold a head or events; others below incidents/ are somebody else's."""
    try:
        names = sorted((root / FOLDER).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for path in names if (path / HEAD).is_file() or (path / EVENTS).is_dir()]


def read_incident(folder: Path, root: Path) -> Incident:
    """Everything on file in `folder`; places of problems start at `root`."""
    problems: list[Problem] = []
    reader = _Reader(root, problems)
    head = reader.one(folder / HEAD, Head)
    if head and head.id != folder.name:
        place = reader.place(folder / HEAD)
        mend = f"name the folder {head.id}, or write id: {folder.name}"
        problems.append(Problem(place, f'the id "{head.id}" is not the folder\'s name', mend))
    events = [(path, reader.one(path, Event)) for path in reader.listed(folder / EVENTS)]
    followups = [(path, reader.one(path, FollowUp)) for path in reader.listed(folder / FOLLOWUPS)]
    attachments = tuple(_names(folder / ATTACHMENTS))
    known = _by_id(events, reader)
    problems.extend(_missing(known, attachments, reader.place(folder)))
    return Incident(
        id=folder.name,
        folder=reader.place(folder),
        head=head,
        events=tuple(event for _, event in known),
        followups=tuple(
            Filed(path.stem, reader.place(path), one) for path, one in followups if one
        ),
        attachments=attachments,
        postmortem=reader.text(folder / POSTMORTEM),
        problems=tuple(sorted(problems)),
    )


class _Reader:
    """Reads files and keeps what was wrong with them."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.problems = problems
        self._above = len(str(root / FOLDER)) - len(FOLDER)

    def place(self, path: Path) -> str:
        return str(path)[self._above :]  # relative_to costs as much as reading the file

    def listed(self, folder: Path) -> list[Path]:
        """The YAML files of a folder; anything else but hidden files is a problem."""
        found = []
        for name in _names(folder):
            if name.endswith(".yaml"):
                found.append(folder / name)
            else:
                what, mend = "is not a .yaml file", f"keep other files in {ATTACHMENTS}/"
                self.problems.append(Problem(self.place(folder / name), what, mend))
        return found

    def one(self, path: Path, model: type[M]) -> M | None:
        """The file as a `model`; None, and a problem, where it cannot be read."""
        place = self.place(path)
        try:
            text = decode(_bytes(path, place), place)
            _check_whole(text, place)
            return read(text, place, model)
        except RelnotesError as error:
            self.problems.extend(error.problems)
            return None

    def text(self, path: Path) -> str | None:
        """A text that may be absent."""
        if not path.exists():
            return None
        try:
            return decode(_bytes(path, self.place(path)), self.place(path))
        except RelnotesError as error:
            self.problems.extend(error.problems)
            return None


def _names(folder: Path) -> list[str]:
    """Sorted, without hidden files: one that begins with a point was never finished."""
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _bytes(path: Path, place: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise fail(place, "is missing") from error
    except OSError as error:
        raise fail(place, f"cannot be read: {error.strerror}") from error


def _check_whole(text: str, place: str) -> None:
    """Two of five beginnings of a YAML file are valid YAML, so the end is marked."""
    if text.endswith("\n...\n"):
        return
    lines = text.rstrip().splitlines()
    if not lines or lines[-1] != "...":
        raise fail(f"{place}:{max(len(lines), 1)}", "the file is cut off: no end mark", _END)


def _by_id(
    events: Sequence[tuple[Path, Event | None]], reader: _Reader
) -> list[tuple[Path, Event]]:
    """In the order of their ids; of two files with one id the first counts."""
    found: dict[str, tuple[Path, Event]] = {}
    for path, event in events:
        if event is None:
            continue
        if event.id in found:
            what = f"has the same id as {found[event.id][0].name}"
            reader.problems.append(Problem(reader.place(path), what, "remove the copy"))
            continue
        found[event.id] = (path, event)
    return [found[id_] for id_ in sorted(found)]


def _missing(
    events: Sequence[tuple[Path, Event]], attachments: Sequence[str], folder: str
) -> Iterator[Problem]:
    there = set(attachments)
    for path, event in events:
        for name in event.attachments:
            if name not in there:
                what = f"{ATTACHMENTS}/{name} is not there"
                yield Problem(f"{folder}/{EVENTS}/{path.name}", what, "put the file back")
