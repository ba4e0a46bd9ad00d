"""Why a milestone is not there: whether it may still come, or never will."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relnotes.incident.metrics.milestones import Milestones
from relnotes.incident.vocabulary import Status


class State(StrEnum):
    """How well a metric is known."""

    RECORDED = "recorded"
    BOUNDED = "bounded"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    INVALID = "invalid"


NAMES = {
    "rollout": "start of the rollout",
    "signal": "signal",
    "detected": "detection",
    "declared": "declaration",
    "mitigated": "mitigation",
    "softened": "mitigation",
    "undone": "undoing of the mitigation",
    "rollback_started": "start of a rollback",
    "rollback_completed": "end of a rollback",
    "restored": "completed rollback or fix",
    "public": "public word",
    "postmortem": "published postmortem",
    "limitation": "known limitation on the affected release",
}
_MAY_NEVER_COME = {"signal", "mitigated", "softened", "public", "limitation"}
VOID = {Status.DECLINED, Status.DUPLICATE, Status.FALSE_ALARM}


@dataclass(frozen=True, slots=True)
class Case:
    """What decides about an absence, beside the milestones that are there."""

    known: Milestones
    status: Status
    is_open: bool
    never_live: bool  # a near miss or a hazard that reached nobody
    postmortem_waived: bool


@dataclass(frozen=True, slots=True)
class Absence:
    state: State
    why: str


def absence(name: str, case: Case) -> Absence:
    """Of the milestone `name`, which is not in `case.known`."""
    if never := _never(name, case):
        return Absence(State.NOT_APPLICABLE, never)
    return Absence(State.PENDING, f"no {NAMES[name]} is on record")


def _never(name: str, case: Case) -> str:
    """Why it will not come; "" if it may."""
    known = case.known
    if case.status in VOID:
        return f"the incident was closed as {case.status.value.replace('_', ' ')}"
    if case.never_live and name in ("rollout", "restored"):
        return "it never reached users"
    if name == "undone":
        return "nothing has undone the mitigation"
    if name == "postmortem" and case.postmortem_waived:
        return "the postmortem was waived"
    if name == "mitigated" and known.softened and (known.restored or not case.is_open):
        return "no mitigation held"
    if name in ("mitigated", "softened") and known.restored:
        return "the rollback or the fix came without a mitigation before it"
    if name.startswith("rollback") and _no_rollback(case):
        return "there was no rollback"
    if name in _MAY_NEVER_COME and not case.is_open:
        return f"the incident ended without a {NAMES[name]}"
    return ""


def _no_rollback(case: Case) -> bool:
    known = case.known
    begun = known.rollback_started or known.rollback_completed
    return not begun and (known.restored is not None or not case.is_open)
