"""Ask git about releases, and go on without an answer where it cannot give one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.errors import RelnotesError

if TYPE_CHECKING:
    from relnotes.incident_facts.releases import Asked
    from relnotes.incident_facts.suspects import Suspects


@contextmanager
def asked(talk: Globals, tags: list[str], line: str | None = None) -> Iterator[Asked]:
    """The line that the tags belong to, while its repository is open."""
    from relnotes.incident_facts.releases import ask
    from relnotes.workspace import open_workspace

    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository:
        yield ask(workspace, [tag for tag in tags if tag], line)


def suspects_of(
    talk: Globals, release: str | None, pair: str | None, line: str | None
) -> Suspects | None:
    """What a release, or all between A and B of `A..B`, brought.

    None, and a word about it, where git cannot say: an incident is opened all the same.
    """
    from relnotes.incident_facts.suspects import suspects

    old, new = _ends(release, pair)
    try:
        with asked(talk, [new], line) as found:
            last = found.release(new)
            first = found.release(old) if old else found.before(last)
            if first is None:
                talk.say(f"note: {new} is the first release: there is none to compare it with")
                return None
            return suspects(found, first, last)
    except RelnotesError as error:
        talk.say(f"note: what changed is not known: {error.problems[0]}")
        return None


def live_release(line: str | None, talk: Globals) -> str | None:
    """The latest release, where that is clear."""
    try:
        with asked(talk, [], line) as found:
            return found.latest.tag
    except RelnotesError:
        return None


def _ends(release: str | None, pair: str | None) -> tuple[str | None, str]:
    if pair is None:
        return None, str(release)
    old, dots, new = pair.partition("..")
    if not (dots and old and new):
        raise click.BadParameter(f'"{pair}" should be two releases, A..B', param_hint="--suspect")
    return old, new
