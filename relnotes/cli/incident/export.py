"""`relnotes incident export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.sides import as_markdown, public_option, shown_to, side_of
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from relnotes.incident.record import Incident

FORMATS = ("json", "md", "ics", "csv", "statuspage")


@click.command()
@which_incident
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="The record as JSON or Markdown, follow-ups for a calendar, the timeline for a"
    " spreadsheet, or what a status page shows.",
)
@public_option
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def export(
    talk: Globals, wanted: str | None, format_: str, public: bool, output: str | None
) -> None:
    """Write an incident for other programs: JSON, Markdown, calendar, table, status page.

    Everything on record, for the house; with --public only what is marked public. A status page is
    always for the public.
    """
    incident = the_incident(talk, wanted, closed=True).read()
    emit(_exported(talk, incident, format_, public or format_ == "statuspage"), output)


def _exported(talk: Globals, incident: Incident, format_: str, public: bool) -> str:
    if format_ == "md":
        return as_markdown(talk, incident, public=public)
    if format_ == "json":
        from relnotes.publish.incident.record_json import json_text, told_incident

        side = side_of(talk, incident, public=public)
        return json_text(told_incident(side.incident, side.metrics, public=public))

    shown = shown_to(incident, public=public)
    if format_ == "csv":
        from relnotes.incident.timeline import timeline
        from relnotes.publish.incident.timeline_csv import timeline_csv

        return timeline_csv(timeline(shown))
    if format_ == "ics":
        from relnotes.publish.incident.followup_calendar import followup_calendar

        return followup_calendar(shown)
    from relnotes.publish.incident.statuspage import statuspage_json

    return statuspage_json(shown)
