"""Where answers go: stdout, or a file that is written whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from relnotes.errors import fail


def colour_and_width(output: str | None) -> tuple[bool, int]:
    """Whether an answer may have colours, and how wide its lines may be."""
    import shutil

    asked = click.get_current_context().color is not False
    colour = output is None and sys.stdout.isatty() and asked
    return colour, shutil.get_terminal_size((100, 40)).columns


def emit(text: str, output: str | None) -> None:
    """Print the answer, or write it to the file `output`."""
    if output is None or output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    whole, path = text if text.endswith("\n") else text + "\n", Path(output)
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else "is in a folder that does not exist"
        raise fail(output, f"this {what}", "name a file, as in -o notes.md")
    if path.exists() and not path.is_file():
        path.write_text(whole, "utf-8")  # a device or a pipe is written to, never replaced
        return
    target = path.resolve()  # what a link points to, so that it stays a link
    temporary = target.with_name(target.name + ".new")
    temporary.write_text(whole, "utf-8")
    temporary.replace(target)
