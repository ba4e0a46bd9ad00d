"""`relnotes init`."""

from __future__ import annotations

from pathlib import Path

import click

from relnotes.cli import Globals


@click.command()
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def init(talk: Globals, directory: Path) -> None:
    """Start keeping release bundles in a git repository.

    Writes a commented bundle, settings and site into DIRECTORY (here by default), and makes it a
    git repository if it is none. A file that exists is never overwritten.
    """
    from relnotes import scaffold
    from relnotes.repository.creation import check_work_tree, ensure_repository

    check_work_tree(directory)
    result = scaffold.write(directory)
    made = ensure_repository(directory)
    for path in result.written:
        click.echo(f"wrote  {path}")
    for path in result.kept:
        click.echo(f"kept   {path} (it was there already)")
    if made:
        here = "this folder" if directory == Path() else directory
        talk.say(f"made {here} a git repository")
    talk.say(
        "next: name your model in relnotes.toml and bundle/bundle.yaml, commit, `git tag v0.1.0`,"
        " `relnotes build`"
    )
