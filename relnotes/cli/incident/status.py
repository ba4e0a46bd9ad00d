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
    from relnotes.publish.incident.text import status_text
    from relnotes.publish.wording import counted

    chosen = the_incident(talk, wanted, closed=True)
    incident, clock = chosen.read(), clock_of(chosen.folder)
    emit(status_text(incident, clock.zone, clock.now), None)
    if incident.problems:
        count = counted(len(incident.problems), "problem")
        talk.say(f"note: {count} in its files; relnotes incident check names what to mend")
