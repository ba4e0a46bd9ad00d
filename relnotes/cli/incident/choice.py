"""Which incident a command is about: the one that is open, the one that -i names, or ask."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from relnotes import config
from relnotes.cli import Globals
from relnotes.errors import Exit, RelnotesError, fail
from relnotes.incident_files.glance import Glance, Stage, glances
from relnotes.incident_files.layout import FOLDER

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from relnotes.incident.record import Incident

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The incident that was meant; `alone` where no other could have been."""

    root: Path
    glance: Glance
    alone: bool

    @property
    def id(self) -> str:
        return self.glance.id

    @property
    def folder(self) -> Path:
        return self.glance.folder

    def read(self) -> Incident:
        """Everything on file about it."""
        from relnotes.incident_files.reading import read_incident

        return read_incident(self.folder, self.root)


def which_incident(command: F) -> F:
    """The option -i, for every verb that is about one incident."""
    return click.option(
        "-i",
        "--incident",
        "wanted",
        metavar="ID",
        shell_complete=_complete,
        help="Which incident, by its id or a part of it; else the one that is open.",
    )(command)


def the_incident(talk: Globals, wanted: str | None, *, closed: bool = False) -> Chosen:
    """The incident that is meant; asks on a terminal where several could be.

    With `closed` one that is over may be meant without naming it, as by a verb that only reads.
    """
    root = incident_root(talk)
    found = glances(root)
    if wanted is not None:
        return Chosen(root, _named(found, wanted), alone=False)
    last = Stage.CLOSED if closed else Stage.RESOLVED
    for stage in range(last + 1):
        meant = [one for one in found if one.stage == stage]
        if len(meant) == 1:
            return Chosen(root, meant[0], alone=len(found) == 1)
        if meant:
            return Chosen(root, _ask(meant), alone=False)
    raise _none_open(found)


def incident_root(talk: Globals) -> Path:
    """The folder that holds incidents/: where the settings lie, else the top of the work tree.

    Looks for the files that mark them; asking git costs more than logging an event.
    """
    start = Path.cwd()
    top = next((one for one in (start, *start.parents) if (one / ".git").exists()), None)
    file = config.find(start, Path(talk.config) if talk.config else None, top)
    if top is None and file.path is None:
        mend = "change to the repository, or start one with `relnotes init`"
        raise fail(str(start), "is not in a git repository", mend, Exit.NO_REPOSITORY)
    return file.root


def _named(found: Sequence[Glance], wanted: str) -> Glance:
    """By the whole id, by its beginning, or by any part that only one has."""
    tests: list[Callable[[str], bool]] = [
        lambda id_: id_ == wanted,
        lambda id_: id_.startswith(wanted) or id_[11:].startswith(wanted),
        lambda id_: wanted in id_,
    ]
    for fits in tests:
        meant = [one for one in found if fits(one.id)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            what = f'"{wanted}" could be any of {len(meant)} incidents'
            raise fail("", what, _listed(meant))
    raise fail("", f'there is no incident "{wanted}"', _listed(found) or "open one: " + _NEW)


_NEW = 'relnotes incident new "TITLE"'
_STAGES = {
    Stage.OPEN: "open",
    Stage.RESOLVED: "resolved but not closed, and none is open",
    Stage.CLOSED: "closed, and none is open",
}


def _ask(meant: Sequence[Glance]) -> Glance:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        what = f"{len(meant)} incidents are {_STAGES[meant[0].stage]}; say which with -i"
        raise fail("", what, _listed(meant))
    for number, one in enumerate(meant, 1):
        click.echo(f"{number:3}  {one.id}", err=True)
    answer = click.prompt("Which incident", type=click.IntRange(1, len(meant)), err=True)
    return meant[int(answer) - 1]


def _none_open(found: Sequence[Glance]) -> RelnotesError:
    if not found:
        return fail("", f"there is no incident in {FOLDER}/ yet", f"open one: {_NEW}")
    newest = sorted(found, key=lambda one: one.newest or "", reverse=True)[:5]
    mend = f"name one with -i, or open one: {_NEW}\n    the latest: "
    return fail("", "no incident is open", mend + ", ".join(one.id for one in newest))


def _listed(found: Sequence[Glance]) -> str:
    ids = [one.id for one in found]
    more = f" and {len(ids) - 12} more" if len(ids) > 12 else ""
    return ", ".join(ids[-12:]) + more


def _complete(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 click gives it
    incomplete: str,
) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    talk = context.find_object(Globals) or Globals()
    try:
        ids = [one.id for one in glances(incident_root(talk))]
    except RelnotesError:
        return []
    return [CompletionItem(id_) for id_ in ids if incomplete in id_]
