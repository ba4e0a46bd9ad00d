"""`relnotes incident close`."""

from __future__ import annotations

from typing import Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import Told, clock_of, echo_of, event_options, record
from relnotes.cli.output import emit


@click.command()
@click.argument("text", nargs=-1)
@click.option(
    "--as",
    "outcome",
    type=click.Choice(["declined", "duplicate", "false_alarm"]),
    help="What it was, where it was no incident after all.",
)
@click.option("--duplicate-of", metavar="ID", help="The incident that this is the same as.")
@event_options
@which_incident
@click.pass_obj
def close(
    talk: Globals,
    /,
    text: tuple[str, ...],
    outcome: str | None,
    duplicate_of: str | None,
    wanted: str | None,
    **told: Any,
) -> None:
    """Close an incident: its postmortem is done, or it was none.

    It can be reopened: `relnotes incident log -k reopened -i ID`.
    """
    if duplicate_of and outcome not in (None, "duplicate"):
        raise click.UsageError("--duplicate-of goes with --as duplicate")
    if outcome == "duplicate" and not duplicate_of:
        raise click.UsageError("say of which: --duplicate-of ID")
    chosen = the_incident(talk, wanted)
    clock = clock_of(chosen.folder)
    ended = "duplicate" if duplicate_of else outcome
    more = {"outcome": ended, "duplicate_of": duplicate_of}
    event = record(chosen, clock, "closed", " ".join(text), Told(**told), **more)
    emit(echo_of(event, clock, chosen), None)
    if ended is None:
        talk.say("next: relnotes incident check says what is still missing, if anything is")
