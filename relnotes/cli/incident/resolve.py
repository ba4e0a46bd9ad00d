"""`relnotes incident resolve`."""

from __future__ import annotations

from typing import Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import Told, clock_of, echo_of, event_options, record
from relnotes.cli.output import emit


@click.command()
@click.argument("text", nargs=-1)
@event_options
@which_incident
@click.pass_obj
def resolve(talk: Globals, /, text: tuple[str, ...], wanted: str | None, **told: Any) -> None:
    """Log that the behaviour is gone.

    The incident stays open for its postmortem and follow-ups until `relnotes incident close`.
    """
    chosen = the_incident(talk, wanted)
    clock = clock_of(chosen.folder)
    event = record(chosen, clock, "resolved", " ".join(text), Told(**told))
    emit(echo_of(event, clock, chosen), None)
    talk.say("next: relnotes incident postmortem, and followup add WHAT --owner NAME --due DAY")
