"""`relnotes incident check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import incident_root, the_incident, which_incident
from relnotes.cli.output import colour_and_width, emit
from relnotes.errors import Exit

if TYPE_CHECKING:
    from relnotes.incident.record import Incident
    from relnotes.publish.incident.check_text import Checked


@click.command()
@which_incident
@click.option("--all", "every", is_flag=True, help="Every incident, not only one.")
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
def check(talk: Globals, wanted: str | None, every: bool, format_: str, output: str | None) -> int:
    """List what stands between an incident and its postmortem.

    Milestones that nobody logged, targets and commits that git does not know, follow-ups without
    an owner or overdue, evals still owed, lines that came back. Exit code 1 if anything blocks.
    """
    from relnotes.publish.incident.check_text import incident_check_json, incident_check_text

    checked = _checked(talk, _meant(talk, wanted, every=every))
    if format_ == "json":
        emit(incident_check_json(checked), output)
    else:
        colour, width = colour_and_width(output)
        emit(incident_check_text(checked, colour=colour, width=width), output)
    return Exit.CHECK_FAILED if any(one.blocking for one in checked) else Exit.DONE


def _meant(talk: Globals, wanted: str | None, *, every: bool) -> list[Incident]:
    from relnotes.incident_files.reading import read_incidents

    if every:
        return list(read_incidents(incident_root(talk)))
    return [the_incident(talk, wanted, closed=True).read()]


def _checked(talk: Globals, incidents: list[Incident]) -> list[Checked]:
    from relnotes.answers.incidents import witness
    from relnotes.incident.check.checking import obstacles
    from relnotes.launch.session import today
    from relnotes.publish.incident.check_text import Checked

    with witness(incident_root(talk), talk.config) as asked:
        return [Checked(one.id, obstacles(one, asked.facts(one), today())) for one in incidents]
