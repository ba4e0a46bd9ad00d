"""`relnotes incident correct`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.events import in_brief, the_event
from relnotes.cli.incident.log import KINDS, Share
from relnotes.cli.incident.recording import Clock, Told, clock_of, record
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from relnotes.incident.event import Event
    from relnotes.incident.record import Incident

_FIELDS = ("kind", "text", "source", "release", "share", "visibility")


@click.command()
@click.argument("event", required=False)
@click.option("--at", metavar="WHEN", help="When it really happened; any form that log takes.")
@click.option("--text", metavar="TEXT", help="What it should say.")
@click.option("-k", "--kind", type=click.Choice(KINDS), help="What kind of event it was.")
@click.option("--source", metavar="LINK", help="Where it can be read, or who said it.")
@click.option("--release", metavar="TAG", help="The release that it is about.")
@click.option("--share", type=Share(), metavar="SHARE", help="Share of traffic from then on.")
@click.option(
    "--visibility", type=click.Choice(["public", "internal"]), help="Who may read it from now on."
)
@click.option(
    "--commit", metavar="REVISION", help="Of a mitigation: the commit; the diff is taken anew."
)
@click.option(
    "--publish-diff", is_flag=True, help="The public may read the lines of a public mitigation."
)
@click.option(
    "--publish-attachments", is_flag=True, help="The public may have the files of a public event."
)
@click.option("--because", metavar="TEXT", help="Why it is corrected.")
@click.option("--by", metavar="NAME", envvar="RELNOTES_BY", help="Who says so.")
@which_incident
@click.pass_obj
def correct(
    talk: Globals,
    /,
    event: str | None,
    at: str | None,
    commit: str | None,
    publish_diff: bool,
    publish_attachments: bool,
    because: str | None,
    by: str | None,
    wanted: str | None,
    **fields: Any,
) -> None:
    """Correct what an event says.

    EVENT is the end of its id, as `relnotes incident show` lists it; without it, the event logged
    last. Only what is given changes, and what was said before stays on file.
    """
    restated = {key: fields[key] for key in _FIELDS if fields[key] is not None}
    chosen = the_incident(talk, wanted, closed=True)
    meant = _as_it_stands(chosen.read(), event)
    clock = clock_of(chosen.folder)
    if at is not None:
        restated["at"] = clock.read(at)
    if commit is not None or publish_diff:
        restated["mitigation"] = _mitigation(meant, commit, publish_diff)
    if publish_attachments:
        restated["publish_attachments"] = True
    if not restated:
        raise click.UsageError("say what is wrong: --at, --text, --kind, --source, …")
    visibility = restated.get("visibility", meant.visibility)
    more = {"corrects": meant.id, "restates": restated, "visibility": visibility}
    record(chosen, clock, "correction", because, Told(by=by), **more)
    emit("\n".join(_echo(meant, restated, clock)), None)


def _as_it_stands(incident: Incident, wanted: str | None) -> Event:
    """After what was corrected before."""
    from relnotes.incident.effective import read_log

    said = the_event(incident, wanted)
    entries = read_log(incident.events).entries
    return next((entry.event for entry in entries if entry.original.id == said.id), said)


def _mitigation(meant: Event, commit: str | None, publish_diff: bool) -> dict[str, Any]:
    """As the commit has it, where one is named."""
    from relnotes.incident_facts.mitigation import from_commit
    from relnotes.repository import Repository

    said = meant.mitigation
    if said is None:
        what = f"{in_brief(meant)} is no mitigation"
        raise click.UsageError(f"{what}; name one, as `relnotes incident show` lists them")
    known = {"kind": said.kind, "temporary": said.temporary}
    known["publish_diff"] = publish_diff or said.publish_diff
    if commit is None:
        return {**said.model_dump(), **known}
    with Repository.open(Path.cwd()) as repository:
        return {**from_commit(repository, commit, said.prompt).model_dump(), **known}


def _echo(meant: Event, restated: dict[str, Any], clock: Clock) -> list[str]:
    lines = [f"corrected: {in_brief(meant)}"]
    for key, new in restated.items():
        old = getattr(meant, key)
        if key == "at":
            old, new = clock.tell(old), clock.tell(new)
        if key == "mitigation":
            old, new = _in_words(old.model_dump()), _in_words(new)
        lines.append(f"  {key}: {'—' if old is None else old} → {new}")
    return lines


def _in_words(mitigation: dict[str, Any]) -> str:
    commit = mitigation["commit"]
    read = ", its lines public" if mitigation["publish_diff"] else ""
    return (f"commit {commit[:12]}" if commit else "not committed") + read
