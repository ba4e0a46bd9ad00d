"""`relnotes check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.output import colour_and_width, emit
from relnotes.errors import Exit

if TYPE_CHECKING:
    from relnotes.release.review.check_report import CheckReport


@click.command()
@click.argument("release", required=False)
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option(
    "--explain", metavar="CODE", help="Say what a code means, why it matters, how to clear it."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif", "junit", "github"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def check(
    talk: Globals,
    release: str | None,
    line: str | None,
    explain: str | None,
    format_: str,
    output: str | None,
) -> int:
    """List what stands between a release and its users.

    RELEASE is a tag; without it, what would be released now. Exit code 1 if anything blocks.
    """
    if explain is not None:
        emit(_explanation(explain.upper()), output)
        return Exit.DONE
    report = _report(talk, release, line)
    emit(_text(report, format_, output), output)
    return Exit.DONE if report.may_be_released else Exit.CHECK_FAILED


def _explanation(name: str) -> str:
    from relnotes.release.review.codes import CODES, explanation, unknown_code

    if said := unknown_code(name):
        raise click.BadParameter(f"{said}; there are: {', '.join(CODES)}", param_hint="--explain")
    return explanation(CODES[name])


def _report(talk: Globals, release: str | None, line_name: str | None) -> CheckReport:
    from relnotes.launch.check import check_release
    from relnotes.launch.session import session, today

    with session(talk.config, line_name, release) as here:
        return check_release(here, release, today())


def _text(report: CheckReport, format_: str, output: str | None) -> str:
    from relnotes.publish.checks import formats as check_formats
    from relnotes.publish.checks.text import check_text

    if format_ == "text":
        colour, width = colour_and_width(output)
        return check_text(report, colour=colour, width=width)
    written = {
        "json": check_formats.check_json,
        "sarif": check_formats.check_sarif,
        "junit": check_formats.check_junit,
        "github": check_formats.check_github,
    }
    return written[format_](report)
