"""`relnotes incident timeline`."""

from __future__ import annotations

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.sides import as_markdown, format_option, public_option, shown_to
from relnotes.cli.output import colour_and_width, emit


@click.command()
@which_incident
@public_option
@format_option("text", "md", "json")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def timeline(
    talk: Globals, wanted: str | None, public: bool, format_: str, output: str | None
) -> None:
    """Show what happened, in order, and where the order is not certain.

    Day by day in the incident's time zone, UTC beside it. Corrected events say what they said
    before, retracted ones stay, crossed out.
    """
    incident = the_incident(talk, wanted, closed=True).read()
    if format_ == "md":
        emit(as_markdown(talk, incident, public=public, only="timeline"), output)
        return
    from relnotes.incident.timeline import timeline as in_order
    from relnotes.publish.incident.record_json import json_text, told_timeline
    from relnotes.publish.incident.timeline_text import timeline_text

    shown = shown_to(incident, public=public)
    found = in_order(shown)
    if format_ == "json":
        emit(json_text(told_timeline(shown, found)), output)
        return
    colour, width = colour_and_width(output)
    emit(timeline_text(shown, found, colour=colour, width=width), output)
