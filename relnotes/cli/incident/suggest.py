"""`relnotes incident suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.asking import asked, suspects_of
from relnotes.cli.incident.choice import Chosen, the_incident, which_incident
from relnotes.cli.incident.recording import Clock, Told, clock_here, clock_of, record
from relnotes.cli.output import emit
from relnotes.errors import RelnotesError

if TYPE_CHECKING:
    from relnotes.incident.record import Head
    from relnotes.incident.times.moment import Moment
    from relnotes.incident_facts.history import Suggestion
    from relnotes.incident_facts.suspects import Suspects

_MARK = "suggested from "


@click.command()
@click.option("--release", metavar="TAG", help="The release at fault; else that of the incident.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option("--write", is_flag=True, help="File the events, marked as suggested.")
@which_incident
@click.pass_obj
def suggest(
    talk: Globals,
    /,
    release: str | None,
    line: str | None,
    write: bool,
    wanted: str | None,
) -> None:
    """Draft a timeline from git: rollout, prompt edits, reverts, rollback.

    Also what the release changed, which may all have contributed, and what was known before it.
    Nothing is filed without --write, and what is filed can be corrected and retracted.
    """
    chosen = _incident(talk, wanted, needed=write)
    head = chosen.read().head if chosen else None
    clock = clock_of(chosen.folder) if chosen else clock_here()
    named = release or (head.releases.introduced_in if head else None)
    with asked(talk, [named] if named else [], line) as found:
        from relnotes.incident_facts.history import suggestions

        tag = named or found.latest.tag
        drafts = suggestions(found, found.release(tag), clock.zone)
    changed = suspects_of(talk, tag, None, line)
    emit("\n".join(_lines(tag, drafts, changed, clock)), None)
    if not (write and chosen):
        talk.say("nothing was filed; relnotes incident suggest --write files it")
        return
    from relnotes.publish.wording import counted

    count = _file(chosen, clock, drafts)
    kept = _keep_in_head(chosen, head, tag, changed) if head else False
    filed = counted(count, "event")
    talk.say(f"filed {filed}{' and what may have contributed' if kept else ''}")


def _incident(talk: Globals, wanted: str | None, *, needed: bool) -> Chosen | None:
    """A draft can be looked at before there is any incident."""
    try:
        return the_incident(talk, wanted)
    except RelnotesError:
        if needed or wanted:
            raise
        return None


def _lines(
    tag: str, drafts: tuple[Suggestion, ...], changed: Suspects | None, clock: Clock
) -> list[str]:
    lines = [f"timeline of {tag}, as far as git tells:"]
    for one in drafts:
        share = f" ({one.share:.4g} of traffic)" if one.share is not None else ""
        kind = one.kind.replace("_", " ")
        lines.append(f"  {clock.tell(_without_words(one.at))}  {kind}  {one.text}{share}")
    if changed is not None:
        lines.append(f"changed since {changed.old.tag}, any of it may have contributed:")
        lines += [f"  {one.what}" for one in changed.contributing]
        if changed.signals:
            lines.append("known before:")
        lines += [f"  {one.what} ({one.heeded.replace('_', ' ')})" for one in changed.signals]
    return lines


def _without_words(moment: Moment) -> Moment:
    return moment.model_copy(update={"said": None})


def _file(chosen: Chosen, clock: Clock, drafts: tuple[Suggestion, ...]) -> int:
    """Each once, however often it is asked for."""
    from relnotes.incident.effective import effective_events
    from relnotes.incident_facts.history import unfiled

    events = chosen.read().events
    bases = frozenset(
        (event.kind.value, one.removeprefix(_MARK))
        for event in events
        for one in event.assumptions
        if one.startswith(_MARK)
    )
    logged = {one.mitigation.commit for one in effective_events(events) if one.mitigation}
    wanted = [
        one
        for one in unfiled(drafts, bases)
        if one.mitigation is None or one.mitigation.commit not in logged
    ]
    for one in wanted:
        more: dict[str, Any] = {
            "at": one.at,
            "release": one.release,
            "share": one.share,
            "mitigation": one.mitigation,
            "rollback": one.rollback,
            "assumptions": (_MARK + one.basis,),
        }
        record(chosen, clock, one.kind, one.text, Told(), **more)
    return len(wanted)


def _keep_in_head(chosen: Chosen, head: Head, tag: str, changed: Suspects | None) -> bool:
    """Fills what the head does not say yet; what a person wrote stays."""
    from relnotes.incident_files.filing import write_head

    changes: dict[str, Any] = {}
    if head.releases.introduced_in is None:
        changes["releases"] = head.releases.model_copy(update={"introduced_in": tag})
    if changed and not head.contributing:
        changes["contributing"] = changed.contributing
    if changed and not head.signals:
        changes["signals"] = changed.signals
    if changes:
        write_head(chosen.folder, head.model_copy(update=changes))
    return bool(changes)
