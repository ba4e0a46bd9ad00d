"""What each release adds to the history of prompts, of the model's names and of behaviours. Pure.

Small values only: pages over thousands of releases are made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.release.over_time.dates import went_live
from relnotes.release.record import Lifecycle, Record
from relnotes.release.written.bundle import Behaviour

Key = tuple[str, str, str | None]  # task, metric, filter


class PromptVersion(msgspec.Struct, frozen=True):
    """A prompt at a release that changed it; its words stand in the record of that release."""

    tag: str
    date: str | None
    file: str
    publish: str  # full, diff, digest
    old_digest: str | None
    new_digest: str | None


class Phase(msgspec.Struct, frozen=True, array_like=True):
    """The names and dates of the model from one release on, until the next phase."""

    tag: str
    date: str | None
    model: Lifecycle


class BehaviourEvent(msgspec.Struct, frozen=True):
    """From this release on something else is true of a behaviour."""

    tag: str
    date: str | None
    status: str  # "measured", or why it is not


class BehaviourLife(msgspec.Struct, frozen=True):
    """A behaviour as the latest release names it, and since when it is measured."""

    id: str
    principle: str
    blocking: bool
    evals: tuple[Key, ...]  # what measures it now
    named_since: str  # tag
    measured_since: str | None  # the first release with a result of its own
    events: tuple[BehaviourEvent, ...]
    is_named: bool = True  # whether the latest release still lists it

    @property
    def status(self) -> str:
        return self.events[-1].status


MEASURED = "measured"
NO_LONGER_NAMED = "no longer listed"


def prompt_versions(record: Record) -> Iterator[tuple[str, PromptVersion]]:
    """The prompts that this release changed, by name."""
    for one in record.prompts:
        yield (
            one.name,
            PromptVersion(
                tag=record.new,
                date=went_live(record),
                file=one.file,
                publish=one.publish,
                old_digest=one.old_digest,
                new_digest=one.new_digest,
            ),
        )


def next_phase(phases: Sequence[Phase], record: Record) -> Iterator[Phase]:
    """The phase that begins with this release, if one does."""
    if not phases or phases[-1].model != record.model:
        yield Phase(record.new, went_live(record), record.model)


def behaviours_on(
    lives: Mapping[str, BehaviourLife],
    record: Record,
    behaviours: Iterable[Behaviour],
    evals: Mapping[str, tuple[Key, ...]],
) -> Iterator[tuple[str, BehaviourLife]]:
    """The behaviours of which this release says something else than the one before, by id.

    `behaviours` and their `evals` are those that the audience of the record may see.
    """
    reasons = {one.behaviour: one.reason for one in record.unmeasured}
    listed = set()
    for one in behaviours:
        listed.add(one.id)
        before = lives.get(one.id)
        now = _life(before, one, evals.get(one.id, ()), reasons.get(one.id, MEASURED), record)
        if now != before:
            yield one.id, now
    for name, life in lives.items():
        if name not in listed and life.is_named:
            event = BehaviourEvent(record.new, went_live(record), NO_LONGER_NAMED)
            yield (
                name,
                msgspec.structs.replace(
                    life, is_named=False, evals=(), events=(*life.events, event)
                ),
            )


def _life(
    before: BehaviourLife | None,
    behaviour: Behaviour,
    evals: tuple[Key, ...],
    status: str,
    record: Record,
) -> BehaviourLife:
    events = before.events if before else ()
    if not events or events[-1].status != status:
        events = (*events, BehaviourEvent(record.new, went_live(record), status))
    measured_since = before.measured_since if before else None
    if status == MEASURED and measured_since is None:
        measured_since = record.new
    return BehaviourLife(
        id=behaviour.id,
        principle=behaviour.principle,
        blocking=behaviour.blocking,
        evals=evals,
        named_since=before.named_since if before else record.new,
        measured_since=measured_since,
        events=events,
    )
