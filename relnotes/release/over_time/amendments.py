"""Dated words about releases that are out: withdrawals, corrections, limitations found later.

The record of a release never changes; what is known since stands beside it, with its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin
from relnotes.release.over_time.annotations import Amend, Annotations, Concern
from relnotes.release.over_time.overview import LifeEvent, LimitationLife, ReleaseSummary
from relnotes.release.written.bundle import Amendment, Audience, Limitation, iso
from relnotes.validation import did_you_mean


class Dated(msgspec.Struct, frozen=True):
    """An amendment and the file it stands in."""

    path: str
    amendment: Amendment


def read_amendments(files: Mapping[str, bytes], known: Iterable[str]) -> tuple[Dated, ...]:
    """All amendments by date, then path; every problem at once. `known` are the release tags.

    A draft that nobody approved is not written yet, and left out.
    """
    tags = list(known)
    problems: list[Problem] = []
    found: list[Dated] = []
    for path, data in sorted(files.items()):
        if not path.endswith((".yaml", ".yml")):
            continue
        place = f"amendments/{path}"
        try:
            document = yamlfile.load(data, place)
            amendment = yamlfile.validate(document, Amendment)
        except RelnotesError as error:
            problems.extend(error.problems)
            continue
        if amendment.release not in tags:
            hint = did_you_mean(amendment.release, tags)
            what = f'"{amendment.release}" is no release{hint}'
            problems.append(Problem(yamlfile.locate(document, ("release",)), what))
        if not amendment.is_draft:
            found.append(Dated(place, amendment))
    if problems:
        raise RelnotesError(problems)
    return tuple(sorted(found, key=lambda one: (one.amendment.on, one.path)))


def annotate(
    tags: Sequence[str],
    withdrawals: Mapping[str, ReleaseSummary],
    amendments: Iterable[Dated],
    audience: Audience,
    concerns: Mapping[str, tuple[Concern, ...]] | None = None,
) -> dict[str, Annotations]:
    """What stands beside each release of one line, by tag; `withdrawals` are the rollbacks,
    `concerns` the incidents that these readers may know of.
    """
    mine: dict[str, list[Amendment]] = {}
    for one in amendments:
        if audience is Audience.INTERNAL or one.amendment.audience is Audience.PUBLIC:
            mine.setdefault(one.amendment.release, []).append(one.amendment)
    part = concerns or {}
    found = {
        tag: Annotations(previous=before, next=after)
        for tag, before, after in zip(tags, [None, *tags], [*tags[1:], None], strict=False)
    }
    for tag in found.keys() & {*withdrawals, *mine, *part}:
        own = _annotations(tag, found[tag], withdrawals.get(tag), mine.get(tag, []), audience)
        found[tag] = replace(own, concerns=part.get(tag, ()))
    return found


def withdrawals_by(summaries: Iterable[ReleaseSummary]) -> dict[str, ReleaseSummary]:
    """The rollback that withdrew each withdrawn release, by its tag."""
    return {tag: one for one in summaries if one.restores for tag in one.withdraws}


def _annotations(
    tag: str,
    beside: Annotations,
    withdrawn_by: ReleaseSummary | None,
    amendments: list[Amendment],
    audience: Audience,
) -> Annotations:
    withdrawal = next((one for one in amendments if one.withdraws), None)
    since = (withdrawn_by.released or withdrawn_by.date) if withdrawn_by else None
    date = since[:10] if since else None
    return replace(
        beside,
        withdrawn_by=withdrawn_by.tag if withdrawn_by else None,
        withdrawn_on=withdrawal.on.isoformat() if withdrawal else date,
        withdrawn_reason=withdrawal.text if withdrawal else None,
        restored=withdrawn_by.restores if withdrawn_by else None,
        amendments=tuple(
            _amend(one, tag, audience) for one in amendments if not one.withdraws or one.limitation
        ),
        summary=next((one.summary for one in reversed(amendments) if one.summary), None),
    )


def _amend(one: Amendment, tag: str, audience: Audience) -> Amend:
    limitation = one.limitation
    if limitation and audience is Audience.PUBLIC and limitation.audience is Audience.INTERNAL:
        limitation = None
    entry = amended_entry(limitation, tag) if limitation else None
    return Amend(one.on.isoformat(), one.text, one.audience, entry)


def amended_entry(limitation: Limitation, tag: str) -> LedgerEntry:
    """A limitation that was added to a release after the fact."""
    return LedgerEntry(
        id=limitation.id,
        state=LedgerState(limitation.state.value),
        since=limitation.since or tag,
        origin=Origin.AMENDMENT,
        text=limitation.text,
        news=News.NEW,
        audience=limitation.audience,
        behaviour=limitation.behaviour,
        evidence=limitation.evidence,
        workaround=limitation.workaround,
        last_confirmed=iso(limitation.last_confirmed),
        resolved_in=limitation.resolved_in,
    )


def with_amended(
    lives: Mapping[str, LimitationLife],
    line: str,
    tags: Iterable[str],
    amendments: Iterable[Dated],
    audience: Audience,
) -> dict[str, LimitationLife]:
    """The register of a line for an audience, with the limitations that amendments added."""
    register = dict(lives)
    own = set(tags)
    for one in amendments:
        amendment, limitation = one.amendment, one.amendment.limitation
        if limitation is None or amendment.release not in own:
            continue
        if audience is Audience.PUBLIC and Audience.INTERNAL in (
            amendment.audience,
            limitation.audience,
        ):
            continue
        entry = amended_entry(limitation, amendment.release)
        event = LifeEvent(
            amendment.release, amendment.on.isoformat(), News.NEW, entry.text, entry.evidence
        )
        known = register.get(entry.id)
        register[entry.id] = (
            replace(known, since=entry.since, events=(event, *known.events))
            if known
            else _amended_life(line, entry, event)
        )
    return register


def _amended_life(line: str, entry: LedgerEntry, event: LifeEvent) -> LimitationLife:
    return LimitationLife(
        line=line,
        id=entry.id,
        origin=entry.origin,
        state=entry.state,
        since=entry.since,
        text=entry.text,
        behaviour=entry.behaviour,
        blocking=entry.blocking,
        workaround=entry.workaround,
        last_confirmed=entry.last_confirmed,
        resolved_in=entry.resolved_in,
        evidence=entry.evidence,
        audience=entry.audience,
        events=(event,),
    )
