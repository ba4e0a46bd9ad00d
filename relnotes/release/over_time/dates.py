"""When users met a release. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.release.record import Change, Record, RolloutStage, Section

_NOT_LIVE = frozenset({"shadow", "alpha"})
_ROLLOUT = "bundle.yaml:rollout"


def is_candidate(record: Record) -> bool:
    """Whether it is not released yet."""
    return record.provenance.commit is None or record.new.startswith("(")


def went_live(record: Record) -> str | None:
    """The first day on which users met the release; None for a candidate.

    It is the day of the tag unless this release's own rollout says otherwise: a stage that was
    copied from the release before says nothing of this one.
    """
    if is_candidate(record):
        return None
    starts = [one.start for one in own_stages(record) if one.start and one.stage not in _NOT_LIVE]
    return min(starts, default=record.provenance.date)


def own_stages(record: Record) -> tuple[RolloutStage, ...]:
    """The stages of the rollout that are of this release: those that are new, or begin anew."""
    if record.old is None or not record.rollout:
        return record.rollout
    changes = [one for one in record.changes if one.described_in is Section.ROLLOUT]
    return tuple(stage for stage in record.rollout if any(_begins(stage, one) for one in changes))


def _begins(stage: RolloutStage, change: Change) -> bool:
    if change.path == _ROLLOUT:  # several stages of one name, so they are told as a whole
        return (stage.stage, stage.start) not in set(_starts(change.old))
    where = f"{_ROLLOUT}.{stage.stage}"
    return change.path in (where, f"{where}.start", f"{where}.skipped")


def _starts(stages: object) -> Iterator[tuple[str, str | None]]:
    for one in stages if isinstance(stages, list) else ():
        yield one.get("stage"), one.get("start")
