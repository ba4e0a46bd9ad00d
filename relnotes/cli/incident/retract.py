"""`relnotes incident retract`."""

from __future__ import annotations

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.events import in_brief, the_event
from relnotes.cli.incident.recording import Told, clock_of, record
from relnotes.cli.output import emit


@click.command()
@click.argument("event", required=False)
@click.argument("why", nargs=-1)
@click.option("--by", metavar="NAME", envvar="RELNOTES_BY", help="Who says so.")
@which_incident
@click.pass_obj
def retract(
    talk: Globals,
    /,
    event: str | None,
    why: tuple[str, ...],
    by: str | None,
    wanted: str | None,
) -> None:
    """Take back an event that did not happen, and say WHY.

    EVENT is the end of its id, as `relnotes incident show` lists it; without it, the event logged
    last. Its file stays; a retraction can itself be retracted.
    """
    chosen = the_incident(talk, wanted, closed=True)
    meant = the_event(chosen.read(), event)
    clock = clock_of(chosen.folder)
    more = {"corrects": meant.id, "visibility": meant.visibility}
    filed = record(chosen, clock, "retraction", " ".join(why), Told(by=by), **more)
    emit(f"retracted: {in_brief(meant)}; it stays on file", None)
    talk.say(f"taken back by mistake? relnotes incident retract {filed.id[-6:]}")
