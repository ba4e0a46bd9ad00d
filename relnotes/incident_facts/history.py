"""A draft of a timeline from the history itself: rollouts, prompt edits, reverts, rollbacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from relnotes.answers.asking import walk_all
from relnotes.errors import RelnotesError
from relnotes.history import Point
from relnotes.incident.event import Mitigation, Rollback
from relnotes.incident.times.moment import Moment
from relnotes.incident.times.wall_clock import earliest, in_zone
from relnotes.incident.vocabulary import EventKind, Precision
from relnotes.incident_facts.mitigation import from_commit, is_prompt
from relnotes.incident_facts.releases import Asked
from relnotes.release.record import Provenance, Record, RolloutStage
from relnotes.repository import Edit

_MOST_EDITS = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An event that the history speaks of; a person confirms it, or takes it back."""

    kind: EventKind
    at: Moment
    text: str
    basis: str  # "tag v2", "commit 4be1…", "v2:bundle/bundle.yaml"
    release: str | None = None
    share: float | None = None
    mitigation: Mitigation | None = None
    rollback: Rollback | None = None


def suggestions(asked: Asked, release: Provenance, zone: tzinfo) -> tuple[Suggestion, ...]:
    """From the rollout of `release` to the rollback that withdrew it, or to now."""
    records = _records(asked, release)
    found = [*_rollout(records[release.tag], release, zone)]
    back = _rollback(asked, release, records)
    found += _edits(asked, release, back, zone)
    if back is not None:
        found.append(_restored(back, records[back.tag], zone))
    return tuple(sorted(found, key=lambda one: one.at.bounds))


def _records(asked: Asked, release: Provenance) -> dict[str, Record]:
    """Of the release and those after it."""
    wanted = {release.tag, *(one.tag for one in asked.after(release))}
    found: dict[str, Record] = {}

    def see(seen: Provenance, point: Point) -> None:
        if seen.tag in wanted:
            found[seen.tag] = point.record

    line, repository = asked.releases.line, asked.workspace.repository
    walk_all(repository, line, asked.settings, asked.releases, asked.latest, see)
    return found


# -- rollout ---------------------------------------------------------------------------------------


def _rollout(record: Record, release: Provenance, zone: tzinfo) -> Iterator[Suggestion]:
    """By the dates of bundle.yaml; by the tag where it has none."""
    dated = sorted(
        (stage for stage in record.rollout if stage.start and not stage.skipped),
        key=lambda stage: (stage.start or "", stage.share or 0),
    )
    reached = [stage for stage in dated if _reaches_users(stage)]
    basis = f"{release.tag}:{release.bundle}/bundle.yaml"
    for number, stage in enumerate(reached):
        if number == 0:
            yield _stage(EventKind.ROLLOUT_STARTED, stage, release, basis, zone)
        if stage.stage == "full":
            yield _stage(EventKind.ROLLOUT_COMPLETED, stage, release, basis, zone)
        elif number:
            yield _stage(EventKind.ROLLOUT_STEP, stage, release, basis, zone)
    if not reached:
        at = _minute(release.date, zone)
        text = f"{release.tag} was tagged; its bundle does not say when it went live"
        started = EventKind.ROLLOUT_STARTED
        yield Suggestion(started, at, text, f"tag {release.tag}", release.tag)


def _reaches_users(stage: RolloutStage) -> bool:
    return stage.stage not in ("shadow", "alpha")


def _stage(
    kind: EventKind, stage: RolloutStage, release: Provenance, basis: str, zone: tzinfo
) -> Suggestion:
    share = stage.share if stage.share is not None else (1.0 if stage.stage == "full" else None)
    at = _day(date.fromisoformat(str(stage.start)), zone)
    return Suggestion(kind, at, f"{stage.stage} of {release.tag}", basis, release.tag, share)


# -- edits -----------------------------------------------------------------------------------------


def _edits(
    asked: Asked, release: Provenance, back: Provenance | None, zone: tzinfo
) -> Iterator[Suggestion]:
    """Commits to the bundle after the release and before the rollback of it."""
    repository, bundle = asked.workspace.repository, asked.releases.line.bundle
    start = back.commit if back else repository.head()
    if start is None or release.commit is None:
        return
    until = datetime.fromisoformat(back.date) if back and back.date else None
    for edit in repository.edits([bundle], start=start, limit=_MOST_EDITS):
        if edit.commit == release.commit:
            return
        is_rollback = back is not None and edit.commit == back.commit
        if not is_rollback and (until is None or edit.date <= until):
            yield from _edit(asked, edit, zone)


def _edit(asked: Asked, edit: Edit, zone: tzinfo) -> Iterator[Suggestion]:
    at = _minute(edit.date.isoformat(), zone)
    basis = f"commit {edit.commit}"
    prompts = [path for path in edit.paths if is_prompt(path)]
    for path in prompts:
        done = _mitigation(asked, edit, path)
        yield Suggestion(
            EventKind.MITIGATION_APPLIED,
            at,
            f"{path.rpartition('/')[2]} edited: {edit.subject}",
            basis,
            mitigation=done,
        )
    if not prompts and edit.subject.lower().startswith("revert"):
        yield Suggestion(EventKind.ROLLBACK_STEP, at, edit.subject, basis)


def _mitigation(asked: Asked, edit: Edit, path: str) -> Mitigation | None:
    try:
        return from_commit(asked.workspace.repository, edit.commit, path)
    except RelnotesError:
        return None


# -- rollback --------------------------------------------------------------------------------------


def _rollback(asked: Asked, release: Provenance, records: dict[str, Record]) -> Provenance | None:
    """The first later release that withdraws this one."""
    for later in asked.after(release):
        found = records[later.tag].rollback
        if found is not None and release.tag in found.withdraws:
            return later
    return None


def _restored(back: Provenance, record: Record, zone: tzinfo) -> Suggestion:
    found = record.rollback
    assert found is not None
    text = f"{back.tag} restores {found.restores}"
    return Suggestion(
        EventKind.ROLLBACK_COMPLETED,
        _minute(back.date, zone),
        text,
        f"tag {back.tag}",
        back.tag,
        rollback=Rollback(
            to=found.restores,
            withdraws=found.withdraws,
            tree=found.restored_tree,
            proved=found.identical,
            differs=found.differs,
            lost=found.lost,
        ),
    )


# -- times -----------------------------------------------------------------------------------------


def _minute(stamp: str | None, zone: tzinfo) -> Moment:
    return Moment(value=in_zone(datetime.fromisoformat(str(stamp)), zone))


def _day(day: date, zone: tzinfo) -> Moment:
    """A whole day: bundle.yaml names no hour."""
    midnight = datetime.combine(day, datetime.min.time())
    low, high = earliest(midnight, zone), earliest(midnight + timedelta(days=1), zone)
    return Moment(
        value=low,
        precision=Precision.DAY,
        not_before=low,
        not_after=high,
        said=day.isoformat(),
    )


def unfiled(found: Sequence[Suggestion], bases: frozenset[tuple[str, str]]) -> list[Suggestion]:
    """Those of which no event is on file yet, by kind and basis."""
    return [one for one in found if (one.kind.value, one.basis) not in bases]
