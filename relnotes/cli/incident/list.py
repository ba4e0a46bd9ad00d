"""`relnotes incident list`."""

from __future__ import annotations

import gc

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import incident_root
from relnotes.cli.output import emit


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not over.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def list_(talk: Globals, only_open: bool, format_: str, output: str | None) -> None:
    """List the incidents, those still open first."""
    from relnotes.incident.status import is_open
    from relnotes.incident_files.reading import read_incidents
    from relnotes.publish.incident.listing import incidents_json, incidents_text, rows_of

    gc.disable()  # records have no cycles; looking for them takes a third of the time
    rows = rows_of(read_incidents(incident_root(talk)))
    shown = [row for row in rows if is_open(row.status) or not only_open]
    emit(incidents_json(shown) if format_ == "json" else incidents_text(shown), output)
