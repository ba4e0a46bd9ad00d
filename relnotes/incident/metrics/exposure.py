"""How long users had the behaviour: the union of what rollouts and their ends say.

At each moment the record allows one state or several (live or not, with which share of traffic).
The least and the most that is allowed, added up over time, bound every course of events that the
record allows; an unknown share is anything from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from relnotes.incident.metrics.intervals import Instant, Span
from relnotes.incident.metrics.tracks import Step, Track

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Exposure:
    """In seconds; `weighted` are seconds at the full share, the split is by the mitigation."""

    total: Span
    weighted: Span
    before: Span | None  # None: there was no mitigation
    after: Span | None
    events: tuple[str, ...]


def is_over(known: Sequence[Track]) -> bool:
    """Whether, after all that is on record, nobody has it any more."""
    return all(_most(_latest(track, None)) == 0 for track in known)


def measure_exposure(known: Sequence[Track], mitigated: Instant | None) -> Exposure:
    """Of tracks that are over."""
    spells = list(_spells(known, mitigated))
    ids = {event for track in known for step in track for event in step.at.events}
    return Exposure(
        total=_sum((spell.seconds, spell.live) for spell in spells),
        weighted=_sum((spell.seconds, spell.share) for spell in spells),
        before=None if mitigated is None else _sum(_before(spells, mitigated)),
        after=None if mitigated is None else _sum(_after(spells, mitigated)),
        events=tuple(sorted(ids)),
    )


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch of time within which nothing can change."""

    start: datetime
    end: datetime
    live: Bounds
    share: Bounds

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def _spells(known: Sequence[Track], mitigated: Instant | None) -> Iterator[_Spell]:
    instants = [step.at for track in known for step in track]
    if mitigated is not None:
        instants.append(mitigated)
    for start, end in pairwise(sorted({edge for one in instants for edge in (one.low, one.high)})):
        yield _Spell(start, end, *_allowed(known, start))


def _before(spells: list[_Spell], mark: Instant) -> Iterator[tuple[float, Bounds]]:
    for spell in spells:
        low, high = spell.live
        yield spell.seconds, (low * (spell.end <= mark.low), high * (spell.end <= mark.high))


def _after(spells: list[_Spell], mark: Instant) -> Iterator[tuple[float, Bounds]]:
    for spell in spells:
        low, high = spell.live
        yield spell.seconds, (low * (spell.start >= mark.high), high * (spell.start >= mark.low))


def _sum(parts: Iterable[tuple[float, Bounds]]) -> Span:
    known = list(parts)
    return Span(
        sum(length * low for length, (low, _) in known),
        sum(length * high for length, (_, high) in known),
    )


def _allowed(known: Sequence[Track], start: datetime) -> tuple[Bounds, Bounds]:
    """What is allowed from `start` to the next edge: live or not, and the share of traffic.

    Of several releases at once at least the largest share is reached, and at most their sum.
    """
    latest = [_latest(track, start) for track in known]
    live = float(any(map(_surely_live, latest))), float(any(_most(one) > 0 for one in latest))
    return live, (max(map(_least, latest)), min(1.0, sum(map(_most, latest))))


def _latest(track: Track, at: datetime | None) -> list[Step | None]:
    """Each step that may have been the latest one just after `at`; at None, in the end."""
    done = [step for step in track if at is None or step.at.high <= at]
    begun = [step for step in track if at is None or step.at.low <= at]
    found: list[Step | None] = [
        step for step in begun if not any(later.surely_after(step) for later in done)
    ]
    possible = found or [*begun]  # ranks and times may contradict each other: then all are open
    return possible if done else [None, *possible]


def _surely_live(latest: list[Step | None]) -> bool:
    return all(step is not None and step.live for step in latest)


def _least(latest: list[Step | None]) -> float:
    return min(0.0 if step is None else step.low for step in latest)


def _most(latest: list[Step | None]) -> float:
    return max(0.0 if step is None else step.high for step in latest)
