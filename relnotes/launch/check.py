"""Check one release: its obstacles, each with its line, and what a stale approval missed."""

from __future__ import annotations

from datetime import date

from relnotes.drafting.beside import drafts_beside
from relnotes.launch.incidents import owed_by_incidents
from relnotes.launch.places import place_of
from relnotes.launch.session import Session
from relnotes.launch.stale import changed_since
from relnotes.launch.standing import Standing, standing
from relnotes.obstacles import Obstacle
from relnotes.release.audience import for_public
from relnotes.release.review.check_report import CHECK_SCHEMA, CheckReport, Reported
from relnotes.release.review.checking import check
from relnotes.release.review.rules import Ruled


def check_release(here: Session, tag: str | None, today: date) -> CheckReport:
    """Without a tag, of what would be released now, which answers for earlier incidents too.

    `today` decides for a candidate which waivers count; a release is held against its own day.
    """
    now = standing(here.workspace, here.settings, here.line, tag)
    rules = here.settings.check.as_rules(here.workspace.file.place)
    owed = owed_by_incidents(here, now.record, today) if tag is None else ()
    workspace, name = here.workspace, now.record.new
    drafts = drafts_beside(name, workspace.amendments(), workspace.translations())
    day = today if now.is_candidate else None
    found = check(now.record, rules, day, (*owed, *drafts), _citable(now))
    told = tuple(_told(one, now, here) for one in found)
    return CheckReport(
        schema=CHECK_SCHEMA,
        line=here.line.name,
        release=now.record.new,
        digest=now.record.review.digest if now.record.review else None,
        may_be_released=not any(one.blocking for one in told),
        obstacles=told,
    )


def _citable(now: Standing) -> frozenset[str] | None:
    """Keys of the facts that drafts may rest on, whoever may read them."""
    if not now.record.drafts:
        return None
    from relnotes.drafting.facts import facts_of

    records = (now.record, for_public(now.record, now.point.hidden))
    return frozenset(fact.key for one in records for fact in facts_of(one))


def _told(one: Ruled, now: Standing, here: Session) -> Reported:
    obstacle = one.obstacle
    return Reported(
        code=obstacle.code,
        what=obstacle.what,
        place=place_of(obstacle, now.snapshot, here.line.bundle),
        clear=obstacle.clear,
        subject=obstacle.subject,
        blocking=obstacle.blocking,
        because=one.because,
        changed=_changed(obstacle, now, here),
    )


def _changed(obstacle: Obstacle, now: Standing, here: Session) -> tuple[str, ...]:
    if obstacle.code != "APPROVAL_STALE" or now.record.review is None:
        return ()
    path = obstacle.place.removeprefix(f"{here.line.bundle}/")
    given = next(one for one in now.record.review.approvals if one.path == path)
    return changed_since(here.workspace.repository, here.settings, here.line, given, now.record)
