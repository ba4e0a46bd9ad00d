"""What became of a model's names and dates: aliases that moved, deprecations, notice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from itertools import pairwise

import msgspec

from relnotes.release.over_time.histories import Phase
from relnotes.release.record import Lifecycle


class Turn(StrEnum):
    """What changed for somebody who pins the model by a name."""

    RENAMED = "renamed"
    VERSION = "version"
    WEIGHTS = "weights"  # under the same name and version
    ALIAS_MOVED = "alias moved"
    ALIAS_ADDED = "alias added"
    ALIAS_REMOVED = "alias removed"
    DEPRECATED = "deprecated"
    RETIREMENT = "retirement"  # its date was set, moved or taken back
    REPLACEMENT = "replacement"


class LifecycleEvent(msgspec.Struct, frozen=True):
    tag: str
    date: str | None  # when users met the release
    turn: Turn
    subject: str  # the alias that moved, else the name of the model
    old: str | None
    new: str | None


def lifecycle_events(phases: Iterable[Phase]) -> Iterator[LifecycleEvent]:
    """What each phase of a line changed, oldest first; the first one gives its aliases."""
    listed = list(phases)
    for one in listed[:1]:
        yield from _events(one, _nothing_before(one.model))
    for before, one in pairwise(listed):
        yield from _events(one, before.model)


def notice_days(phases: Iterable[Phase]) -> int | None:
    """Days between the release that first gave the present retirement date, and that date."""
    listed = list(phases)
    ends = listed[-1].model.retires if listed else None
    if ends is None:
        return None
    announced = None
    for one in reversed(listed):
        if one.model.retires != ends:
            break
        announced = one.model.deprecated or one.date
    return _days(announced, ends)


def identity(model: Lifecycle) -> str:
    """What tells one state of a model from the next, in the words of its makers."""
    return model.version or model.provider_id or model.name


def _events(phase: Phase, old: Lifecycle) -> Iterator[LifecycleEvent]:
    for turn, subject, before, now in _turns(old, phase.model):
        yield LifecycleEvent(phase.tag, phase.date, turn, subject, before, now)


def _turns(old: Lifecycle, new: Lifecycle) -> Iterator[tuple[Turn, str, str | None, str | None]]:
    name = new.name
    if old.name != name or old.provider_id != new.provider_id:
        yield Turn.RENAMED, name, old.provider_id or old.name, new.provider_id or name
    moved = identity(old) != identity(new)
    if moved:
        yield Turn.VERSION, name, identity(old), identity(new)
    elif old.weights != new.weights:
        yield Turn.WEIGHTS, name, old.weights, new.weights
    for alias in new.aliases:
        if alias not in old.aliases:
            yield Turn.ALIAS_ADDED, alias, None, identity(new)
        elif moved:
            yield Turn.ALIAS_MOVED, alias, identity(old), identity(new)
    for alias in old.aliases:
        if alias not in new.aliases:
            yield Turn.ALIAS_REMOVED, alias, identity(old), None
    if old.deprecated != new.deprecated:
        yield Turn.DEPRECATED, name, old.deprecated, new.deprecated
    if old.retires != new.retires:
        yield Turn.RETIREMENT, name, old.retires, new.retires
    if old.replacement != new.replacement:
        yield Turn.REPLACEMENT, name, old.replacement, new.replacement


def _nothing_before(model: Lifecycle) -> Lifecycle:
    return msgspec.structs.replace(
        model, aliases=(), deprecated=None, retires=None, replacement=None
    )


def _days(start: str | None, end: str) -> int | None:
    try:
        return (
            (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days if start else None
        )
    except ValueError:
        return None
