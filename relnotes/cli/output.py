"""Where answers go: stdout, or a file that is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click


def emit(text: str, output: str | None) -> None:
    """Print the answer, or write it to the file `output`."""
    if output is None or output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    path = Path(output)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text if text.endswith("\n") else text + "\n", "utf-8")
    temporary.replace(path)
