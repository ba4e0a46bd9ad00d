"""`relnotes incident show`."""

from __future__ import annotations

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import clock_of
from relnotes.cli.output import emit


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@which_incident
@click.pass_obj
def show(talk: Globals, /, format_: str, output: str | None, wanted: str | None) -> None:
    """Show everything on file about an incident.

    Each event begins with the end of its id, which `correct` and `retract` take.
    """
    from relnotes.incident.metrics.durations import measure
    from relnotes.publish.incident.record_json import json_text, told_incident
    from relnotes.publish.incident.text import show_text

    chosen = the_incident(talk, wanted, closed=True)
    incident, clock = chosen.read(), clock_of(chosen.folder)
    if format_ == "json":
        text = json_text(told_incident(incident, measure(incident), public=False))
    else:
        text = show_text(incident, clock.zone, clock.now)
    emit(text, output)
