"""A person at work on the candidate of one line: where they are, who they are, what day it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from relnotes.answers.asking import line_of
from relnotes.errors import fail
from relnotes.launch.standing import Standing, standing
from relnotes.settings import Line, Settings
from relnotes.workspace import Workspace, open_workspace


class Session(msgspec.Struct, frozen=True):
    workspace: Workspace
    settings: Settings
    line: Line

    def candidate(self) -> Standing:
        """What would be released now."""
        return standing(self.workspace, self.settings, self.line, None)

    def person(self, said: str | None) -> str:
        """Who speaks: as they say, else as git knows them."""
        name = said or self.workspace.repository.person()
        if name is None:
            raise fail("", "who are you?", 'say it with --by, or `git config user.name "NAME"`')
        return name


@contextmanager
def session(config: str | None, line: str | None, release: str | None = None) -> Iterator[Session]:
    """Opened where the command runs; the line may be left out where `release` names it."""
    workspace = open_workspace(Path.cwd(), config)
    with workspace.repository as repository:
        repository.check_complete()
        settings = workspace.settings()
        named = [release] if release else []
        yield Session(workspace, settings, line_of(settings, repository, named, line))


def today() -> date:
    """By the clock of this machine; SOURCE_DATE_EPOCH sets it where a run has to come out alike."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else date.today()
