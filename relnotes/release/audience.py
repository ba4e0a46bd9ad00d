"""Cut a record down to what the public may see, and say how much was withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from relnotes.evals.comparison import Comparison
from relnotes.release.notes import summarise
from relnotes.release.record import Combination, EvalSummary, PromptChange, Record, Section
from relnotes.release.review.joining import public_review, withheld_count
from relnotes.release.written.bundle import Audience, Publish


class _HasAudience(Protocol):
    @property
    def audience(self) -> Audience: ...


T = TypeVar("T", bound=_HasAudience)


class Hidden(msgspec.Struct, frozen=True):
    """What of a record the public does not see, beyond what is marked in it."""

    evals: frozenset[tuple[str, str, str | None]]  # task, metric, filter
    training: frozenset[str]  # ids
    files: int  # result files with nothing public in them
    carried_over: int  # internal results that were not measured anew


def for_public(record: Record, hidden: Hidden) -> Record:
    """The record without anything internal; `withheld` counts what was left out, by section."""
    changes = _public(record.changes)
    evals = tuple(
        one for one in record.evals if (one.task, one.metric, one.filter) not in hidden.evals
    )
    notes, limits = _public(record.notes), _public(record.limitations)
    unmeasured = _public(record.unmeasured)
    withheld = Counter(
        change.described_in.value
        for change in record.changes
        if change.audience is Audience.INTERNAL
        and change.described_in not in (Section.NOTES, Section.LIMITATIONS, Section.REVIEW)
    )
    withheld[Section.NOTES.value] = len(record.notes) - len(notes)
    withheld[Section.LIMITATIONS.value] = len(record.limitations) - len(limits)
    withheld[Section.EVALS.value] += len(record.evals) - len(evals)
    withheld[Section.BEHAVIOURS.value] += len(record.unmeasured) - len(unmeasured)
    if record.review:
        withheld[Section.REVIEW.value] = withheld_count(record.review)
    shown = {note.path for note in notes}
    return replace(
        record,
        audience=Audience.PUBLIC,
        changes=tuple(
            replace(one, explained_by=tuple(path for path in one.explained_by if path in shown))
            if one.explained_by
            else one
            for one in changes
        ),
        evals=evals,
        eval_summary=_summary(record, evals, hidden),
        notes=notes,
        remarks=(),
        limitations=limits,
        unmeasured=unmeasured,
        prompts=tuple(_prompt(one) for one in record.prompts),
        relapses=tuple(one for one in record.relapses if one.publish != Publish.DIGEST),
        combination=_combination(record.combination, hidden.training),
        flips=tuple(
            one
            for one in _public(record.flips)
            if (one.task, one.metric, one.filter) not in hidden.evals
        ),
        drafts=(),
        review=public_review(record.review) if record.review else None,
        withheld={section: count for section, count in sorted(withheld.items()) if count > 0},
    )


def _public(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(item for item in items if item.audience is Audience.PUBLIC)


def _prompt(change: PromptChange) -> PromptChange:
    if change.publish == Publish.FULL:
        return change
    if change.publish == Publish.DIFF:
        return replace(change, text=None)
    return replace(change, text=None, diff=None)


def _combination(combination: Combination, internal: frozenset[str]) -> Combination:
    if internal.isdisjoint(combination.ids):
        return combination

    def seen(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in ids if one not in internal)

    ids = seen(combination.ids)
    return Combination(
        ids,
        seen(combination.alone),
        seen(combination.together),
        seen(combination.untested),
        combination.tested_together if len(ids) > 1 else None,
    )


def _summary(record: Record, evals: tuple[Comparison, ...], hidden: Hidden) -> EvalSummary:
    full = record.eval_summary
    if len(evals) == len(record.evals) and not hidden.files and not hidden.carried_over:
        return full
    return summarise(
        evals,
        files=full.files - hidden.files,
        carried_over=full.carried_over - hidden.carried_over,
        stale=full.stale,
        alpha=full.alpha,
    )
