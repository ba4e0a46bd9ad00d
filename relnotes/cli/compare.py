"""`relnotes compare`."""

from __future__ import annotations

import shutil
import sys
from os import environ
from typing import TYPE_CHECKING

import click

from relnotes.cli import Globals
from relnotes.cli.output import emit
from relnotes.errors import Exit

if TYPE_CHECKING:
    from relnotes.comparing import Compared
    from relnotes.evals.verdict import Verdict


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "md", "csv"]),
    default="text",
    show_default=True,
    help="For people, for programs, for a page, or for a spreadsheet.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option("--html", metavar="FILE", help="Write a report with a plot too, in one HTML file.")
@click.option("--all", "everything", is_flag=True, help="List what is folded into a count.")
@click.option(
    "--fail-on",
    metavar="VERDICTS",
    default="",
    help="Exit 1 if an eval has one of these verdicts, such as regressed,removed.",
)
@click.option(
    "--task", "tasks", metavar="GLOB", multiple=True, help="Compare these tasks only; repeatable."
)
@click.option(
    "--metric",
    "metrics",
    metavar="GLOB",
    multiple=True,
    help="Compare these metrics only; repeatable.",
)
@click.option(
    "--rename",
    "renames",
    metavar="OLD=NEW",
    multiple=True,
    help="A task, metric or filter that two harnesses call differently; repeatable.",
)
@click.option(
    "--margin",
    "margins",
    metavar="[METRIC=]LOSS",
    multiple=True,
    help="The loss to tolerate: of a metric from 0 to 1 (0.02 if not said), or of METRIC in its"
    " own unit; repeatable.",
)
@click.option(
    "--alpha",
    metavar="RATE",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    help="How often to be wrong where nothing changed: 0.05 if not said.",
)
@click.option(
    "--power",
    metavar="RATE",
    type=click.FloatRange(0.5, 1, min_open=True, max_open=True),
    help="How often to find what is called detectable: 0.8 if not said.",
)
@click.option(
    "--min-overlap",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    help="Of all questions, the share that both sides must have asked: 0.5 if not said.",
)
@click.option(
    "--override",
    "overrides",
    metavar="FIELD=REASON",
    multiple=True,
    help="Compare although FIELD differs, such as harness or model_args.*; the reason is shown;"
    " repeatable.",
)
@click.option(
    "--direction",
    "directions",
    metavar="METRIC=higher|lower",
    multiple=True,
    help="Which way is better, where the files do not say; repeatable.",
)
@click.option(
    "--column",
    "columns",
    metavar="FIELD=COLUMN",
    multiple=True,
    help="What the columns of your own CSV, JSONL or Parquet mean, such as score=correct and"
    " key=id, or task=suite, metric=name and value=mean; repeatable.",
)
@click.option(
    "--again",
    metavar="PATH",
    multiple=True,
    help="OLD measured again: a change must exceed what it moved by itself; repeatable.",
)
@click.option(
    "--ignore",
    metavar="GLOB",
    multiple=True,
    help="Files of a folder that are no eval results, by name or path; repeatable.",
)
@click.option(
    "--max-file-mb",
    "max_mb",
    metavar="MB",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Read no file that is larger.",
)
@click.pass_obj
def compare(
    talk: Globals,
    old: str,
    new: str,
    format_: str,
    output: str | None,
    html: str | None,
    everything: bool,
    fail_on: str,
    tasks: tuple[str, ...],
    metrics: tuple[str, ...],
    renames: tuple[str, ...],
    margins: tuple[str, ...],
    alpha: float | None,
    power: float | None,
    min_overlap: float | None,
    overrides: tuple[str, ...],
    directions: tuple[str, ...],
    columns: tuple[str, ...],
    again: tuple[str, ...],
    ignore: tuple[str, ...],
    max_mb: int,
) -> int:
    """Compare two eval results, file with file or folder with folder.

    Needs no repository. Any format that is known is recognised by what is in it, so OLD and NEW
    may be of two harnesses. Where there is a relnotes.toml, its [evals] holds here too; options
    win over it.
    """
    from relnotes.cli.compare_options import asked
    from relnotes.comparing import House, Options, compare_files
    from relnotes.comparing.files import Reading
    from relnotes.evals.verdict import verdicts_named

    verdicts = verdicts_named(fail_on)
    options = asked(
        Options(
            renames=renames,
            tasks=tasks,
            metrics=metrics,
            again=again,
            reading=Reading(ignore, max_mb),
            house=House(warehouse=environ.get("RELNOTES_WAREHOUSE")),
        ),
        talk.config,
        margins=margins,
        overrides=overrides,
        directions=directions,
        columns=columns,
        alpha=alpha,
        power=power,
        min_overlap=min_overlap,
    )
    compared = compare_files(old, new, options)
    if html:
        from relnotes.publish.comparison.report import compare_report

        emit(compare_report(compared), html)
    emit(_rendered(compared, format_, everything, to_file=output is not None), output)
    return _gate(talk, compared, verdicts)


def _gate(talk: Globals, compared: Compared, verdicts: frozenset[Verdict]) -> int:
    """The exit code, and on stderr why."""
    from relnotes.publish.comparison.wording import failing_words

    failing = list(failing_words(compared, verdicts))
    for words in failing:
        talk.say(f"--fail-on: {words}")
    if failing:
        return Exit.CHECK_FAILED
    if verdicts and not compared.compared:
        talk.say("--fail-on: nothing could be compared, so this says nothing of the model")
    return Exit.DONE


def _rendered(compared: Compared, format_: str, everything: bool, *, to_file: bool) -> str:
    if format_ in ("json", "csv"):
        from relnotes.publish.comparison.record import compare_csv, compare_json

        return compare_json(compared) if format_ == "json" else compare_csv(compared)
    if format_ == "md":
        from relnotes.publish.comparison.as_markdown import compare_markdown

        return compare_markdown(compared, everything=everything)
    from relnotes.publish.comparison.text import compare_text

    allowed = click.get_current_context().color is not False
    colour = allowed and not to_file and sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 40)).columns
    return compare_text(compared, colour=colour, width=width, everything=everything)
