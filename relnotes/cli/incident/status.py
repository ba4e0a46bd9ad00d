"""`relnotes incident status`."""

from __future__ import annotations

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import clock_of
from relnotes.cli.output import emit


@click.command()
@which_incident
@click.pass_obj
def status(talk: Globals, /, wanted: str | None) -> None:
    """Say where an incident stands, what was logged last, and what comes next."""
    from relnotes.publish.incident_text import status_text

    chosen = the_incident(talk, wanted, closed=True)
    incident, clock = chosen.read(), clock_of(chosen.folder)
    emit(status_text(incident, clock.zone, clock.now), None)
    if incident.problems:
        count = len(incident.problems)
        talk.say(f"note: {count} files cannot be read; relnotes incident check names them")
