"""`relnotes incident`: its verbs, in the order in which a night goes."""

from __future__ import annotations

import click

from relnotes.cli import Commands, Deferred

VERBS = {
    "new": "Open an incident.",
    "detect": "Log that the behaviour was noticed.",
    "log": "Log what happened.",
    "list": "List the incidents, those still open first.",
}


@click.group(
    cls=Commands,
    commands=[
        Deferred(name, package=__name__, short_help=short_help)
        for name, short_help in VERBS.items()
    ],
)
def incident() -> None:
    """Record an incident as it happens, up to its postmortem.

    Works offline and never deletes. No verb needs an option while one incident is open; with
    several, -i says which.
    """
