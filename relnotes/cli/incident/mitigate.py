"""`relnotes incident mitigate`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import the_incident, which_incident
from relnotes.cli.incident.recording import Told, clock_of, echo_of, event_options, record
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from relnotes.incident.event import Mitigation

_KINDS = ("system_prompt", "decoding", "feature_off", "other")
_LINES_SHOWN = 8
_SOON = timedelta(days=1)  # a change goes live within a day of its commit, or somebody should look


@click.command()
@click.argument("text", nargs=-1)
@click.option("--prompt", metavar="FILE", help="The prompt that was changed, committed or not.")
@click.option("--commit", metavar="REVISION", help="The commit that changed it.")
@click.option("--kind", type=click.Choice(_KINDS), help="What was done, where no prompt changed.")
@click.option("--permanent", is_flag=True, help="It is the fix, not a stopgap.")
@click.option(
    "--publish-diff", is_flag=True, help="The public may read the lines, if it may read the event."
)
@event_options
@click.option("--release", metavar="TAG", help="The release that it softens.")
@which_incident
@click.pass_obj
def mitigate(
    talk: Globals,
    /,
    text: tuple[str, ...],
    prompt: str | None,
    commit: str | None,
    kind: str | None,
    permanent: bool,
    publish_diff: bool,
    release: str | None,
    wanted: str | None,
    **told: Any,
) -> None:
    """Log what was done to soften the behaviour.

    With --prompt or --commit the diff is taken from git and kept with the full id of the commit;
    the lines that it took out are watched, and `relnotes incident check` says if they come back.
    """
    chosen = the_incident(talk, wanted)
    clock = clock_of(chosen.folder)
    done, committed = _witnessed(prompt, commit) if prompt or commit else (None, None)
    fields = done.model_dump() if done else {}
    fields |= {"temporary": not permanent, "publish_diff": publish_diff}
    if kind or not done:
        fields["kind"] = kind or "other"
    words = " ".join(text)
    told_by = Told(**told)
    event = record(
        chosen, clock, "mitigation_applied", words, told_by, release=release, mitigation=fields
    )
    emit("\n".join([echo_of(event, clock, chosen), *(_echo(done) if done else ())]), None)
    if done and done.commit is None:
        talk.say("not committed yet; when it is: relnotes incident correct --commit REVISION")
    if committed and event.at.bounds[0] - committed > _SOON:
        talk.say(
            f"that commit is of {committed:%Y-%m-%d}: if the change went live then, relnotes"
            " incident correct --at WHEN; if another one made it, correct --commit REVISION"
        )
    talk.say("next: relnotes incident rollback --to RELEASE, or resolve when it is gone")


def _witnessed(prompt: str | None, commit: str | None) -> tuple[Mitigation, datetime | None]:
    """The change, and when it was committed."""
    from relnotes.incident_facts.mitigation import from_commit, from_prompt
    from relnotes.repository import Repository

    with Repository.open(Path.cwd()) as repository:
        path = _inside(repository.root, prompt) if prompt else None
        if commit is None and path is not None:
            done = from_prompt(repository, path)
        else:
            done = from_commit(repository, str(commit), path)
        return done, repository.commit_date(done.commit) if done.commit else None


def _inside(root: Path | None, prompt: str) -> str:
    """The path from the top of the repository, however it was given."""
    if root is None:
        return prompt
    for start in (Path.cwd(), root):
        file = (start / prompt).resolve()
        if file.is_file() and file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    return prompt


def _echo(done: Mitigation) -> list[str]:
    where = f"commit {done.commit[:12]}" if done.commit else "the work tree, not committed yet"
    lines = [f"took the diff of {done.prompt} from {where}:"]
    shown = [
        *(f"  - {line}" for line in done.removed),
        *(f"  + {line}" for line in done.added),
    ]
    lines += shown[:_LINES_SHOWN]
    if len(shown) > _LINES_SHOWN:
        lines.append(f"  … and {len(shown) - _LINES_SHOWN} more lines")
    if done.removed:
        few = "the removed line" if len(done.removed) == 1 else f"{len(done.removed)} removed lines"
        lines.append(f"watching: {few}; `relnotes incident check` will say if it comes back")
    else:
        lines.append("no line was taken out, so there is none to watch")
    return lines
