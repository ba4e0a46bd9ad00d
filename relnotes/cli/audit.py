"""`relnotes audit`."""

from __future__ import annotations

from pathlib import Path

import click

from relnotes.cli import Globals
from relnotes.cli.output import colour_and_width, emit


@click.command()
@click.option("--line", metavar="NAME", help="Only this line, where a repository has several.")
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
def audit(talk: Globals, line: str | None, format_: str, output: str | None) -> None:
    """Say how many releases kept the promise, over the whole history.

    Every release is checked against the day on which it went out.
    """
    from relnotes.launch.audit import audit_of
    from relnotes.publish.checks.audit_text import audit_json, audit_text
    from relnotes.workspace import choose_line, open_workspace

    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository as repository:
        repository.check_complete()
        settings = workspace.settings()
        chosen = choose_line(settings, line) if line else None
        report = audit_of(workspace, settings, chosen)
    colour, _ = colour_and_width(output)
    emit(audit_json(report) if format_ == "json" else audit_text(report, colour=colour), output)
