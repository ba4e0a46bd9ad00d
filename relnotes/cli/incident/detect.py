"""`relnotes incident detect`."""

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
def detect(talk: Globals, /, text: tuple[str, ...], wanted: str | None, **told: Any) -> None:
    """Log that the behaviour was noticed.

    When somebody saw that it was a problem, often before the incident was opened: give --at. A
    first sign that nobody understood yet is `relnotes incident log -k signal`.
    """
    chosen = the_incident(talk, wanted)
    clock = clock_of(chosen.folder)
    event = record(chosen, clock, "detected", " ".join(text), Told(**told))
    emit(echo_of(event, clock, chosen), None)
    talk.say("next: relnotes incident mitigate --prompt FILE, or rollback --to RELEASE")
