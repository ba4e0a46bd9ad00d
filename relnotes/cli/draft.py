"""`relnotes draft`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.output import emit
from relnotes.errors import Exit

if TYPE_CHECKING:
    from relnotes.drafting.fact import Fact
    from relnotes.drafting.job import Done, Job
    from relnotes.drafting.usage import Prices
    from relnotes.release.written.bundle import Audience
    from relnotes.settings import Drafting, Settings
    from relnotes.workspace import Workspace


_POSTMORTEM = "/postmortem.md"
_TAKE_OUT = "take out the question above it; it waits for its review like the rest"
_APPROVE = "relnotes draft --approve {} --as NAME"


@click.command()
@click.argument("release", required=False)
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option(
    "--only",
    "pieces",
    type=click.Choice(["summary", "limitations"]),
    multiple=True,
    help="Draft this only; repeatable. Without it, the summaries and the limitations.",
)
@click.option(
    "--for",
    "readers",
    metavar="READERS",
    multiple=True,
    help="A summary for these readers too, such as developers; repeatable.",
)
@click.option(
    "--language",
    "languages",
    metavar="CODE",
    multiple=True,
    help="Translate the words of RELEASE, such as de; repeatable.",
)
@click.option(
    "--incident",
    metavar="ID",
    help="Draft what a postmortem still asks for: its summary, and what happened.",
)
@click.option("--model", metavar="NAME", help="Which model to ask.")
@click.option(
    "--base-url", metavar="URL", help="Any server that speaks the chat-completions format."
)
@click.option(
    "--internal", is_flag=True, help="Tell the model internal facts; its words are internal too."
)
@click.option(
    "--dry-run", is_flag=True, help="Print what would be sent, and what it may cost; send nothing."
)
@click.option("--again", is_flag=True, help="Ask anew what was asked and answered before.")
@click.option("--replace", is_flag=True, help="Write over files that a person wrote or edited.")
@click.option(
    "--approve",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Approve the words of a draft as they stand now; needs --as.",
)
@click.option("--as", "name", metavar="NAME", help="Who approves.")
@click.option(
    "--anyway", is_flag=True, help="Approve in spite of doubts; they are kept in the file."
)
@click.pass_obj
def draft(
    talk: Globals,
    release: str | None,
    line: str | None,
    pieces: tuple[str, ...],
    readers: tuple[str, ...],
    languages: tuple[str, ...],
    incident: str | None,
    model: str | None,
    base_url: str | None,
    internal: bool,
    dry_run: bool,
    again: bool,
    replace: bool,
    approve: Path | None,
    name: str | None,
    anyway: bool,
) -> int:
    """Draft words with a language model, or approve them.

    RELEASE is a tag; without it, the candidate. The model gets numbered facts, the public ones
    only, and has to cite them; a sentence that the facts do not bear is asked for again, then
    dropped. What passes is written into input files, and published once a person approved it.
    """
    from relnotes.drafting.job import Wanted, prepare
    from relnotes.release.written.bundle import Audience
    from relnotes.workspace import open_workspace

    if languages and (pieces or readers):
        raise click.UsageError("--language translates what is published; call it alone")
    if incident and (release or pieces or readers or languages):
        raise click.UsageError("--incident drafts for a postmortem; call it alone")
    if (approve is None) != (name is None):
        raise click.UsageError("--approve FILE and --as NAME go together")
    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository:
        settings = workspace.settings()
        if approve and name:
            return _approve(talk, workspace, settings, approve, name, anyway)
        wanted = Wanted(
            release=release,
            line=line,
            audience=Audience.INTERNAL if internal else Audience.PUBLIC,
            summary=not pieces or "summary" in pieces,
            limitations="limitations" in pieces or not (pieces or release),
            readers=readers or (settings.drafting.readers if not (pieces or release) else ()),
            languages=languages,
            incident=incident,
        )
        job = prepare(workspace, settings, wanted, _today())
        _say_estimate(talk, job, settings.drafting)
        if dry_run:
            emit(_as_sent(job), None)
            return Exit.DONE
        return _ask(talk, job, settings.drafting, wanted.audience, model, base_url, again, replace)


# -- before ----------------------------------------------------------------------------------------


def _say_estimate(talk: Globals, job: Job, settings: Drafting) -> None:
    from relnotes.drafting.usage import NOTHING_USED, cost_words, estimated

    for remark in job.remarks:
        talk.say(f"note: {remark}")
    usage = sum((estimated(one.piece.messages) for one in job.planned), NOTHING_USED)
    count = len(job.planned)
    talk.say(
        f"{count} {'piece' if count == 1 else 'pieces'}: about {usage.sent:,} tokens to send and"
        f" {usage.received:,} to receive, {cost_words(usage, _prices(settings))};"
        f" up to {settings.attempts} times that where sentences have to be asked for again"
    )


def _prices(settings: Drafting) -> Prices:
    from relnotes.drafting.usage import Prices

    return Prices(settings.price_sent, settings.price_received, settings.currency)


def _as_sent(job: Job) -> str:
    return "\n".join(
        f"== {one.piece.name}, {message['role']} ==\n{message['content']}"
        for one in job.planned
        for message in one.piece.messages
    )


# -- asking ----------------------------------------------------------------------------------------


def _ask(
    talk: Globals,
    job: Job,
    settings: Drafting,
    audience: Audience,
    model: str | None,
    base_url: str | None,
    again: bool,
    replace: bool,
) -> int:
    from relnotes.drafting.client import Client
    from relnotes.drafting.files import Origin
    from relnotes.drafting.job import perform
    from relnotes.drafting.memory import remembered
    from relnotes.drafting.server import server_of
    from relnotes.drafting.usage import NOTHING_USED, usage_words

    server = server_of(settings, model, base_url, os.environ)
    origin = Origin(server.model, _today().isoformat(), audience)
    done: list[Done] = []
    progress = _Progress(talk)
    with Client(server, progress.heard) as client:
        ask = remembered(client.ask, job.root, server.model, server.base_url, again=again)
        for one in perform(
            job, ask, origin, settings.attempts, replace=replace, begin=progress.begin
        ):
            progress.end()
            _report(talk, one)
            done.append(one)
    used = [one.drafted.usage for one in done]
    total = None if None in used else sum(filter(None, used), NOTHING_USED)
    talk.say(f"used: {usage_words(total, _prices(settings))}")
    return Exit.DONE if all(one.files for one in done) else Exit.CHECK_FAILED


def _report(talk: Globals, done: Done) -> None:
    one = done.drafted
    for trouble in one.troubles:
        talk.say(f"{one.piece}: {trouble}")
    for fault in one.dropped:
        talk.say(f"{one.piece}: dropped {fault}")
    for fact in one.missing if done.files else ():
        talk.say(f"{one.piece}: {_left_out(fact)} was left out, and is told in its own words")
    for path in done.files:
        click.echo(path)
        way = _TAKE_OUT if path.endswith(_POSTMORTEM) else _APPROVE.format(path)
        talk.say(f"a draft: read it, edit it, then {way}")
    if not done.files:
        talk.say(f"{one.piece}: nothing that it wrote could stand; no file is written")


def _left_out(fact: Fact) -> str:
    return f"“{fact.text}”" if fact.must.isdigit() else fact.must


class _Progress:
    """What is being written, on stderr, only on a terminal."""

    def __init__(self, talk: Globals) -> None:
        self._shown = not talk.quiet and sys.stderr.isatty()
        self._piece = ""

    def begin(self, piece: str) -> None:
        self._piece = piece
        self.heard(0)

    def heard(self, length: int) -> None:
        if self._shown:
            click.echo(f"\r{self._piece}: {length:,} characters", err=True, nl=False)

    def end(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _today() -> date:
    """Today, or the day that a reproducible build says it is."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else date.today()


# -- approving -------------------------------------------------------------------------------------


def _approve(
    talk: Globals, workspace: Workspace, settings: Settings, path: Path, name: str, anyway: bool
) -> int:
    from relnotes.drafting.job import approve

    doubts = approve(workspace, settings, path, name, _today(), anyway=anyway)
    for doubt in doubts:
        talk.say(f"{path}: {doubt}")
    if doubts and not anyway:
        talk.say("not approved: correct it, draft it anew, or approve it with --anyway")
        return Exit.CHECK_FAILED
    click.echo(f"{path}: approved by {name}")
    return Exit.DONE
