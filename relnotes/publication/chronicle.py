"""Take from each record what the pages over the whole history need, and keep it small."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from relnotes.cache import LineState
from relnotes.evals.result import Measurement
from relnotes.history import Point
from relnotes.publication.histories import STEPS_IN_ONE
from relnotes.release.limitations import coverage as covering
from relnotes.release.limitations.coverage import Coverage, Key
from relnotes.release.over_time.histories import behaviours_on, next_phase, prompt_versions
from relnotes.release.over_time.overview import live_on, summary_of
from relnotes.release.over_time.steps import step_of
from relnotes.release.over_time.trend import Aside, Growth
from relnotes.release.record import Record
from relnotes.release.review.auditing import codes_of
from relnotes.release.written.bundle import Audience
from relnotes.settings import Settings


class Chronicle:
    """Takes in the records of one line, oldest first, on top of `state`; `close` at the end.

    `put_history` gets the steps of each document that becomes full, and its number from 0.
    """

    def __init__(
        self,
        state: LineState,
        settings: Settings,
        put_history: Callable[[int, Sequence[bytes]], None],
        aside: Aside,
    ) -> None:
        self._state = state
        self._put_history = put_history
        self._internal = settings.evals.internal
        self._rules = settings.check.as_rules()
        self._growth = Growth(aside)
        self._covered: tuple[Coverage, Mapping[str, tuple[Key, ...]]] | None = None

    def take(self, point: Point, record: Record) -> None:
        """`record` is what the site's audience sees of the point's."""
        state = self._state
        codes = codes_of(point.record, record, self._rules)
        state.summaries.append(replace(summary_of(record), obstacles=codes))
        state.lives.update(live_on(state.lives, record))
        for name, version in prompt_versions(record):
            state.prompts.setdefault(name, []).append(version)
        self._take_step(record)
        state.phases.extend(next_phase(state.phases, record))
        everything = record.audience is Audience.INTERNAL
        seen = [
            one
            for one in point.coverage.behaviours
            if everything or one.audience is Audience.PUBLIC
        ]
        evals = self._evals(point.coverage, everything=everything)
        state.behaviours.update(behaviours_on(state.behaviours, record, seen, evals))
        self._growth.take(record, _results_in(record, point), len(state.summaries) - 1)

    def close(self) -> Growth:
        """What evals gained in these releases; their pages are made from it."""
        self._state.trends = self._growth.onto(self._state.trends)
        return self._growth

    def _take_step(self, record: Record) -> None:
        state = self._state
        state.steps.append(msgspec.json.encode(step_of(record)))
        if len(state.steps) == STEPS_IN_ONE:
            self._put_history(state.full_histories, state.steps)
            state.full_histories += 1
            state.steps = []

    def _evals(self, coverage: Coverage, *, everything: bool) -> Mapping[str, tuple[Key, ...]]:
        """By behaviour, what measures it, as far as the audience may know."""
        if self._covered and self._covered[0] is coverage:
            return self._covered[1]
        found = {
            behaviour: tuple(
                key
                for key in keys
                if everything
                or covering.audience_of(key, coverage, self._internal) is Audience.PUBLIC
            )
            for behaviour, keys in coverage.keys.items()
        }
        self._covered = coverage, found
        return found


def _results_in(record: Record, point: Point) -> Sequence[Measurement | None]:
    """What the rows of `record` rest on; it may have fewer of them than the point's."""
    if len(record.evals) == len(point.results):
        return point.results
    shown = {one.key for one in record.evals}
    rows = zip(point.record.evals, point.results, strict=True)
    return [result for row, result in rows if row.key in shown]
