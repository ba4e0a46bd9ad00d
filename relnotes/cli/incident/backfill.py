"""`relnotes incident backfill`."""

from __future__ import annotations

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.output import emit


@click.command()
@click.argument("text")
@click.option("--limitation", "identity", metavar="ID", required=True, help="Its id, as KL0031.")
@click.option("--behaviour", metavar="NAME", help="Else the behaviour of the incident.")
@click.option("--workaround", metavar="TEXT", help="What users can do.")
@click.option("--why", metavar="TEXT", help="Why it is added after the fact; a sentence.")
@click.option("--release", metavar="TAG", help="Else the release that brought the incident.")
@click.option("--internal", is_flag=True, help="Only the house is to know of it.")
@which_incident
@click.pass_obj
def backfill(
    talk: Globals,
    text: str,
    identity: str,
    behaviour: str | None,
    workaround: str | None,
    why: str | None,
    release: str | None,
    internal: bool,
    wanted: str | None,
) -> None:
    """Add a known limitation to the release that was at fault, dated today.

    TEXT is what users should know. Writes amendments/ and names the limitation in the incident, so
    that the release's page, the register and the incident lead to each other.
    """
    from relnotes.answers.backfill import Backfill, write_backfill
    from relnotes.answers.incidents import witness
    from relnotes.launch.session import today

    chosen = the_incident(talk, wanted, closed=True)
    added = Backfill(text, identity, behaviour, workaround, why, release, internal)
    with witness(chosen.root, talk.config) as asked:
        known = asked.tags
    path = write_backfill(chosen.root, chosen.folder, chosen.read(), added, today(), known)
    emit(path.as_posix(), None)
    talk.say("commit it; the page says so from the next `relnotes build` on")
