"""Find the settings file and read it. Finding is cheap; reading imports pydantic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from relnotes.errors import Problem, RelnotesError, fail

if TYPE_CHECKING:
    from relnotes.settings import Settings

NAMES = ("relnotes.toml", ".relnotes.toml", ".config/relnotes.toml")
_RECORDS = ("amendments", "incidents", "templates", "translations")
_OWN_OUTPUT = "give it a folder of its own, such as build/site"
_OWN_DOCS = "give it a folder of its own, such as site"
_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class ConfigFile(msgspec.Struct, frozen=True):
    """The settings file that was found; without one, the defaults hold for `root`."""

    root: Path  # the folder that paths in the settings start from
    path: Path | None
    data: bytes

    @property
    def place(self) -> str:
        return self.path.name if self.path else "the default settings"


def find(start: Path, explicit: Path | None = None, top: Path | None = None) -> ConfigFile:
    """The nearest settings file, from `start` upwards as far as `top`.

    An `explicit` file that does not exist is an error, not a default.
    """
    if explicit is not None:
        if not explicit.is_file():
            raise fail(str(explicit), "there is no such settings file")
        path = explicit.resolve()
        root = path.parent.parent if path.parent.name == ".config" else path.parent
        return ConfigFile(root, path, path.read_bytes())
    for folder in _upwards(start.resolve(), top):
        for name in NAMES:
            if (folder / name).is_file():
                return ConfigFile(folder, folder / name, (folder / name).read_bytes())
        project = folder / "pyproject.toml"
        if project.is_file() and b"[tool.relnotes" in (data := project.read_bytes()):
            return ConfigFile(folder, project, data)
    return ConfigFile(top or start.resolve(), None, b"")


def _upwards(start: Path, top: Path | None) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == top:
            return


def load(file: ConfigFile) -> Settings:
    """The settings, checked; RelnotesError names every wrong key with its line."""
    from pydantic import ValidationError

    from relnotes.settings import Settings
    from relnotes.validation import explained

    values = parsed(file)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise RelnotesError(
            explained(one, _locate(_decoded(file), file, one["loc"]), Settings)
            for one in error.errors(include_url=False)
        ) from error
    problems = [*_line_problems(settings, file), *_site_problems(settings, file)]
    if problems:
        raise RelnotesError(problems)
    return settings


def _decoded(file: ConfigFile) -> str:
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise fail(f"{file.place}:{line}", "this is not UTF-8 text", "save it as UTF-8") from error


def parsed(file: ConfigFile) -> dict[str, Any]:
    """What the file says, unchecked; RelnotesError where it is no TOML."""
    import tomllib

    try:
        values = tomllib.loads(_decoded(file))
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        where = f"{file.place}:{found[1]}:{found[2]}" if found else file.place
        raise fail(where, f"not valid TOML: {_TOML_PLACE.sub('', str(error))}") from error
    if file.path and file.path.name == "pyproject.toml":
        section: dict[str, Any] = values.get("tool", {}).get("relnotes", {})
        return section
    return values


def _locate(text: str, file: ConfigFile, loc: tuple[int | str, ...]) -> str:
    """`file:line` of the last key in `loc`, in its table where that is found."""
    names = [step for step in loc if isinstance(step, str)]
    number = next((step for step in loc if isinstance(step, int)), 0)
    lines = text.splitlines()
    start = _table_start(lines, names[0], number) if len(names) > 1 else 0
    for at, line in enumerate(lines[start:], start + 1):
        if names and re.match(rf"\s*(\[+[^\]]*)?[\"']?{re.escape(names[-1])}[\"']?\s*[=\].]", line):
            return f"{file.place}:{at}"
    return f"{file.place}:{start}" if start else file.place


def _table_start(lines: list[str], name: str, number: int) -> int:
    headers = [at for at, line in enumerate(lines, 1) if re.match(rf"\s*\[+.*{name}\b", line)]
    return headers[min(number, len(headers) - 1)] if headers else 0


def _line_problems(settings: Settings, file: ConfigFile) -> Iterator[Problem]:
    if not settings.lines:
        yield Problem(file.place, "no [[lines]]", "name one, or leave the table out")
    names = [line.name for line in settings.lines]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(file.place, f'two lines are called "{name}"', "give each its own name")
    for line in settings.lines:
        parts = line.bundle.split("/")
        if line.bundle.startswith("/") or ".." in parts:
            what = f'the bundle path "{line.bundle}" leads out of the repository'
            yield Problem(file.place, what, "give a path below its top folder")


def _site_problems(settings: Settings, file: ConfigFile) -> Iterator[Problem]:
    """What a build would publish or overwrite by mistake: a site takes the place of its folder."""
    root, site = file.root.resolve(), settings.site
    docs, output = (root / site.docs).resolve(), (root / site.output).resolve()
    names = (*_RECORDS, *(line.bundle for line in settings.lines))
    records = {name: (root / name).resolve() for name in names}
    beside = {name: path for name, path in records.items() if path != root}
    for name, path in {"the settings": root, **beside, site.docs: docs}.items():
        if path.is_relative_to(output):
            what = f'site.output "{site.output}" holds {name}, which the site would replace'
            yield Problem(file.place, what, _OWN_OUTPUT)
            break
    own = {} if root.is_relative_to(docs) else {site.docs: docs}
    for name, path in {**beside, **own}.items():
        if output != path and output.is_relative_to(path):
            what = f'site.output "{site.output}" lies in {name}'
            yield Problem(file.place, what, _OWN_OUTPUT)
    for name, path in {"the settings": root, **beside}.items():
        if path.is_relative_to(docs):
            what = f'site.docs "{site.docs}" holds {name}, which would be published as it is'
            yield Problem(file.place, what, _OWN_DOCS)
            break
    if not docs.is_relative_to(root) and not root.is_relative_to(docs):
        what = f'site.docs "{site.docs}" leads out of the folder of the settings'
        yield Problem(file.place, what, _OWN_DOCS)
    for name, path in beside.items():
        if docs != path and docs.is_relative_to(path):
            yield Problem(file.place, f'site.docs "{site.docs}" lies in {name}', _OWN_DOCS)
