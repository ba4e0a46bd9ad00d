"""Evals that an incident owes: each is paid by itself when a later release has the eval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import FollowUpState, FollowUpType


@dataclass(frozen=True, slots=True)
class Debt:
    """`paid_in` is the first release with the eval; `followup` the one that promises it."""

    eval: str
    behaviour: str | None
    why: str | None
    paid_in: str | None
    followup: str | None = None


def promised_evals(incident: Incident) -> tuple[str, ...]:
    """Once each, in the order of the record."""
    return tuple(dict.fromkeys(name for name, *_ in _promises(incident)))


def debts(incident: Incident, paid: Mapping[str, str]) -> tuple[Debt, ...]:
    """Paid and unpaid; `paid` names the first later release that has each eval."""
    found: dict[str, Debt] = {}
    for name, behaviour, why, followup in _promises(incident):
        known = found.get(name)
        if known is None:
            found[name] = Debt(name, behaviour, why, paid.get(name), followup)
        elif followup and not known.followup:
            found[name] = Debt(name, known.behaviour, known.why, known.paid_in, followup)
    return tuple(found.values())


_Promise = tuple[str, str | None, str | None, str | None]  # eval, behaviour, why, follow-up


def _promises(incident: Incident) -> Iterator[_Promise]:
    for one in incident.head.evals_to_add if incident.head else ():
        yield one.eval, one.behaviour, one.why, None
    for filed in incident.followups:
        action = filed.followup
        if action.type is not FollowUpType.EVAL or action.state is FollowUpState.WONT_DO:
            continue
        if action.eval:
            yield action.eval, None, action.what, filed.id
