"""What people say about a candidate before it ships, a file each: signals, decisions, approvals,
waivers. Reads no files."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from relnotes.release.review.codes import not_waivable
from relnotes.release.written.bundle import Audience, Horizon
from relnotes.yamlfile import Day, Text, Whole, Written


class SignalKind(StrEnum):
    OFFLINE_EVAL = "offline-eval"
    SAFETY_EVAL = "safety-eval"
    RED_TEAM = "red-team"
    SPOT_CHECK = "spot-check"
    EXPERT_TEST = "expert-test"
    AB_TEST = "ab-test"
    ALPHA = "alpha"
    CANARY = "canary"
    USER_FEEDBACK = "user-feedback"


class SignalVerdict(StrEnum):
    FINE = "fine"
    UNEASY = "uneasy"
    CONCERN = "concern"
    BLOCK = "block"


class Outcome(StrEnum):
    RELEASE = "release"
    HOLD = "hold"


class Signal(Written):
    """`signals/*.yaml`: what somebody, or a test, found out about a candidate."""

    kind: SignalKind
    on: Day
    verdict: SignalVerdict
    found: Annotated[Text, Field(description="What was found, in a sentence or two.")]
    behaviours: Annotated[
        tuple[Text, ...],
        Field(description="Ids of behaviours.yaml; without one, the release as a whole."),
    ] = ()
    candidate: Annotated[
        Text | None,
        Field(
            description="Digest of what ran, so that it is known of which candidate this speaks."
        ),
    ] = None
    role: Annotated[Text | None, Field(description="Who looked, such as expert tester.")] = None
    tried: Annotated[Text | None, Field(description="What was done.")] = None
    count: Annotated[
        Whole | None, Field(ge=1, description="How many people, conversations or prompts.")
    ] = None
    uneasy: Annotated[
        Whole | None, Field(ge=0, description="How many of them were not content.")
    ] = None
    quotes: tuple[Text, ...] = ()
    against: Annotated[
        tuple[Text, ...],
        Field(description="Behaviours whose principle speaks against what was preferred."),
    ] = ()
    horizon: Horizon | None = None
    audience: Audience = Audience.INTERNAL

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        if self.uneasy is not None and self.count is not None and self.uneasy > self.count:
            raise ValueError(f"{self.uneasy} uneasy of {self.count} is more than there were")
        return self


class Decision(Written):
    """`decisions/*.yaml`: who decided what to do where signals disagreed, and why."""

    behaviour: Annotated[
        Text | None, Field(description="Id of the behaviour; without one, the whole release.")
    ] = None
    outcome: Outcome
    role: Annotated[Text | None, Field(description="Of who decided; shown to the public.")] = None
    by: Annotated[Text | None, Field(description="Name; public only where no role is given.")] = (
        None
    )
    on: Day
    reason: Annotated[Text, Field(description="Why; stays in the house.")]
    public: Annotated[Text, Field(description="What the release note says of it.")]
    candidate: Annotated[Text | None, Field(description="Digest of what would run.")] = None
    considered: Annotated[
        tuple[Text, ...],
        Field(description="The evidence against it that was known: signal files, evals."),
    ] = ()

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.role or self.by):
            raise ValueError("says neither by whom nor in which role; a decision needs somebody")
        return self


class Approval(Written):
    """`approvals/*.yaml`: somebody looked at exactly this bundle and agrees to its release."""

    role: Text
    by: Text
    on: Day
    candidate: Annotated[Text, Field(description="Digest of the bundle that was looked at.")]
    commit: Annotated[
        Text | None, Field(description="Where that bundle stands, to tell what changed since.")
    ] = None
    comment: Text | None = None


class Waiver(Written):
    """`waivers/*.yaml`: an obstacle that somebody answers for, until a day."""

    code: Annotated[Text, Field(description="Of the obstacle, such as BEHAVIOUR_NOT_MEASURED.")]
    subject: Annotated[
        Text | None, Field(description="What it is about; without one, all of that code.")
    ] = None
    by: Text
    on: Day
    until: Annotated[Day, Field(description="The last day on which it counts.")]
    reason: Annotated[Text, Field(description="Why; stays in the house.")]
    public: Annotated[Text, Field(description="What stands under the known limitations.")]

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if said := not_waivable(code):
            raise ValueError(said)
        return code

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.until < self.on:
            raise ValueError(f"ends on {self.until}, before it begins on {self.on}")
        return self
