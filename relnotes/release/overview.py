"""What index pages say of many releases: a line a release, a life a limitation. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from relnotes.release.bundle import Audience
from relnotes.release.record import LedgerState, News, Origin


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """A release in one row of an index."""

    line: str
    tag: str
    title: str
    date: str | None  # ISO 8601
    kind: str
    summary: str | None
    areas: tuple[str, ...]  # sections that changed, in reading order
    improved: int
    regressed: int
    inconclusive: int
    not_comparable: int
    limitations_new: int
    limitations_open: int
    limitations_resolved: int
    restores: str | None  # of a rollback
    withdraws: tuple[str, ...]  # of a rollback


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """What one release said of a limitation, where it said something new."""

    tag: str
    date: str | None
    news: News
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LimitationLife:
    """A limitation from its first mention to now."""

    line: str
    id: str
    origin: Origin
    state: LedgerState  # at the latest release
    since: str
    text: str  # latest wording
    behaviour: str | None
    blocking: bool
    workaround: str | None
    last_confirmed: str | None
    resolved_in: str | None
    evidence: tuple[str, ...]
    audience: Audience
    events: tuple[LifeEvent, ...]
