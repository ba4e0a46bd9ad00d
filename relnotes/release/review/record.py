"""What a record holds of the review of its release: signals, conflicts, approvals, waivers, and
which eval covers which behaviour. Data only.

Unknown is None. Who said something, and why, is None in a public record.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from relnotes.release.written.bundle import Audience


class SignalEntry(msgspec.Struct, frozen=True):
    """A signal that came with this release."""

    path: str
    kind: str
    on: str
    verdict: str  # fine, uneasy, concern, block
    found: str
    behaviours: tuple[str, ...]
    against: tuple[str, ...]
    role: str | None
    tried: str | None
    count: int | None
    uneasy: int | None
    quotes: tuple[str, ...]
    horizon: str | None
    candidate: str | None
    is_current: bool  # what was tried is what this release runs; True where it was not said
    audience: Audience


class ConflictKind(StrEnum):
    NUMBERS_AGAINST_PEOPLE = "good numbers, uneasy people"
    PEOPLE_AGAINST_NUMBERS = "bad numbers, content people"
    SHORT_AGAINST_LONG = "better at once, worse in the long run"
    PREFERENCE_AGAINST_PRINCIPLE = "preferred, against a principle"
    UNANSWERED = "uneasy people, and no number that answers them"


class Evidence(msgspec.Struct, frozen=True):
    """One side's word in a conflict: a signal, or results of evals."""

    name: str  # path of the signal, "truthfulqa_mc2 (acc)", or "evals" where they are counted
    kind: str  # the signal's, or "eval"
    words: str  # "3 of 8 uneasy", "regressed", "2 held"
    audience: Audience


class Decided(msgspec.Struct, frozen=True):
    """A decision about a conflict. It counts if it is about this candidate and all that is known
    against it."""

    path: str
    outcome: str  # release, hold
    role: str | None
    by: str | None
    on: str
    reason: str | None
    public: str
    missing: str  # why it does not count; "" where it does


class Conflict(msgspec.Struct, frozen=True):
    """Signals about one behaviour that do not agree; `behaviour` is None for the whole release."""

    behaviour: str | None
    kinds: tuple[ConflictKind, ...]
    favouring: tuple[Evidence, ...]
    opposing: tuple[Evidence, ...]
    decision: Decided | None
    audience: Audience

    @property
    def is_decided(self) -> bool:
        return self.decision is not None and not self.decision.missing


class ApprovalEntry(msgspec.Struct, frozen=True):
    """An approval of this release's bundle, or of one that came since the release before."""

    path: str
    role: str
    by: str | None
    on: str
    candidate: str
    commit: str | None
    is_fresh: bool  # what was approved is what ships


class WaiverEntry(msgspec.Struct, frozen=True):
    path: str
    code: str
    subject: str | None
    by: str | None
    on: str
    until: str
    reason: str | None
    public: str
    audience: Audience


class Measured(StrEnum):
    """When what an eval says of a behaviour was measured."""

    HERE = "here"  # anew for this release
    CARRIED = "carried over"  # earlier, and what runs is the same
    OLDER = "older"  # earlier, and what runs has changed since
    NEVER = "no result"


class Covering(msgspec.Struct, frozen=True):
    """An eval as the register names it, and what it says of this release."""

    eval: str
    state: Measured
    results: int
    since: str | None  # tag of the latest measurement, where it is not of this release
    verdict: str | None  # the worst of this release's rows
    audience: Audience


class BehaviourRow(msgspec.Struct, frozen=True):
    """A row of the coverage matrix; without evals it is a blind spot."""

    behaviour: str
    principle: str
    areas: tuple[str, ...]
    link: str | None
    blocking: bool
    horizon: str | None
    evals: tuple[Covering, ...]
    audience: Audience


class Review(msgspec.Struct, frozen=True):
    digest: str  # of the bundle without approvals, decisions and waivers
    runs: str  # of what decides how the model behaves
    coverage: tuple[BehaviourRow, ...] = ()
    signals: tuple[SignalEntry, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    approvals: tuple[ApprovalEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
