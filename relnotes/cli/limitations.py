"""`relnotes limitations`."""

from __future__ import annotations

from pathlib import Path

import click

from relnotes.cli import Globals
from relnotes.cli.output import emit
from relnotes.errors import Exit


@click.command()
@click.option(
    "--at",
    "release",
    metavar="RELEASE",
    help="As of this release; else the candidate, or the latest.",
)
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="internal",
    show_default=True,
    help="Who will read it.",
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["open", "mitigated", "resolved", "withdrawn", "dropped"]),
    help="Only these; may be repeated. All by default.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Only those of this origin, such as authored or regression.",
)
@click.option("--behaviour", metavar="ID", help="Only those about this behaviour.")
@click.option(
    "--check",
    is_flag=True,
    help="Exit 1 if one was dropped, or none is listed and none_known is not attested.",
)
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
def limitations(
    talk: Globals,
    release: str | None,
    line: str | None,
    audience: str,
    states: tuple[str, ...],
    origins: tuple[str, ...],
    behaviour: str | None,
    check: bool,
    format_: str,
    output: str | None,
) -> int:
    """List the known limitations, open and resolved.

    A limitation stays until it is closed with evidence; one whose file just vanished is dropped.
    """
    from relnotes import answers
    from relnotes.release.limitations.known import Origin
    from relnotes.release.written.bundle import Audience
    from relnotes.workspace import open_workspace

    if unknown := [one for one in origins if one not in {*Origin}]:
        said = f'there is no origin "{unknown[0]}"; there are: {", ".join(Origin)}'
        raise click.BadParameter(said, param_hint="--origin")
    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository as repository:
        repository.check_complete()
        settings = workspace.settings()
        chosen = answers.line_of(settings, repository, [release] if release else [], line)
        ledger = answers.ledger_at(workspace, settings, chosen, release, Audience(audience))
    entries = [
        entry
        for entry in ledger.entries
        if (not states or entry.state in states)
        and (not origins or entry.origin in origins)
        and (behaviour is None or entry.behaviour == behaviour)
    ]
    emit(answers.ledger_text(ledger, entries, format_), output)
    obstacles = answers.ledger_obstacles(ledger) if check else []
    for obstacle in obstacles:
        talk.say(obstacle)
    return Exit.CHECK_FAILED if obstacles else Exit.DONE
