"""What index pages say of many releases: a line a release, a life a limitation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from relnotes.evals.comparison import Verdict
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.over_time.dates import went_live
from relnotes.release.record import Record
from relnotes.release.written.bundle import Audience


class ReleaseSummary(msgspec.Struct, frozen=True, array_like=True):
    """A release in one row of an index."""

    line: str
    tag: str
    title: str
    date: str | None  # ISO 8601, of the tag: for the order
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
    released: str | None = None  # the first day on which users met it
    obstacles: dict[str, int] = {}  # what blocked it and it went out nevertheless, by code
    withdrawn: bool = False  # as is known now: by a later release, or by an amendment


class LifeEvent(msgspec.Struct, frozen=True):
    """What one release said of a limitation, where it said something new."""

    tag: str
    date: str | None
    news: News
    text: str
    evidence: tuple[str, ...]


class LimitationLife(msgspec.Struct, frozen=True):
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


def summary_of(record: Record) -> ReleaseSummary:
    """One row of an index."""
    counts = record.eval_summary.counts
    news = [entry.news for entry in record.limitations]
    return ReleaseSummary(
        line=record.line,
        tag=record.new,
        title=record.title,
        date=record.provenance.date,
        kind=record.kind,
        summary=record.summary,
        areas=tuple(dict.fromkeys(change.described_in.value for change in record.changes)),
        improved=counts.get(Verdict.IMPROVED, 0),
        regressed=counts.get(Verdict.REGRESSED, 0),
        inconclusive=counts.get(Verdict.INCONCLUSIVE, 0),
        not_comparable=counts.get(Verdict.NOT_COMPARABLE, 0),
        limitations_new=news.count(News.NEW) + news.count(News.REOPENED),
        limitations_open=sum(entry.state in LIVE for entry in record.limitations),
        limitations_resolved=news.count(News.RESOLVED),
        restores=record.rollback.restores if record.rollback else None,
        withdraws=record.rollback.withdraws if record.rollback else (),
        released=went_live(record),
    )


def live_on(
    lives: Mapping[str, LimitationLife], record: Record
) -> Iterator[tuple[str, LimitationLife]]:
    """The lives that this record adds to, or changes the wording of, by id."""
    for entry in record.limitations:
        before = lives.get(entry.id)
        now = _life(before, entry, record)
        if now != before:
            yield entry.id, now


def _life(before: LimitationLife | None, entry: LedgerEntry, record: Record) -> LimitationLife:
    events = before.events if before else ()
    if before is None or entry.news is not News.STILL_OPEN:
        event = LifeEvent(record.new, went_live(record), entry.news, entry.text, entry.evidence)
        events = (*events, event)
    return LimitationLife(
        line=record.line,
        id=entry.id,
        origin=entry.origin,
        state=entry.state,
        since=before.since if before else entry.since,
        text=entry.text,
        behaviour=entry.behaviour,
        blocking=entry.blocking,
        workaround=entry.workaround,
        last_confirmed=entry.last_confirmed,
        resolved_in=entry.resolved_in,
        evidence=entry.evidence,
        audience=entry.audience,
        events=events,
    )
