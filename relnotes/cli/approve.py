"""`relnotes approve`."""

from __future__ import annotations

from datetime import date

import click

from relnotes.cli import Globals
from relnotes.cli.days import Day


@click.command()
@click.option("--as", "role", metavar="ROLE", required=True, help="In which role, such as safety.")
@click.option("--by", metavar="NAME", help="Who approves; else the name that git knows.")
@click.option("--comment", metavar="TEXT", help="What to remember of it; stays in the house.")
@click.option("--on", type=Day(), metavar="DATE", help="The day of the approval; else today.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.pass_obj
def approve(
    talk: Globals,
    role: str,
    by: str | None,
    comment: str | None,
    on: date | None,
    line: str | None,
) -> None:
    """Approve the release of exactly this bundle.

    The bundle must be committed. If a file of it changes later, the approval is stale.
    """
    from relnotes.errors import fail
    from relnotes.launch.evidence import committed
    from relnotes.launch.session import session, today
    from relnotes.launch.statements import write_statement
    from relnotes.release.written.review_files import Approval
    from relnotes.validation import did_you_mean

    with session(talk.config, line) as here:
        check = here.settings.check
        roles = sorted({*check.approvals, *(check.approvals_of_hotfix or {})})
        if role not in roles:
            what = f'no approval is asked for as "{role}"{did_you_mean(role, roles)}'
            raise fail("", what, f"the settings name: {', '.join(roles) or 'nobody'}")
        commit = committed(here.workspace.repository, here.line)
        review = here.candidate().record.review
        assert review is not None
        person = here.person(by)
        for given in review.approvals:
            if given.is_fresh and (given.role, given.by) == (role, person):
                click.echo(f"{here.line.bundle}/{given.path}")
                talk.say(f"{person} has approved exactly this already")
                return
        one = Approval(
            role=role,
            by=person,
            on=on or today(),
            candidate=review.digest,
            commit=commit,
            comment=comment,
        )
        click.echo(write_statement(here.workspace, here.line, one, role))
    talk.say("commit it; it counts for this bundle and no other")
