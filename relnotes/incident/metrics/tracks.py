"""What the record says of who had the behaviour: steps of a rollout, release by release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relnotes.incident.event import Event
from relnotes.incident.metrics.intervals import Instant, earliest, instant_of
from relnotes.incident.metrics.milestones import ENDINGS, ends_exposure
from relnotes.incident.record import Contributing
from relnotes.incident.vocabulary import EventKind, Verdict

# In the order in which they happen where times do not say.
_STEPS = (
    EventKind.ROLLOUT_STARTED,
    EventKind.ROLLOUT_STEP,
    EventKind.ROLLOUT_COMPLETED,
    EventKind.AMPLIFIED,
    EventKind.ROLLBACK_STARTED,
    EventKind.ROLLBACK_STEP,
    EventKind.ROLLBACK_COMPLETED,
    EventKind.FIX_SHIPPED,
)
_ROLLOUT = frozenset(_STEPS[:3])
_BACK = _STEPS.index(EventKind.ROLLBACK_STARTED)
_UNKNOWN = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on, a share of traffic between `low` and `high` had it."""

    at: Instant
    low: float
    high: float
    rank: int = 0

    @property
    def live(self) -> bool:
        return self.high > 0

    @property
    def begins(self) -> bool:
        return self.live and self.rank < _BACK

    def surely_after(self, other: Step) -> bool:
        """By time; where times overlap, by what comes first in any rollout.

        Where one may end just as the other begins, the order is sure only if both say the same.
        """
        if self.at.low > other.at.high:
            return True
        touches_from_before = self.at.high == other.at.low and self.at.low < other.at.high
        overlap = self.at.high >= other.at.low and other.at.high >= self.at.low
        return overlap and not touches_from_before and self.rank > other.rank


Track = tuple[Step, ...]  # of one release, or of one contributing change


def tracks(events: Iterable[Event], contributing: Iterable[Contributing]) -> tuple[Track, ...]:
    """A track for each release that was rolled out; without any, for each contributing window."""
    steps = [event for event in events if event.kind in _STEPS]
    rollouts = [event for event in steps if event.kind in _ROLLOUT]
    if rollouts:
        releases = {event.release for event in rollouts if event.release} or {""}
        return tuple(_track(release, releases, steps) for release in sorted(releases))
    ends = [_step(event) for event in steps if ends_exposure(event)]
    return tuple(
        track
        for one in contributing
        if one.verdict is not Verdict.RULED_OUT and (track := _window(one, ends))
    )


def first_start(known: Sequence[Track]) -> Instant | None:
    return earliest(step.at for track in known for step in track if step.begins)


def misplaced_end(known: Sequence[Track]) -> Instant | None:
    """The first end of a track that has no beginning before it: one of the two must be wrong."""
    return earliest(end for track in known for end in _misplaced(track))


def _misplaced(track: Track) -> list[Instant]:
    starts = [step.at for step in track if step.begins]
    ends = [step.at for step in track if not step.live]
    wrong = starts and all(end.surely_before(start) for end in ends for start in starts)
    return ends if wrong else []


def _track(release: str, releases: set[str], steps: list[Event]) -> Track:
    return tuple(
        _step(event)
        for event in steps
        if release in _about(event, releases)
        and not (event.kind is EventKind.AMPLIFIED and event.share is None)
    )


def _about(event: Event, releases: set[str]) -> set[str]:
    """The releases whose traffic an event changes: those it names, else all of them."""
    named = {event.release or ""} | set(event.rollback.withdraws if event.rollback else ())
    return named & releases or releases


def _step(event: Event) -> Step:
    low, high = _UNKNOWN if event.share is None else (event.share, event.share)
    if event.share is None and event.kind is EventKind.ROLLOUT_COMPLETED:
        low = high = 1.0
    elif event.share is None and event.kind in ENDINGS:
        low = high = 0.0
    return Step(instant_of(event), low, high, _STEPS.index(event.kind))


def _window(change: Contributing, ends: list[Step]) -> Track:
    """Open at its end: until a rollback or a fix."""
    if change.window.start is None:
        return ()
    low, high = _UNKNOWN if change.share is None else (change.share, change.share)
    start = Step(Instant(change.window.start, change.window.start), low, high)
    if change.window.end is None:
        return (start, *ends)
    return start, Step(Instant(change.window.end, change.window.end), 0.0, 0.0, len(_STEPS))
