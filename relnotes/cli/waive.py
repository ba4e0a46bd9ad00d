"""`relnotes waive`."""

from __future__ import annotations

from datetime import date

import click

from relnotes.cli import Globals
from relnotes.cli.asking import ask_for
from relnotes.cli.days import Day


@click.command()
@click.argument("obstacle", metavar="CODE[/SUBJECT]")
@click.option(
    "--until", type=Day(), metavar="DATE", required=True, help="The last day on which it counts."
)
@click.option("--reason", metavar="TEXT", help="Why; stays in the house.")
@click.option("--public", metavar="TEXT", help="What stands under the known limitations.")
@click.option("--by", metavar="NAME", help="Who answers for it; else the name that git knows.")
@click.option("--on", type=Day(), metavar="DATE", help="The day of the waiver; else today.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.pass_obj
def waive(
    talk: Globals,
    obstacle: str,
    until: date,
    reason: str | None,
    public: str | None,
    by: str | None,
    on: date | None,
    line: str | None,
) -> None:
    """Answer by name for an obstacle, until a day.

    CODE and SUBJECT are as `relnotes check` names them, such as BEHAVIOUR_NOT_MEASURED/sycophancy.
    The release note prints it under the known limitations.
    """
    from relnotes.launch.evidence import check_waivable
    from relnotes.launch.session import session, today
    from relnotes.launch.statements import write_statement
    from relnotes.release.written.review_files import Waiver

    code, _, subject = obstacle.partition("/")
    check_waivable(code)
    start = on or today()
    if until < start:
        raise click.UsageError(f"--until {until} is over before it begins, on {start}")
    given = {"reason": reason, "public": public}
    words = ask_for({key: f"--{key}" for key in given}, given, {})
    with session(talk.config, line) as here:
        one = Waiver(
            code=code,
            subject=subject or None,
            by=here.person(by),
            on=start,
            until=until,
            **words,
        )
        about = f"{code.replace('_', ' ')} {subject}"
        click.echo(write_statement(here.workspace, here.line, one, about))
