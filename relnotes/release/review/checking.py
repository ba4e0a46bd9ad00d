"""Find what stands between a release and its users, in its record. Pure.

Every finder looks at the record alone, so that a release of long ago is checked like today's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from relnotes.obstacles import Obstacle
from relnotes.release.record import Record
from relnotes.release.review.drafts import unapproved_drafts
from relnotes.release.review.finders.behaviours import failing_behaviours
from relnotes.release.review.finders.limitations import lost_limitations
from relnotes.release.review.finders.people import missing_approvals, unanswered_signals
from relnotes.release.review.finders.rollout import relapses, skipped_stages, untested_combination
from relnotes.release.review.finders.words import unexplained_changes
from relnotes.release.review.rules import Ruled, Rules, ruled


def check(
    record: Record,
    rules: Rules,
    today: date | None = None,
    beside: Iterable[Obstacle] = (),
    facts: Collection[str] | None = None,
) -> tuple[Ruled, ...]:
    """Every obstacle of a release, weighed. `today` decides which waivers count; without it, the
    release's own day. `beside` are obstacles that do not stand in its record; `facts` the keys of
    what drafts may still cite."""
    day = today or _day(record)
    waivers = record.review.waivers if record.review else ()
    return ruled((*obstacles(record, rules, facts), *beside), waivers, rules, day)


def _day(record: Record) -> date:
    on = record.provenance.date
    return date.fromisoformat(on[:10]) if on else date.min


def obstacles(
    record: Record, rules: Rules, facts: Collection[str] | None = None
) -> Iterator[Obstacle]:
    """Before settings and waivers have their say."""
    at = record.provenance.bundle
    yield from unexplained_changes(record, at)
    yield from unapproved_drafts(record.drafts, facts, f"{at}/")
    yield from lost_limitations(record, at)
    if not (record.rollback and record.rollback.identical):
        yield from failing_behaviours(record, at)
        yield from unanswered_signals(record, at)
        yield from missing_approvals(record, rules, at)
        yield from untested_combination(record, at)
        yield from skipped_stages(record, rules, at)
    yield from relapses(record, at)
