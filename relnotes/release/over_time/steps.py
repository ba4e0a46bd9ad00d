"""What one release changed, short enough that many can be added up into one comparison. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from relnotes.evals.verdict import Verdict
from relnotes.release.limitations.known import News
from relnotes.release.record import Record, Section

LONGEST_VALUE = 160

_TOLD = frozenset(
    {
        Section.MODEL,
        Section.PROMPTS,
        Section.DECODING,
        Section.TOOLS,
        Section.TRAINING,
        Section.BEHAVIOURS,
    }
)


class StepChange(msgspec.Struct, frozen=True):
    """A difference; its values only where they are short and plain."""

    path: str
    part: Section
    words: str
    old: str | float | bool | None
    new: str | float | bool | None


class StepEval(msgspec.Struct, frozen=True):
    """A result that was measured anew."""

    task: str
    metric: str  # with filter and variant
    old: float | None
    new: float | None
    verdict: Verdict
    reason: str


class StepLimitation(msgspec.Struct, frozen=True):
    """A limitation of which the release says something new."""

    id: str
    news: News
    text: str


class Step(msgspec.Struct, frozen=True):
    """One release against the one before it."""

    tag: str
    title: str
    date: str | None
    changes: tuple[StepChange, ...]
    evals: tuple[StepEval, ...]
    limitations: tuple[StepLimitation, ...]


def step_of(record: Record) -> Step:
    """For the audience of the record."""
    return Step(
        tag=record.new,
        title=record.title,
        date=record.provenance.date,
        changes=tuple(
            StepChange(one.path, one.described_in, one.words, _short(one.old), _short(one.new))
            for one in record.changes
            if one.described_in in _TOLD
        ),
        evals=tuple(
            StepEval(
                one.task,
                " ".join(filter(None, (one.metric, one.filter, one.variant))),
                *(one.old, one.new, one.verdict, one.reason),
            )
            for one in record.evals
        ),
        limitations=tuple(
            StepLimitation(one.id, one.news, one.text)
            for one in record.limitations
            if one.news is not News.STILL_OPEN
        ),
    )


def _short(value: Any) -> str | float | bool | None:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else None
    return value if isinstance(value, bool | int | float) else None
