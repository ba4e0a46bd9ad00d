"""What a release bundle says: `bundle.yaml`, as its authors write it. Reads no files."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from relnotes.release.written.draft_mark import DraftMark, may_publish
from relnotes.yamlfile import Day, Flag, Json, Number, Text, Written


def iso(day: date | None) -> str | None:
    """A day as it stands in records."""
    return day.isoformat() if day else None


class Audience(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class UpdateKind(StrEnum):
    """What sort of update a release is; a rollback is also recognised by its tree."""

    MAINLINE = "mainline"
    HOTFIX = "hotfix"
    ROLLBACK = "rollback"


class Publish(StrEnum):
    """How much of a prompt the public may read."""

    FULL = "full"
    DIFF = "diff"
    DIGEST = "digest"


class TrainingKind(StrEnum):
    REWARD_SIGNAL = "reward-signal"
    SFT_DATA = "sft-data"
    RL = "rl"
    MEMORY = "memory"
    DATA_REFRESH = "data-refresh"
    SYSTEM = "system"
    OTHER = "other"


class Tested(StrEnum):
    """How a training change was evaluated before the release."""

    ALONE = "alone"
    COMBINATION = "combination"
    BOTH = "both"
    UNTESTED = "untested"


class StageKind(StrEnum):
    SHADOW = "shadow"
    ALPHA = "alpha"
    CANARY = "canary"
    AB = "A/B"
    FULL = "full"


class Update(Written):
    """`release`: what the update is, in the words of its authors."""

    kind: UpdateKind = UpdateKind.MAINLINE
    title: Text | None = None
    summary: Annotated[
        Text | None,
        Field(
            description="One or two sentences for users; those of the release before are left out."
        ),
    ] = None
    restores: Annotated[
        Text | None, Field(description="For a rollback: the tag whose behaviour is restored.")
    ] = None
    reason: Annotated[Text | None, Field(description="Why a hotfix or rollback was needed.")] = None


class Lifecycle(Written):
    released: Day | None = None
    deprecated: Day | None = None
    retires: Day | None = None
    replacement: Text | None = None


class Model(Written):
    name: Text
    version: Annotated[Text | None, Field(description="The snapshot's own name.")] = None
    provider_id: Text | None = None
    weights: Annotated[
        Text | None, Field(description="Digest of the weights, such as sha256:9f2c…")
    ] = None
    base: Text | None = None
    aliases: tuple[Text, ...] = ()
    lifecycle: Lifecycle = Lifecycle()


class Prompt(Written):
    name: Text
    file: Annotated[Text, Field(description="Path below the bundle, such as prompts/system.md")]
    publish: Publish | None = None


class Tool(Written):
    name: Text
    description: Text | None = None
    parameters: Annotated[Json, Field(description="A JSON Schema of the arguments.")] = None
    audience: Audience = Audience.PUBLIC


class TrainingChange(Written):
    """A change of training that is in the current weights; new ids are new in this release."""

    id: Text
    kind: TrainingKind
    summary: Text | None = None
    tested: Tested = Tested.UNTESTED
    audience: Audience = Audience.PUBLIC


class Stage(Written):
    stage: StageKind
    share: Annotated[
        Number | None, Field(ge=0, le=1, description="Share of traffic, from 0 to 1.")
    ] = None
    start: Day | None = None
    end: Day | None = None
    skipped: Annotated[Text | None, Field(description="Why the stage was left out.")] = None


class NoneKnown(Written):
    """The attestation that no limitation is known: somebody looked, on that day."""

    by: Text
    on: Day


class Bundle(Written):
    """One release bundle. Its history is the tags."""

    release: Update = Update()
    model: Model
    prompts: tuple[Prompt, ...] = ()
    decoding: Annotated[
        dict[str, Json], Field(description="Parameters by name, such as temperature.")
    ] = {}
    tools: tuple[Tool, ...] = ()
    training: tuple[TrainingChange, ...] = ()
    rollout: tuple[Stage, ...] = ()
    none_known: Annotated[
        NoneKnown | None, Field(description="Attested: no limitation is known at this release.")
    ] = None


class Horizon(StrEnum):
    """Whether something shows in a conversation, or only after weeks."""

    SHORT = "short"
    LONG = "long"


class EvalRef(Written):
    """An eval that covers a behaviour; a bare name stands for the task with all its metrics."""

    task: Annotated[Text, Field(description="Task name, `*` matches any run of characters.")]
    metric: Text | None = None
    filter: Text | None = None


class Behaviour(Written):
    """What the model should or should not do, in the style of a model specification."""

    id: Text
    principle: Text
    area: Text | None = None
    areas: Annotated[
        tuple[Text, ...],
        Field(description="Where it belongs to several; `area` is for one."),
    ] = ()
    link: Annotated[Text | None, Field(description="Where the principle is written out.")] = None
    blocking: Annotated[
        Flag, Field(description="A release has to show that it held; else it is tracked.")
    ] = False
    horizon: Annotated[
        Horizon | None,
        Field(description="Whether it shows in a conversation, or only after weeks."),
    ] = None
    margin: Annotated[
        Number | None,
        Field(gt=0, description="Largest loss that is tolerable, in the eval's unit."),
    ] = None
    evals: tuple[EvalRef | Text, ...] = ()
    audience: Audience = Audience.PUBLIC


class Behaviours(Written):
    """`behaviours.yaml`."""

    behaviours: tuple[Behaviour, ...] = ()


class LimitationState(StrEnum):
    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Limitation(Written):
    """`limitations/*.yaml`: one known limitation, kept until it is closed with evidence."""

    id: Annotated[Text, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,39}$")]
    text: Annotated[Text, Field(description="What users should know, in their words.")]
    audience: Audience = Audience.PUBLIC
    state: LimitationState = LimitationState.OPEN
    since: Annotated[
        Text | None, Field(description="Tag or date since which it holds; else its first release.")
    ] = None
    behaviour: Text | None = None
    workaround: Text | None = None
    evidence: tuple[Text, ...] = ()
    last_confirmed: Day | None = None
    resolved_in: Text | None = None
    reason: Annotated[Text | None, Field(description="Why it was withdrawn.")] = None
    covers: Annotated[
        tuple[Text, ...],
        Field(description="Ids of derived limitations that this one words better."),
    ] = ()
    draft: DraftMark | None = None

    @property
    def is_draft(self) -> bool:
        """Words of a model that nobody approved as they are: they count as not written."""
        return not may_publish(self.draft, self.text)


class FragmentKind(StrEnum):
    """What a release note tells its readers."""

    FEATURE = "feature"
    BEHAVIOUR = "behaviour"
    IMPROVEMENT = "improvement"
    FIX = "fix"
    DEPRECATION = "deprecation"
    MIGRATION = "migration"
    SUMMARY = "summary"


class FragmentHead(Written):
    """The front matter of `notes/*.md`."""

    kind: FragmentKind = FragmentKind.IMPROVEMENT
    area: Text | None = None
    audience: Audience = Audience.PUBLIC
    explains: Annotated[
        tuple[Text, ...],
        Field(description="Paths of changes this note explains, such as decoding.temperature"),
    ] = ()
    readers: Annotated[
        Text | None, Field(description="Of a summary: whom it is written for; else for everyone.")
    ] = None
    draft: DraftMark | None = None


class Amendment(Written):
    """`amendments/*.yaml`: dated words about a release, written after it was tagged."""

    release: Text
    on: Day
    text: Text
    audience: Audience = Audience.PUBLIC
    withdraws: Annotated[
        Flag, Field(description="This release was withdrawn; `text` says why.")
    ] = False
    summary: Annotated[
        Text | None, Field(description="Replaces the summary, where the bundle could not hold one.")
    ] = None
    limitation: Annotated[
        Limitation | None, Field(description="A known limitation added after the fact.")
    ] = None
    draft: Annotated[
        DraftMark | None, Field(description="Stands beside a summary that a model wrote.")
    ] = None

    @property
    def is_draft(self) -> bool:
        return not may_publish(self.draft, self.summary or "")
