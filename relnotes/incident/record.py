"""An incident as it was written down: head, events, follow-ups, postmortem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from relnotes.errors import Problem
from relnotes.incident.event import Event
from relnotes.incident.times.moment import Stamp
from relnotes.incident.vocabulary import (
    Confidence,
    FollowUpState,
    FollowUpType,
    Gate,
    Heeded,
    IncidentKind,
    Severity,
    Verdict,
    Visibility,
)
from relnotes.yamlfile import Day, Flag, Number, Text, Written


class Graded(Written):
    level: Severity = Severity.SEV2
    why: Text | None = None


class Zone(Written):
    """The zone that local times of the record are read in."""

    name: Text = "UTC"
    stated: Annotated[Flag, Field(description="False: assumed, because no source says it.")] = True


class BehaviourAtIssue(Written):
    name: Text
    principle: Text | None = None
    surfaces: tuple[Text, ...] = ()
    harms: tuple[Text, ...] = ()


class Releases(Written):
    line: Text | None = None
    introduced_in: Text | None = None
    rolled_back_to: Text | None = None
    scope: Text | None = None
    lost: Annotated[
        tuple[Text, ...], Field(description="Good things that went with the rollback.")
    ] = ()


class Window(Written):
    """When it reached users; without a rollout on record, exposure is measured from it."""

    start: Stamp | None = None
    end: Stamp | None = None


class Contributing(Written):
    """One of several changes that together made it happen; never "the root cause"."""

    what: Text
    kind: Annotated[
        Text | None, Field(description="As in the bundle: reward-signal, memory, prompt, decoding.")
    ] = None
    release: Text | None = None
    window: Window = Window()
    share: Annotated[Number | None, Field(ge=0, le=1)] = None
    verdict: Verdict = Verdict.SUSPECTED
    confidence: Confidence = Confidence.LOW
    basis: Text | None = None
    source: Text | None = None
    visibility: Visibility = Visibility.INTERNAL


class Impact(Written):
    summary: Text | None = None
    basis: Text | None = None
    users: Annotated[Text | None, Field(description="In words, as exact as the basis allows.")] = (
        None
    )
    visibility: Visibility = Visibility.INTERNAL


class PriorSignal(Written):
    """What was known before the launch, and what was made of it."""

    what: Text
    when: Text | None = None
    role: Text | None = None
    heeded: Heeded
    decision: Text | None = None
    source: Text | None = None
    visibility: Visibility = Visibility.INTERNAL


class BlindSpot(Written):
    gate: Gate
    what: Text
    source: Text | None = None
    visibility: Visibility = Visibility.INTERNAL


class EvalToAdd(Written):
    """Debt: closes by itself when a later bundle of the line has the eval."""

    eval: Annotated[Text, Field(description="The task, as a result file names it.")]
    behaviour: Text | None = None
    why: Text | None = None
    visibility: Visibility = Visibility.INTERNAL


class Claim(Written):
    """A public account; where accounts differ both are kept."""

    id: Text
    on: Day | None = None
    by: Text
    says: Text
    source: Text | None = None
    supersedes: tuple[Text, ...] = ()
    visibility: Visibility = Visibility.INTERNAL


class Role(Written):
    role: Text
    who: Text
    visibility: Visibility = Visibility.INTERNAL


class Accepted(Written):
    """An obstacle that `check` may find and that stays, with the reason."""

    code: Annotated[Text, Field(pattern=r"^[A-Z_]+$")]
    why: Text


class Head(Written):
    """`incident.yaml`; small, and ended by "..." so that a truncated file is noticed."""

    schema_: Annotated[Literal["relnotes.incident/1"], Field(alias="schema")] = (
        "relnotes.incident/1"
    )
    id: Annotated[Text, Field(pattern=r"^\d{4}-\d\d-\d\d-[a-z0-9][a-z0-9-]*$")]
    title: Text
    kind: IncidentKind = IncidentKind.INCIDENT
    severity: Graded = Graded()
    visibility: Visibility = Visibility.INTERNAL
    timezone: Zone = Zone()
    summary: Text | None = None
    behaviour: BehaviourAtIssue | None = None
    releases: Releases = Releases()
    contributing: tuple[Contributing, ...] = ()
    impact: Impact = Impact()
    signals: tuple[PriorSignal, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    evals_to_add: tuple[EvalToAdd, ...] = ()
    claims: tuple[Claim, ...] = ()
    roles: tuple[Role, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    limitations: Annotated[
        tuple[Text, ...], Field(description="Ids of the known limitations that tell readers of it.")
    ] = ()


class FollowUp(Written):
    """One action after the incident; its id is the name of its file, `<nn>-<slug>`."""

    schema_: Annotated[Literal["relnotes.followup/1"], Field(alias="schema")] = (
        "relnotes.followup/1"
    )
    what: Text
    type: FollowUpType
    owner: Text | None = None
    due: Day | None = None
    done_when: Text | None = None
    state: FollowUpState = FollowUpState.OPEN
    done_on: Day | None = None
    reason: Annotated[Text | None, Field(description="Why it will not be done.")] = None
    eval: Annotated[
        Text | None, Field(description="For the type eval: the task that pays the debt.")
    ] = None
    source: Text | None = None
    visibility: Visibility = Visibility.INTERNAL


@dataclass(frozen=True, slots=True)
class Filed:
    """A follow-up and the file that it stands in."""

    id: str
    path: str
    followup: FollowUp


@dataclass(frozen=True, slots=True)
class Incident:
    """Everything on file about one incident; `head` is None where incident.yaml cannot be read.

    `problems` are those of files that could not be read: capture goes on, `check` reports them.
    """

    id: str
    folder: str  # `incidents/<id>`, from the top of the workspace
    head: Head | None
    events: tuple[Event, ...]  # in the order in which they were recorded, corrections included
    followups: tuple[Filed, ...] = ()
    attachments: tuple[str, ...] = ()  # names of the files that are there
    postmortem: str | None = None  # text of postmortem.md
    problems: tuple[Problem, ...] = ()
