"""`relnotes decide`."""

from __future__ import annotations

from datetime import date

import click

from relnotes.cli import Globals
from relnotes.cli.asking import ask_for
from relnotes.cli.days import Day

OUTCOMES = ("release", "hold")


@click.command()
@click.argument("behaviour", required=False)
@click.option("--whole", is_flag=True, help="About the release as a whole, not one behaviour.")
@click.option(
    "--outcome",
    type=click.Choice(OUTCOMES),
    help="What is done about the candidate.",
)
@click.option("--reason", metavar="TEXT", help="Why; stays in the house.")
@click.option("--public", metavar="TEXT", help="What the release note says of it.")
@click.option("--as", "role", metavar="ROLE", help="In which role; shown to the public.")
@click.option("--by", metavar="NAME", help="Who decides; else the name that git knows.")
@click.option("--on", type=Day(), metavar="DATE", help="The day of the decision; else today.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.pass_obj
def decide(
    talk: Globals,
    behaviour: str | None,
    whole: bool,
    outcome: str | None,
    reason: str | None,
    public: str | None,
    role: str | None,
    by: str | None,
    on: date | None,
    line: str | None,
) -> None:
    """Decide what to do where signals disagree.

    About one BEHAVIOUR, or --whole. It counts for this candidate and the evidence known today: a
    later signal asks for a new decision.
    """
    from relnotes.launch.evidence import conflict_about
    from relnotes.launch.session import session, today
    from relnotes.launch.statements import write_statement
    from relnotes.release.written.review_files import Decision

    if bool(behaviour) == whole:
        raise click.UsageError("name a BEHAVIOUR, or say --whole")
    given = {"outcome": outcome, "reason": reason, "public": public}
    wanted = {key: f"--{key}" for key in given}
    words = ask_for(wanted, given, {"outcome": OUTCOMES})
    with session(talk.config, line) as here:
        now = here.candidate()
        conflict = conflict_about(now, behaviour)
        one = Decision(
            behaviour=behaviour,
            role=role,
            by=here.person(by),
            on=on or today(),
            **words,
            candidate=now.snapshot.running,
            considered=tuple(each.name for each in conflict.opposing),
        )
        click.echo(write_statement(here.workspace, here.line, one, behaviour or "whole release"))
