"""What an incident still asks of a team long after it is over: actions, evals, relapses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relnotes.incident.check.debt import debts
from relnotes.incident.facts import Comeback, Facts
from relnotes.incident.record import Filed, Incident
from relnotes.incident.vocabulary import FollowUpState
from relnotes.obstacles import Obstacle

_BACK = "take it out again, or say in the incident why it may come back"
ENDED = frozenset({FollowUpState.DONE, FollowUpState.WONT_DO})


def duties(incident: Incident, facts: Facts, today: date) -> tuple[Obstacle, ...]:
    """FOLLOWUP_OVERDUE, EVAL_DEBT and RELAPSED: what every later release must look at too."""
    return (*_overdue(incident, today), *_unpaid(incident, facts), *_relapses(facts))


def overdue(filed: Filed, today: date) -> bool:
    action = filed.followup
    return action.state not in ENDED and action.due is not None and action.due < today


def _overdue(incident: Incident, today: date) -> Iterator[Obstacle]:
    for filed in incident.followups:
        action = filed.followup
        if not overdue(filed, today) or action.due is None:
            continue
        days = (today - action.due).days
        late = "1 day" if days == 1 else f"{days} days"
        who = action.owner or "nobody owns it"
        yield Obstacle(
            "FOLLOWUP_OVERDUE",
            f"{action.what.removesuffix('.')}: {late} late ({who})",
            filed.path,
            f"relnotes incident followup done {filed.id}, or edit --due",
            subject=filed.id,
        )


def _unpaid(incident: Incident, facts: Facts) -> Iterator[Obstacle]:
    for debt in debts(incident, facts.evals):
        if debt.paid_in:
            continue
        about = f" ({debt.behaviour})" if debt.behaviour else ""
        yield Obstacle(
            "EVAL_DEBT",
            f"the eval {debt.eval}{about} was promised, and no release since has it",
            f"{incident.folder}/incident.yaml",
            "put its results into the bundle; the debt closes by itself",
            subject=debt.eval,
            blocking=False,
        )


def _relapses(facts: Facts) -> Iterator[Obstacle]:
    for one in facts.comebacks:
        yield Obstacle(
            "RELAPSED",
            _comeback(one),
            f"{one.release}:{one.prompt}",
            _BACK if one.still else "it is gone again; say in the postmortem how it came back",
            subject=one.release,
            blocking=one.verbatim and one.still,
        )


def _comeback(one: Comeback) -> str:
    if one.verbatim:
        where = f"stands in {one.release} again" if one.still else f"was back in {one.release}"
        return f'the line "{one.line}", taken out by a mitigation, {where}'
    near = f"{one.similarity:.0%} alike".replace("%", " %")
    return f'"{one.found}" in {one.release} is close to the removed line "{one.line}" ({near})'
