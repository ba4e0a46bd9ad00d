"""`relnotes schema`."""

from __future__ import annotations

import click

from relnotes.cli.output import emit


@click.command()
@click.argument("name", required=False)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
def schema(name: str | None, output: str | None) -> None:
    """Print the JSON Schema of a file that is read or written.

    Without NAME, lists the schemas there are.
    """
    from relnotes.publish.schema_names import COMPUTED, NAMES, WRITTEN, shipped_schema
    from relnotes.validation import did_you_mean

    if name is None:
        titles = {**WRITTEN, **COMPUTED}
        emit("\n".join(f"{key:16} {titles[key]}" for key in NAMES), output)
        return
    if name not in NAMES:
        known = list(NAMES)
        what = f'there is no schema "{name}"{did_you_mean(name, known)}'
        raise click.BadParameter(f"{what}; there are: {', '.join(known)}", param_hint="NAME")
    emit(shipped_schema(name), output)
