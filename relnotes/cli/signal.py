"""`relnotes signal add` and `list`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.asking import ask_for
from relnotes.cli.days import Day
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from relnotes.launch.session import Session
    from relnotes.release.written.review_files import Signal

KINDS = (
    *("spot-check", "expert-test", "red-team", "user-feedback", "alpha"),
    *("offline-eval", "safety-eval", "ab-test", "canary"),
)
VERDICTS = ("fine", "uneasy", "concern", "block")


@click.group()
def signal() -> None:
    """Write down what people and tests say about a candidate."""


@signal.command()
@click.argument("found", required=False)
@click.option("--kind", type=click.Choice(KINDS), help="What sort of look it was.")
@click.option("--verdict", type=click.Choice(VERDICTS), help="What it comes to.")
@click.option("--behaviour", "behaviours", multiple=True, metavar="ID", help="What it is about.")
@click.option("--role", metavar="ROLE", help="Who looked, such as expert tester.")
@click.option("--tried", metavar="TEXT", help="What was done.")
@click.option("--count", type=int, metavar="N", help="How many people, conversations or prompts.")
@click.option("--uneasy", type=int, metavar="N", help="How many of them were not content.")
@click.option("--quote", "quotes", multiple=True, metavar="TEXT", help="In their own words.")
@click.option(
    "--against",
    multiple=True,
    metavar="ID",
    help="A behaviour whose principle speaks against what was preferred.",
)
@click.option(
    "--horizon", type=click.Choice(["short", "long"]), help="Seen at once, or only after weeks."
)
@click.option("--public", is_flag=True, help="The public may read it; else it stays internal.")
@click.option("--on", type=Day(), metavar="DATE", help="The day of the look; else today.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.pass_obj
def add(
    talk: Globals, /, found: str | None, on: date | None, line: str | None, **said: Any
) -> None:
    """Write one signal about what would be released now.

    FOUND is a sentence or two. On a terminal, what is missing is asked for.
    """
    from relnotes.launch.session import session

    wanted = {"kind": "--kind", "verdict": "--verdict", "found": "FOUND"}
    choices = {"kind": KINDS, "verdict": VERDICTS}
    whole = ask_for(wanted, {**said, "found": found}, choices)
    with session(talk.config, line) as here:
        path = _write(here, whole, on)
    click.echo(path)
    talk.say("commit it with the bundle; `relnotes check` says what it changes")


def _write(here: Session, said: dict[str, Any], on: date | None) -> str:
    from relnotes.launch.evidence import check_behaviours
    from relnotes.launch.session import today
    from relnotes.launch.statements import write_statement

    now = here.candidate()
    check_behaviours(now, (*said["behaviours"], *said["against"]))
    one = _signal(said, on or today(), now.snapshot.running)
    about = f"{one.kind.value} {' '.join(one.behaviours) or one.found}"
    return write_statement(here.workspace, here.line, one, about)


def _signal(said: dict[str, Any], on: date, running: str) -> Signal:
    from pydantic import ValidationError

    from relnotes.release.written.bundle import Audience
    from relnotes.release.written.review_files import Signal

    audience = Audience.PUBLIC if said.pop("public") else Audience.INTERNAL
    try:
        return Signal(**said, on=on, candidate=running, audience=audience)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.UsageError(first["msg"].removeprefix("Value error, ")) from error


@signal.command("list")
@click.argument("release", required=False)
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
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
def list_(
    talk: Globals, release: str | None, line: str | None, format_: str, output: str | None
) -> None:
    """List the signals that came with a release.

    RELEASE is a tag; without it, what would be released now.
    """
    import msgspec

    from relnotes.launch.session import session
    from relnotes.launch.standing import standing
    from relnotes.publish.checks.text import signals_text

    with session(talk.config, line, release) as here:
        review = standing(here.workspace, here.settings, here.line, release).record.review
    signals = review.signals if review else ()
    if format_ == "json":
        data = msgspec.json.encode({"schema": "relnotes.signals/1", "signals": signals})
        emit(msgspec.json.format(data, indent=2).decode(), output)
    else:
        emit(signals_text(signals), output)
