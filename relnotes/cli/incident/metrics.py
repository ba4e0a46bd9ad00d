"""`relnotes incident metrics`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import incident_root, the_incident, which_incident
from relnotes.cli.incident.sides import as_markdown, format_option, public_option, side_of
from relnotes.cli.output import colour_and_width, emit

if TYPE_CHECKING:
    from relnotes.incident.metrics.trends import Trends


@click.command()
@which_incident
@click.option("--all", "every", is_flag=True, help="The trends of all incidents together.")
@public_option
@format_option("text", "md", "json")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def metrics(
    talk: Globals,
    wanted: str | None,
    every: bool,
    public: bool,
    format_: str,
    output: str | None,
) -> None:
    """Say how long it took: until detected, mitigated, restored, told.

    A time that is known to the day gives a range. What is not on record is pending, and never 0.
    With --all: how many are known, their median and 90th percentile, by severity, kind, quarter.
    """
    if every and (wanted or format_ == "md"):
        raise click.UsageError("--all takes no -i, and is text or JSON")
    text = _trends(talk, public, format_, output) if every else None
    emit(text or _one(talk, wanted, public, format_, output), output)


def _one(talk: Globals, wanted: str | None, public: bool, format_: str, output: str | None) -> str:
    incident = the_incident(talk, wanted, closed=True).read()
    if format_ == "md":
        return as_markdown(talk, incident, public=public, only="metrics")
    from relnotes.publish.incident.metrics_text import metrics_text
    from relnotes.publish.incident.record_json import json_text, told_metrics

    side = side_of(talk, incident, public=public)
    if format_ == "json":
        return json_text(told_metrics(side.incident, side.metrics))
    colour, width = colour_and_width(output)
    return metrics_text(side.incident, side.metrics, colour=colour, width=width)


def _trends(talk: Globals, public: bool, format_: str, output: str | None) -> str:
    from relnotes.publish.incident.metrics_text import trends_text
    from relnotes.publish.incident.record_json import json_text, told_trends

    found = _measured(talk, public)
    if format_ == "json":
        return json_text(told_trends(found))
    colour, width = colour_and_width(output)
    return trends_text(found, colour=colour, width=width)


def _measured(talk: Globals, public: bool) -> Trends:
    from relnotes.answers.incident_sides import measured_sides
    from relnotes.incident.metrics.trends import trends
    from relnotes.incident_files.reading import read_incidents

    gc.disable()  # records have no cycles; looking for them takes a third of the time
    root = incident_root(talk)
    sides = measured_sides(read_incidents(root), root, talk.config, talk.say, public=public)
    return trends((side.incident, side.metrics) for side in sides)
