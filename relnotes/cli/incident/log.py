"""`relnotes incident log`."""

from __future__ import annotations

import sys
from typing import Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import Told, clock_of, echo_of, event_options, record
from relnotes.cli.output import emit

# Corrections and retractions have their own verbs: they name an event.
KINDS = (
    *("note", "signal", "reported", "detected", "declared", "decision"),
    *("rollout_started", "rollout_step", "rollout_completed", "amplified"),
    *("mitigation_applied", "mitigation_removed"),
    *("rollback_started", "rollback_step", "rollback_completed"),
    *("fix_shipped", "verified", "public_update", "public_statement", "postmortem_published"),
    *("reopened", "resolved", "closed"),
)


class Share(click.ParamType[float]):
    """`1%` or `0.01`."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f'"{text}" is no share: write 1% or 0.01', param, ctx)
        return round(share, 9)


@click.command()
@click.argument("text", nargs=-1)
@click.option(
    "-k",
    "--kind",
    type=click.Choice(KINDS),
    default="note",
    show_default=True,
    help="What kind of event it is; timeline and metrics are made of the kinds.",
)
@event_options
@click.option("--release", metavar="TAG", help="The release that the event is about.")
@click.option(
    "--share", type=Share(), metavar="SHARE", help="Share of traffic from then on, such as 1%."
)
@which_incident
@click.pass_obj
def log(
    talk: Globals,
    /,
    text: tuple[str, ...],
    kind: str,
    release: str | None,
    share: float | None,
    wanted: str | None,
    **told: Any,
) -> None:
    """Log what happened.

    TEXT is what happened, in a sentence; - reads it from stdin. Nothing else is needed: the time is
    now, the incident the one that is open.
    """
    chosen = the_incident(talk, wanted)
    words = _words(text, kind)
    clock = clock_of(chosen.folder)
    event = record(chosen, clock, kind, words, Told(**told), release=release, share=share)
    emit(echo_of(event, clock, chosen), None)


def _words(text: tuple[str, ...], kind: str) -> str:
    """What is given, piped in (`-`) or typed; a note without words says nothing."""
    words = " ".join(text)
    if words == "-":
        words = sys.stdin.read().strip()
    if words or kind != "note":
        return words
    if sys.stdin.isatty():
        return str(click.prompt("What happened", err=True))
    raise click.UsageError('say what happened: relnotes incident log "TEXT"')
