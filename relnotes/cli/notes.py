"""`relnotes notes`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from relnotes.cli import Globals
from relnotes.cli.output import emit


@click.command()
@click.argument("release", required=False)
@click.option("--unreleased", is_flag=True, help="The notes of what would be released now.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="Who will read it.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["md", "json", "text"]),
    default=None,
    help="Markdown, the JSON record, or plain text (the default on a terminal).",
)
@click.option(
    "--language", metavar="CODE", help="Its approved words in another language, such as de."
)
@click.option(
    "--from-record",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Render a JSON record again instead of reading git.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def notes(
    talk: Globals,
    release: str | None,
    unreleased: bool,
    line: str | None,
    audience: str,
    format_: str | None,
    language: str | None,
    from_record: Path | None,
    output: str | None,
) -> None:
    """Print the notes of one release.

    RELEASE is a tag; without it, the latest one. Says what changed, how sure we are, and what is
    known to be wrong.
    """
    if unreleased and release:
        raise click.UsageError("give either a RELEASE or --unreleased")
    if language and (unreleased or from_record or audience != "public" or format_):
        raise click.UsageError("--language prints the public words of a RELEASE, in Markdown")
    format_ = format_ or ("text" if sys.stdout.isatty() and not output else "md")
    if from_record:
        if release or unreleased:
            raise click.UsageError("--from-record takes no RELEASE: the record says which")
        emit(_from_record(talk, from_record, format_), output)
        return
    emit(_from_git(talk, release, unreleased, line, audience, format_, language), output)


def _from_git(
    talk: Globals,
    release: str | None,
    unreleased: bool,
    line_name: str | None,
    audience: str,
    format_: str,
    language: str | None,
) -> str:
    from relnotes import answers
    from relnotes.release.written.bundle import Audience
    from relnotes.workspace import open_workspace

    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository as repository:
        repository.check_complete()
        settings = workspace.settings()
        line = answers.line_of(settings, repository, [release] if release else [], line_name)
        tag = None if unreleased else release or answers.latest(repository, line)
        record, beside, remarks = answers.record_of(
            workspace, settings, line, tag, Audience(audience), all_must_be_read=False
        )
        _remark(talk, remarks)
        if language:
            return answers.translated(workspace, settings, record, beside, language)
        return answers.render(workspace, settings, record, beside, format_)


def _from_record(talk: Globals, path: Path, format_: str) -> str:
    from relnotes import answers
    from relnotes.workspace import open_workspace

    record = answers.read_record(path.read_bytes(), str(path))
    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository:
        settings = workspace.settings()
        beside, remarks = answers.beside(workspace, settings, record)
        _remark(talk, remarks)
        return answers.render(workspace, settings, record, beside, format_)


def _remark(talk: Globals, remarks: Iterable[str]) -> None:
    for remark in remarks:
        talk.say(f"note: {remark}")
