"""`relnotes incident rollback`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.asking import asked
from relnotes.cli.incident.choice import Chosen, the_incident, which_incident
from relnotes.cli.incident.recording import Told, clock_of, echo_of, event_options, record
from relnotes.cli.output import emit
from relnotes.errors import Exit, RelnotesError

if TYPE_CHECKING:
    from relnotes.incident.event import Rollback
    from relnotes.incident_facts.rollback import Plan, Proof

_SHOWN = 8
_NEXT = {
    "rollback_started": "rollback --done, when it is live everywhere",
    "rollback_step": "rollback --done again, when nothing differs; or --done --unproved",
    "rollback_completed": "resolve, when the behaviour is gone",
}


@click.command()
@click.argument("text", nargs=-1)
@click.option("--to", metavar="RELEASE", help="The release to go back to.")
@click.option("--live", metavar="RELEASE", help="The release that is live, if not the latest.")
@click.option("--done", is_flag=True, help="It is complete: prove that what is live equals it.")
@click.option("--unproved", is_flag=True, help="Log it without asking git: its tags are not here.")
@event_options
@which_incident
@click.pass_obj
def rollback(
    talk: Globals,
    /,
    text: tuple[str, ...],
    to: str | None,
    live: str | None,
    done: bool,
    unproved: bool,
    wanted: str | None,
    **told: Any,
) -> int:
    """Log a rollback: started with --to, complete with --done.

    --to says what differs between what is live and the release to go back to, and what good
    things go with it. --done compares the trees of both bundles; where they are not one, it names
    what still differs, logs a step of the rollback and not its end, and leaves with exit code 1.
    """
    chosen = the_incident(talk, wanted)
    begun = _begun(chosen) if done else None
    target = to or (begun.to if begun else None)
    if not target and not unproved:
        raise click.UsageError("say which release to go back to: --to RELEASE")
    fields, lines = (
        _witnessed(talk, str(target), live, begun, done=done)
        if not unproved
        else (
            {"to": target} if target else None,
            [],
        )
    )
    refuted = fields is not None and fields.get("proved") is False
    kind = _kind(done=done, refuted=refuted)
    clock = clock_of(chosen.folder)
    event = record(chosen, clock, kind, " ".join(text), Told(**told), rollback=fields)
    if not done and fields:
        _keep_in_head(talk, chosen, fields)
    emit("\n".join([echo_of(event, clock, chosen), *lines]), None)
    talk.say(f"next: relnotes incident {_NEXT[kind]}")
    return Exit.CHECK_FAILED if refuted else Exit.DONE


def _kind(*, done: bool, refuted: bool) -> str:
    """What differs still is no end: restored would be a time at which nothing was."""
    if not done:
        return "rollback_started"
    return "rollback_step" if refuted else "rollback_completed"


def _begun(chosen: Chosen) -> Rollback | None:
    """The rollback that was started last."""
    from relnotes.incident.effective import effective_events

    found = [one.rollback for one in effective_events(chosen.read().events) if one.rollback]
    return found[-1] if found else None


def _witnessed(
    talk: Globals, to: str, live: str | None, begun: Rollback | None, *, done: bool
) -> tuple[dict[str, Any], list[str]]:
    """Fields of the event, and what to say."""
    from relnotes.incident_facts import rollback as facts

    try:
        with asked(talk, [to]) as line:
            if not done:
                found = facts.plan(line, to, live)
                return _planned(found), _plan_lines(found)
            proof = facts.prove(line, to, live, begun.withdraws if begun else ())
    except RelnotesError as error:
        talk.say("nothing was logged; without git: relnotes incident rollback --unproved …")
        raise error from None
    return {**_kept(begun), **_proved(proof)}, _proof_lines(proof)


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "to": plan.target.tag,
        "withdraws": plan.withdraws,
        "tree": plan.target.tree,
        "differs": plan.differs,
        "lost": plan.lost,
    }


def _kept(begun: Rollback | None) -> dict[str, Any]:
    return {"withdraws": begun.withdraws, "lost": begun.lost} if begun else {}


def _proved(proof: Proof) -> dict[str, Any]:
    return {
        "to": proof.target.tag,
        "tree": proof.target.tree,
        "proved": proof.equal,
        "differs": proof.differs,
    }


def _plan_lines(plan: Plan) -> list[str]:
    lines = [f"going back from {plan.live.tag} to {plan.target.tag} changes:"]
    lines += _cut(plan.differs) or ["  nothing: both bundles are the same"]
    if plan.lost:
        lines += ["also lost:", *_cut(plan.lost)]
    return lines


def _proof_lines(proof: Proof) -> list[str]:
    from relnotes.incident_facts.rollback import name_of

    if proof.equal:
        tree = (proof.target.tree or "")[:12]
        return [f"{name_of(proof.live)} is equal to {proof.target.tag}: tree {tree} (proved)"]
    count = len(proof.differs)
    files = "1 file still differs" if count == 1 else f"{count} files still differ"
    return [
        f"NOT equal to {proof.target.tag}: in {name_of(proof.live)} {files}:",
        *_cut(proof.differs),
    ]


def _cut(items: tuple[str, ...]) -> list[str]:
    lines = [f"  {one}" for one in items[:_SHOWN]]
    return [*lines, f"  … and {len(items) - _SHOWN} more"] if len(items) > _SHOWN else lines


def _keep_in_head(talk: Globals, chosen: Chosen, fields: dict[str, Any]) -> None:
    """The head names the release that was restored; one that is broken is left as it is."""
    from relnotes.incident.record import Releases
    from relnotes.incident_files.filing import write_head

    head = chosen.read().head
    if head is None:
        talk.say("note: incident.yaml cannot be read, so it does not name the release yet")
        return
    changes = {"rolled_back_to": fields["to"], "lost": fields.get("lost", ())}
    releases = Releases.model_validate({**head.releases.model_dump(), **changes})
    write_head(chosen.folder, head.model_copy(update={"releases": releases}))
