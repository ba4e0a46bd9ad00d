"""`relnotes incident`: its verbs, in the order in which a night goes."""

from __future__ import annotations

import click

from relnotes.cli import Commands, Deferred

VERBS = {
    "new": "Open an incident.",
    "detect": "Log that the behaviour was noticed.",
    "log": "Log what happened.",
    "mitigate": "Log what was done to soften the behaviour.",
    "rollback": "Log a rollback: started with --to, complete with --done.",
    "resolve": "Log that the behaviour is gone.",
    "correct": "Correct what an event says.",
    "retract": "Take back an event that did not happen, and say WHY.",
    "followup": "Keep the follow-ups: what changes now, who does it, until when.",
    "status": "Say where an incident stands, what was logged last, and what comes next.",
    "show": "Show everything on file about an incident.",
    "timeline": "Show what happened, in order, and where the order is not certain.",
    "metrics": "Say how long it took: until detected, mitigated, restored, told.",
    "close": "Close an incident: its postmortem is done, or it was none.",
    "suggest": "Draft a timeline from git: rollout, prompt edits, reverts, rollback.",
    "list": "List the incidents, those still open first.",
    "check": "List what stands between an incident and its postmortem.",
    "postmortem": "Begin the postmortem, or bring its tables up to date.",
    "export": "Write an incident for other programs: JSON, Markdown, calendar, table, status page.",
    "backfill": "Add a known limitation to the release that was at fault, dated today.",
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
