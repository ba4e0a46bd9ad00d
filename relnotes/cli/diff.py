"""`relnotes diff`."""

from __future__ import annotations

from pathlib import Path

import click

from relnotes.cli import Globals
from relnotes.cli.output import colour_and_width, emit
from relnotes.errors import Exit


@click.command()
@click.argument("releases", metavar="OLD..[NEW]", nargs=-1, required=True)
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="internal",
    show_default=True,
    help="Who will read it.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "md", "json"]),
    default="text",
    show_default=True,
    help="For people, for a page, or for programs.",
)
@click.option(
    "--fail-on",
    metavar="VERDICTS",
    default="",
    help="Exit 1 if an eval has one of these verdicts, such as regressed,inconclusive.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def diff(
    talk: Globals,
    releases: tuple[str, ...],
    line: str | None,
    audience: str,
    format_: str,
    fail_on: str,
    output: str | None,
) -> int:
    """Say what changed between two releases, OLD..NEW.

    Without NEW, the candidate: the bundle as it lies in the work tree.
    """
    from relnotes import answers
    from relnotes.evals.verdict import verdicts_named
    from relnotes.release.written.bundle import Audience
    from relnotes.workspace import open_workspace

    old, new = _pair(releases)
    verdicts = verdicts_named(fail_on)
    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository as repository:
        repository.check_complete()
        settings = workspace.settings()
        chosen = answers.line_of(settings, repository, [old, *([new] if new else [])], line)
        record = answers.diff_of(workspace, settings, chosen, old, new, Audience(audience))
        if format_ == "text":
            from relnotes.publish.terminal import diff_text

            colour, width = colour_and_width(output)
            text = diff_text(record, colour=colour, width=width)
        else:
            text = answers.render(workspace, settings, record, answers.NOTHING_BESIDE, format_)
    emit(text, output)
    found = sorted({one.verdict.value for one in record.evals if one.verdict in verdicts})
    if found:
        talk.say(f"--fail-on: {', '.join(found)}")
        return Exit.CHECK_FAILED
    return Exit.DONE


def _pair(releases: tuple[str, ...]) -> tuple[str, str | None]:
    """Two words are taken as git takes them: OLD NEW is OLD..NEW."""
    if len(releases) == 2 and not any(".." in one for one in releases):
        return releases[0], releases[1]
    old, dots, new = releases[0].partition("..")
    if len(releases) > 1 or not dots or not old or new.startswith("."):
        hint = "write OLD..NEW, such as v1.0.0..v1.1.0, or OLD.. for the candidate"
        raise click.BadParameter(hint, param_hint="OLD..[NEW]")
    return old, new or None
