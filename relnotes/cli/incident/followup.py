"""`relnotes incident followup`: what is to change after an incident, by whom, until when."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import Chosen, the_incident, which_incident
from relnotes.cli.output import emit
from relnotes.errors import fail

if TYPE_CHECKING:
    from relnotes.incident.record import Filed

_TYPES = ("detect", "prevent", "mitigate", "process", "eval")


class Due(click.ParamType[date]):
    """`2025-05-16`, or `+14d` from today."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if found := re.fullmatch(r"\+(\d{1,4})d", str(value)):
            return _today() + timedelta(days=int(found[1]))
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is no day: write 2025-05-16 or +14d', param, ctx)


def _today() -> date:
    return datetime.now(UTC).date()


@click.group()
def followup() -> None:
    """Keep the follow-ups: what changes now, who does it, until when."""


_FIELDS = (
    click.option("--type", "type_", type=click.Choice(_TYPES), help="What it serves."),
    click.option("--owner", metavar="NAME", help="Who does it."),
    click.option("--due", type=Due(), metavar="DAY", help="Until when: 2025-05-16, or +14d."),
    click.option("--done-when", metavar="TEXT", help="How anybody can see that it is done."),
    click.option("--eval", "eval_", metavar="TASK", help="The eval that it adds."),
    click.option("--source", metavar="LINK", help="Where it was promised."),
    click.option(
        "--visibility", type=click.Choice(["public", "internal"]), help="Who may read it."
    ),
)


def _fields(command: Any) -> Any:
    for option in reversed(_FIELDS):
        command = option(command)
    return command


@followup.command()
@click.argument("what", nargs=-1, required=True)
@_fields
@which_incident
@click.pass_obj
def add(talk: Globals, /, what: tuple[str, ...], wanted: str | None, **given: Any) -> None:
    """Add a follow-up: WHAT is to be done."""
    from relnotes.incident.record import FollowUp
    from relnotes.incident_files.filing import file_followup

    chosen = the_incident(talk, wanted, closed=True)
    fields = _given(given)
    fields.setdefault("type", "eval" if "eval" in fields else "prevent")
    made = FollowUp.model_validate({"what": " ".join(what), **fields})
    name = file_followup(chosen.folder, made)
    missing = [word for word in ("owner", "due") if getattr(made, word) is None]
    emit(f"follow-up {name}: {made.type}, {_who_and_when(made.owner, made.due)}", None)
    if missing:
        options = " ".join(f"--{word} …" for word in missing)
        talk.say(f"next: relnotes incident followup edit {name[:2]} {options}")


@followup.command()
@click.argument("id_", metavar="ID")
@click.option("--what", metavar="TEXT", help="What is to be done.")
@_fields
@which_incident
@click.pass_obj
def edit(talk: Globals, /, id_: str, what: str | None, wanted: str | None, **given: Any) -> None:
    """Change what a follow-up says; ID is its number or a part of its name."""
    changes = _given({"what": what, **given})
    if not changes:
        raise click.UsageError("say what changes: --owner, --due, --done-when, --what, …")
    chosen = the_incident(talk, wanted, closed=True)
    filed = _changed(chosen, id_, changes)
    emit(f"follow-up {filed.id}: {', '.join(changes)} changed", None)


@followup.command()
@click.argument("id_", metavar="ID")
@which_incident
@click.pass_obj
def start(talk: Globals, /, id_: str, wanted: str | None) -> None:
    """Say that a follow-up is being worked on."""
    filed = _changed(the_incident(talk, wanted, closed=True), id_, _state("in_progress"))
    emit(f"follow-up {filed.id}: in progress", None)


@followup.command()
@click.argument("id_", metavar="ID")
@click.option("--on", type=Due(), metavar="DAY", help="The day on which it was done; else today.")
@which_incident
@click.pass_obj
def done(talk: Globals, /, id_: str, on: date | None, wanted: str | None) -> None:
    """Say that a follow-up is done."""
    changes = _state("done", done_on=on or _today())
    filed = _changed(the_incident(talk, wanted, closed=True), id_, changes)
    emit(f"follow-up {filed.id}: done", None)


@followup.command("wont-do")
@click.argument("id_", metavar="ID")
@click.argument("reason", nargs=-1, required=True)
@which_incident
@click.pass_obj
def wont_do(talk: Globals, /, id_: str, reason: tuple[str, ...], wanted: str | None) -> None:
    """Say that a follow-up will not be done, and the REASON."""
    changes = _state("wont_do", reason=" ".join(reason))
    filed = _changed(the_incident(talk, wanted, closed=True), id_, changes)
    emit(f"follow-up {filed.id}: will not be done", None)


@followup.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those still to do.")
@which_incident
@click.pass_obj
def list_(talk: Globals, /, only_open: bool, wanted: str | None) -> None:
    """List the follow-ups of an incident, those overdue marked."""
    from relnotes.publish.incident.text import followup_lines

    incident = the_incident(talk, wanted, closed=True).read()
    lines = followup_lines(incident.followups, _today(), only_open=only_open)
    emit("\n".join(lines) or "no follow-ups", None)
    for problem in incident.problems:
        talk.say(f"note: {problem}")


def _state(state: str, **more: Any) -> dict[str, Any]:
    """What an earlier state said beside itself goes with it."""
    return {"state": state, "done_on": None, "reason": None, **more}


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {key.rstrip("_"): value for key, value in options.items() if value is not None}


def _changed(chosen: Chosen, id_: str, changes: dict[str, Any]) -> Filed:
    from relnotes.incident.record import FollowUp
    from relnotes.incident_files.filing import write_followup

    filed = _named(chosen, id_)
    values = filed.followup.model_dump(by_alias=True, exclude_defaults=True)
    write_followup(chosen.folder, filed.id, FollowUp.model_validate({**values, **changes}))
    return filed


def _named(chosen: Chosen, id_: str) -> Filed:
    """By its number, or by a part of its name that only one has."""
    incident = chosen.read()
    known = incident.followups
    number = [one for one in known if id_.isdigit() and int(one.id.split("-")[0]) == int(id_)]
    meant = [one for one in known if one.id == id_] or number
    meant = meant or [one for one in known if id_ in one.id]
    if len(meant) == 1:
        return meant[0]
    what = f'"{id_}" could be several' if meant else f'there is no follow-up "{id_}"'
    torn = [str(one) for one in incident.problems if "/followups/" in one.place]
    raise fail(chosen.id, what, "\n    ".join([", ".join(one.id for one in known), *torn]))


def _who_and_when(owner: str | None, due: date | None) -> str:
    return f"{owner or 'nobody yet'}, {f'due {due}' if due else 'no day yet'}"
