"""One release as it stands: its record, and its files as they were read."""

from __future__ import annotations

import msgspec

from relnotes.answers.asking import release_asked
from relnotes.history import Point
from relnotes.lines import CANDIDATE, new_fold, walk
from relnotes.release.record import Provenance, Record
from relnotes.release.written.snapshot import Snapshot
from relnotes.repository import Repository
from relnotes.settings import Line, Settings
from relnotes.tagged import Releases, releases_of
from relnotes.workspace import Workspace


class Standing(msgspec.Struct, frozen=True):
    point: Point
    snapshot: Snapshot

    @property
    def record(self) -> Record:
        return self.point.record

    @property
    def is_candidate(self) -> bool:
        return self.record.new == CANDIDATE


def standing(workspace: Workspace, settings: Settings, line: Line, tag: str | None) -> Standing:
    """A release of the line. Without a tag, what would be released now; where that is the latest
    release itself, to the last byte, the latest release."""
    repository = workspace.repository
    releases = releases_of(repository, line)
    asked = release_asked(repository, releases, tag)
    if asked.tag == CANDIDATE and releases.known and asked.tree == releases.known[-1].tree:
        asked = releases.known[-1]
    return _at(repository, settings, releases, asked)


def _at(
    repository: Repository, settings: Settings, releases: Releases, asked: Provenance
) -> Standing:
    known = list(releases.known)
    path = [*known, asked] if asked.tag == CANDIDATE else known[: known.index(asked) + 1]
    fold = new_fold(repository, releases.line, settings)
    *_, (_, last) = walk(repository, fold, path)
    assert fold.snapshot is not None
    return Standing(last, fold.snapshot)
