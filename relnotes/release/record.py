"""The record of a release: everything its page says, as data. The published JSON is this.

Computed once from git and the authors' files; rendering adds words and layout, no facts.
Unknown is None. `audience` marks what may leave the house; see `audience.for_public`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.release.differences.prompt_diff import TextDiff
from relnotes.release.limitations.known import LedgerEntry, Unmeasured
from relnotes.release.provenance import Provenance as Provenance
from relnotes.release.review.record import Review
from relnotes.release.written.bundle import Audience

SCHEMA = "relnotes.release/1"


class Section(StrEnum):
    """Where the notes describe a change."""

    RELEASE = "release"
    MODEL = "model"
    PROMPTS = "prompts"
    DECODING = "decoding"
    TOOLS = "tools"
    TRAINING = "training"
    ROLLOUT = "rollout"
    EVALS = "evals"
    BEHAVIOURS = "behaviours"
    LIMITATIONS = "limitations"
    NOTES = "notes"
    REVIEW = "review"
    OTHER = "other"


class Change(msgspec.Struct, frozen=True):
    """One difference. `path` is a file of the bundle, or `file:key.key` inside a document."""

    kind: str  # "model.weights", "prompt.edited", "tool.parameter added", "file.changed", …
    path: str
    old: Any  # plain JSON; None where it was absent
    new: Any
    described_in: Section
    words: str  # the difference in a few plain words, without markup
    audience: Audience = Audience.PUBLIC
    explained_by: tuple[str, ...] = ()  # note fragments that name this change


class Note(msgspec.Struct, frozen=True):
    """A fragment that the authors wrote for this release; `text` is their Markdown."""

    path: str
    kind: str
    area: str | None
    text: str
    audience: Audience
    first_line: int = 1  # of the text, in its file


class PromptChange(msgspec.Struct, frozen=True):
    """One prompt that differs, with as much of it as its policy lets this audience read."""

    name: str
    file: str
    publish: str  # full, diff, digest
    old_digest: str | None  # sha256 of the text; None where the prompt did not exist
    new_digest: str | None
    diff: TextDiff | None  # None where the policy withholds it
    text: str | None  # the new text, for policy "full"


class Combination(msgspec.Struct, frozen=True):
    """The training changes that are new in this release, and how they were tested."""

    ids: tuple[str, ...]
    alone: tuple[str, ...]
    together: tuple[str, ...]
    untested: tuple[str, ...]
    tested_together: bool | None  # None where fewer than two are new


class EvalSummary(msgspec.Struct, frozen=True):
    """How many results there are behind `evals`, which lists only what was measured anew."""

    files: int  # result files in the bundle
    compared: int  # comparable with the previous release
    not_comparable: int
    added: int
    removed: int
    carried_over: int  # measurements taken over unchanged from an earlier release
    counts: dict[str, int]  # by verdict
    largest_unseen: float | None  # largest minimum detectable effect, in fraction units
    stale: bool  # carried over although model, prompts, decoding or tools changed
    alpha: float


class RolloutStage(msgspec.Struct, frozen=True):
    stage: str
    share: float | None
    start: str | None
    end: str | None
    skipped: str | None


class Rollback(msgspec.Struct, frozen=True):
    """Which release is restored, which are withdrawn, and whether the bundle is proved equal."""

    restores: str
    restored_tree: str | None
    identical: bool
    differs: tuple[str, ...]  # paths that differ from the restored release
    withdraws: tuple[str, ...]  # tags, oldest first
    lost: tuple[str, ...]  # in words: what the withdrawn releases had brought


class Watched(msgspec.Struct, frozen=True):
    """A prompt line that a hotfix took out; it should not come back unnoticed."""

    line: str
    prompt: str
    removed_in: str  # tag


class Relapse(msgspec.Struct, frozen=True):
    """A watched line that is in a prompt again, word for word or reworded."""

    line: str
    prompt: str
    removed_in: str
    found: str  # the line as it stands now
    similarity: float  # 1.0: word for word
    publish: str  # the prompt's policy: texts are quoted to the public unless it is "digest"


class Lifecycle(msgspec.Struct, frozen=True):
    """Names and dates of the model that users can pin or must act on."""

    name: str
    version: str | None
    provider_id: str | None
    weights: str | None
    aliases: tuple[str, ...]
    released: str | None
    deprecated: str | None
    retires: str | None
    replacement: str | None


class Flipped(msgspec.Struct, frozen=True):
    """Questions that went from wrong to right and back; internal, as they tell the test set."""

    task: str
    metric: str
    filter: str | None
    variant: str
    gained: tuple[str, ...]  # keys as the harness writes them; the first of `gained_count`
    lost: tuple[str, ...]
    gained_count: int
    lost_count: int
    audience: Audience = Audience.INTERNAL

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Of the comparison that they explain."""
        return (self.task, self.metric, self.filter or "", self.variant)


class Draft(msgspec.Struct, frozen=True):
    """A file with words that a model wrote, and who stands behind them; for the authors only."""

    path: str
    model: str
    facts: tuple[str, ...]  # keys of the facts that it cites
    approved_by: str | None
    edited: bool  # after it was approved, so nobody stands behind it
    audience: Audience

    @property
    def published(self) -> bool:
        return self.approved_by is not None and not self.edited


class Record(msgspec.Struct, frozen=True):
    """A release of one line compared with the one before it."""

    schema: str
    line: str
    old: str | None  # tag
    new: str
    title: str
    kind: str  # first, mainline, hotfix, rollback
    summary: str | None
    reason: str | None
    audience: Audience
    model: Lifecycle
    provenance: Provenance
    previous: Provenance | None
    notes: tuple[Note, ...]
    changes: tuple[Change, ...]
    prompts: tuple[PromptChange, ...]
    combination: Combination
    evals: tuple[Comparison, ...]
    eval_summary: EvalSummary
    limitations: tuple[LedgerEntry, ...]
    none_known: str | None  # "by NAME on DATE", where attested
    unmeasured: tuple[Unmeasured, ...]
    rollout: tuple[RolloutStage, ...]
    rollback: Rollback | None
    relapses: tuple[Relapse, ...]
    remarks: tuple[str, ...]  # for the authors: what was read and had no effect
    withheld: dict[str, int]  # how many items of each section this audience does not see
    flips: tuple[Flipped, ...] = ()
    drafts: tuple[Draft, ...] = ()
    review: Review | None = None  # None in records that were written before there was one
