"""Where a command runs: the repository, the settings file, and the folder it governs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from relnotes import config
from relnotes.config import ConfigFile
from relnotes.errors import fail
from relnotes.repository import Repository

if TYPE_CHECKING:
    from relnotes.settings import Line, Settings

UNNAMED = "Release"  # as in "Release v2", of a line that nobody named


class Workspace(msgspec.Struct, frozen=True):
    """An open repository and the settings file that was found; close the repository after use."""

    repository: Repository
    file: ConfigFile

    @property
    def root(self) -> Path:
        return self.file.root

    @property
    def prefix(self) -> str:
        """What stands before a path of the settings to make it one of the repository."""
        top = self.repository.root
        inside = self.root.relative_to(top).as_posix() if top else "."
        return "" if inside == "." else f"{inside}/"

    def settings(self) -> Settings:
        """The settings; bundle paths start at the top of the repository, every line has a title.

        What nobody named is called after what has a name: the project after its only line, the
        releases of a line after the project.
        """
        settings = config.load(self.file)
        only = settings.lines[0] if len(settings.lines) == 1 else None
        name = settings.project.name or (only and (only.title or _name(only)))
        lines = tuple(
            line.model_copy(
                update={
                    "bundle": self.prefix + line.bundle.strip("/"),
                    "title": line.title or ((name or UNNAMED) if only else line.name),
                }
            )
            for line in settings.lines
        )
        project = settings.project.model_copy(update={"name": name})
        return settings.model_copy(update={"lines": lines, "project": project})

    def amendments(self) -> dict[str, bytes]:
        """The files of `amendments/`, by name."""
        return self._folder("amendments")

    def translations(self) -> dict[str, bytes]:
        """The files of `translations/`, by path inside it."""
        return self._folder("translations")

    def _folder(self, name: str) -> dict[str, bytes]:
        top = self.repository.root
        return self.repository.read_folder(
            (self.root / name).relative_to(top).as_posix() if top else name
        )


def open_workspace(start: Path, explicit: str | None = None) -> Workspace:
    """The workspace around `start`; exit code 3 without a repository."""
    repository = Repository.open(start)
    top = repository.root
    if top is None and explicit is None:
        return Workspace(repository, _from_head(repository, start))
    file = config.find(start, Path(explicit) if explicit else None, top)
    if top and top not in (file.root, *file.root.parents):
        raise fail(str(file.path), f"these settings are not inside the repository {top}")
    return Workspace(repository, file)


def _from_head(repository: Repository, start: Path) -> ConfigFile:
    """A bare repository's settings are those of its HEAD."""
    for name in config.NAMES:
        if (data := repository.read_head_file(name)) is not None:
            return ConfigFile(start.resolve(), start.resolve() / name, data)
    return ConfigFile(start.resolve(), None, b"")


def choose_line(settings: Settings, name: str | None) -> Line:
    """The line called `name`, or the only one there is."""
    by_name = {line.name: line for line in settings.lines}
    if name is None and len(by_name) == 1:
        return settings.lines[0]
    if name in by_name:
        return by_name[name]
    known = ", ".join(by_name)
    if name is None:
        raise fail("", "this repository has several lines", f"choose one with --line: {known}")
    raise fail("", f'there is no line "{name}"', f"lines: {known}")


def _name(line: Line) -> str | None:
    """None where nobody gave it one."""
    return line.name if "name" in line.model_fields_set else None
