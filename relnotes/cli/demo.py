"""`relnotes demo`."""

from __future__ import annotations

from pathlib import Path

import click

from relnotes.cli import Globals


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-html", is_flag=True, help="Write pages and records; do not run MkDocs.")
@click.pass_obj
def demo(talk: Globals, directory: Path, no_html: bool) -> None:
    """Make a worked example: a repository, its notes, its site.

    Writes a git repository of an invented model's releases into DIRECTORY, which must be empty or
    missing, and builds it.
    """
    from relnotes import build as building
    from relnotes import demo as story
    from relnotes.cli.build import progress, report
    from relnotes.workspace import open_workspace

    story.write(directory)
    talk.say(f"wrote the repository {directory}")
    workspace = open_workspace(directory)
    with workspace.repository:
        outcome = building.build(workspace, html=not no_html, progress=progress(talk))
    report(talk, outcome, Path.cwd())
