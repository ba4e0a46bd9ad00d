"""Look up what a build is going to ask of git, while its modules are imported.

Nothing slow is imported here, and nothing is decided: the same questions are asked that the build
asks, of what the last build left and of settings that are not checked yet. What was not foreseen,
or was foreseen wrongly, is asked of git when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Any

import msgspec

from relnotes import config
from relnotes.errors import RelnotesError
from relnotes.freshness import CACHE, STATE
from relnotes.release.provenance import Provenance
from relnotes.release.written.file_kinds import TEXTS, kind_of
from relnotes.repository import FileChange, Foreseen, Repository
from relnotes.tagged import find_releases
from relnotes.workspace import Workspace

_FEW = 20  # releases; the files of more are read beside the work
_MANY = 12_000  # differences that are sent; a longer history is read where it is needed
_SMALL = 1_000_000  # bytes of a file
_ALL = 32_000_000

Told = tuple[dict[Any, bytes], dict[Any, tuple[tuple[str | None, ...], ...]], dict[str, bytes]]
"""What `Foreseen` holds, as plain values that another process can send."""


class _Line(msgspec.Struct, frozen=True):
    """What `[[lines]]` may say of one, with the same defaults."""

    name: str = "main"
    bundle: str = "bundle"
    tags: str = "*"
    since: str | None = None


class _Known(msgspec.Struct, frozen=True):
    """What the last build left of a line, as far as it tells what will be read."""

    releases: list[Provenance] = []
    files: dict[str, str] = {}


class _State(msgspec.Struct, frozen=True):
    key: str = ""
    lines: dict[str, _Known] = {}


def look_ahead(workspace: Workspace, home: Path, key: str) -> Told:
    """`home` and `key` are those of the state that the last build left."""
    repository = workspace.repository
    with repository.noting() as answers:
        try:
            changes, blobs = _objects(workspace, _state(home, key))
        except (RelnotesError, msgspec.DecodeError):
            changes, blobs = {}, {}  # what is wrong is said by those who need it
    plain = {pair: tuple(map(tuple, files)) for pair, files in changes.items()}
    return answers, plain, blobs


def foreseen(told: Told) -> Foreseen:
    answers, plain, blobs = told
    changes = {pair: tuple(map(_change, files)) for pair, files in plain.items()}
    return Foreseen(answers, changes, blobs)


def _change(fields: Sequence[str | None]) -> FileChange:
    """Interned, as where they are read: the same paths and ids come again and again."""
    return FileChange._make(one and intern(one) for one in fields)


def _state(home: Path, key: str) -> _State:
    try:
        state = msgspec.msgpack.decode((home / CACHE / STATE).read_bytes(), type=_State)
    except OSError:
        return _State()
    return state if state.key == key else _State()


Changes = dict[tuple[str, str], tuple[FileChange, ...]]


def _objects(workspace: Workspace, state: _State) -> tuple[Changes, dict[str, bytes]]:
    """How the bundles of new releases differ, and the contents that it takes to go on."""
    repository = workspace.repository
    changes: Changes = {}
    wanted: dict[str, None] = {}
    for line in _lines(workspace):
        known = state.lines.get(line.name, _Known())
        releases, _ = find_releases(repository, line, known.releases)
        new = releases[len(known.releases) :]
        before = known.releases[-1].tree if known.releases else None
        trees = [one or repository.empty_tree for one in (before, *(each.tree for each in new))]
        pairs = list(pairwise(trees))
        own = dict(zip(pairs, _some(repository.changes(pairs)), strict=False))
        if len(own) < len(set(pairs)):
            continue
        changes |= own
        if known.releases and 0 < len(new) <= _FEW:
            wanted |= dict.fromkeys(_ids(known.files, own.values()))
    return changes, dict(_contents(repository, list(wanted)))


def _some(changes: Iterable[tuple[FileChange, ...]]) -> Iterator[tuple[FileChange, ...]]:
    """Up to as many as are worth sending."""
    count = 0
    for one in changes:
        count += len(one)
        if count > _MANY:
            return
        yield one


def _lines(workspace: Workspace) -> Iterator[_Line]:
    written = config.parsed(workspace.file).get("lines", [{}])
    for line in msgspec.convert(written, list[_Line]):
        inside = workspace.prefix + line.bundle.strip("/")
        yield msgspec.structs.replace(line, bundle=inside)


def _ids(files: dict[str, str], changes: Iterable[Sequence[FileChange]]) -> Iterator[str]:
    yield from (blob for path, blob in files.items() if kind_of(path) in TEXTS)
    yield from (one.new for release in changes for one in release if one.new)


def _contents(repository: Repository, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    if not ids:
        return
    held = 0
    with closing(repository.blobs(ids, _SMALL)) as blobs:
        for blob in blobs:
            if blob.data is not None and (held := held + blob.size) <= _ALL:
                yield blob.id, blob.data
