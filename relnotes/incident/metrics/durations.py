"""How long it took: the metrics of one incident, each with how well it is known.

Nothing is cut at zero and nothing guessed: what is not on record is pending, what cannot be is
not applicable, and an end before its start is invalid, by as much as it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relnotes.incident.effective import effective_events
from relnotes.incident.event import Event
from relnotes.incident.metrics.absence import Absence, Case, State, absence
from relnotes.incident.metrics.exposure import Exposure, is_over, measure_exposure
from relnotes.incident.metrics.intervals import Instant, Span, elapsed, instant_of, widest_gap
from relnotes.incident.metrics.milestones import PUBLIC_WORDS, Elsewhere, Milestones, milestones
from relnotes.incident.metrics.tracks import first_start, misplaced_end, tracks
from relnotes.incident.record import Incident
from relnotes.incident.status import is_open, status_from
from relnotes.incident.vocabulary import EventKind, IncidentKind

NOTHING_ELSE = Elsewhere()


@dataclass(frozen=True, slots=True)
class Metric:
    """`low` and `high` in seconds, equal where it is recorded; `events` are ids it came from.

    `why` says what is missing or wrong. A negative bound of a bounded metric means that it is
    open which of the two came first.
    """

    name: str
    state: State
    low: float | None = None
    high: float | None = None
    events: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Between:
    """From one milestone to another."""

    name: str
    start: str
    end: str
    negative: bool = False  # the end may come first, and that says something


_UP_TO_RESTORED = (
    _Between("time_to_detect", "rollout", "detected"),
    _Between("time_to_first_signal", "rollout", "signal", negative=True),
    _Between("time_to_acknowledge", "detected", "declared"),
    _Between("time_to_mitigate", "rollout", "mitigated"),
    _Between("time_to_mitigate_from_detection", "detected", "mitigated"),
    _Between("rollback_duration", "rollback_started", "rollback_completed"),
    _Between("time_to_restore", "rollout", "restored"),
)
_EXPOSURE = (
    "exposure",
    "exposure_before_mitigation",
    "exposure_after_mitigation",
    "exposure_weighted",
)
_IN_PUBLIC = (
    _Between("time_to_public_word", "detected", "public"),
    _Between("postmortem_lag", "restored", "postmortem"),
)
_AFTERWARDS = (
    _Between("limitation_lag", "detected", "limitation", negative=True),
    _Between("relapse", "softened", "undone"),
)
NAMES = (
    *(one.name for one in _UP_TO_RESTORED),
    *_EXPOSURE,
    *(one.name for one in _IN_PUBLIC),
    "longest_silence",
    *(one.name for one in _AFTERWARDS),
)


def measure(incident: Incident, elsewhere: Elsewhere = NOTHING_ELSE) -> tuple[Metric, ...]:
    """Every metric of NAMES, in that order."""
    events = effective_events(incident.events)
    case = _case(incident, events, elsewhere)
    return (
        *(_between(one, case) for one in _UP_TO_RESTORED),
        *_exposure(incident, events, case),
        *(_between(one, case) for one in _IN_PUBLIC),
        _silence(events, case),
        *(_between(one, case) for one in _AFTERWARDS),
    )


def _case(incident: Incident, events: tuple[Event, ...], elsewhere: Elsewhere) -> Case:
    known, status = milestones(events, elsewhere), status_from(events)
    reached_nobody = (IncidentKind.NEAR_MISS, IncidentKind.HAZARD)
    return Case(
        known,
        status,
        is_open=is_open(status),
        never_live=incident.head is not None and incident.head.kind in reached_nobody,
        postmortem_waived=elsewhere.postmortem_waived,
    )


def _between(one: _Between, case: Case) -> Metric:
    start, end = _milestone(case.known, one.start), _milestone(case.known, one.end)
    if start and end:
        return _of_span(one.name, elapsed(start, end), _ids(start, end), negative=one.negative)
    missing = [
        absence(name, case) for name, at in ((one.start, start), (one.end, end)) if at is None
    ]
    return _missing(one.name, missing, _ids(start, end))


def _milestone(known: Milestones, name: str) -> Instant | None:
    found: Instant | None = getattr(known, name)
    return found


def _of_span(name: str, span: Span, events: tuple[str, ...], *, negative: bool = False) -> Metric:
    state, why = State.BOUNDED, ""
    if span.high < 0 and not negative:
        state, why = State.INVALID, "the end is before the start"
    elif span.low == span.high:
        state = State.RECORDED
    return Metric(name, state, span.low, span.high, events, why)


def _missing(name: str, absences: list[Absence], events: tuple[str, ...]) -> Metric:
    """Where one end can never be, the metric cannot either; else it waits for what is missing."""
    never = [one for one in absences if one.state is State.NOT_APPLICABLE]
    if never:
        return Metric(name, State.NOT_APPLICABLE, events=events, why=never[0].why)
    return Metric(name, State.PENDING, events=events, why="; ".join(one.why for one in absences))


def _ids(*instants: Instant | None) -> tuple[str, ...]:
    return tuple(sorted({event for one in instants if one for event in one.events}))


# -- exposure ----------------------------------------------------------------------------------


def _exposure(incident: Incident, events: tuple[Event, ...], case: Case) -> Iterator[Metric]:
    known = tracks(events, incident.head.contributing if incident.head else ())
    start, wrong = first_start(known), misplaced_end(known)
    if start and wrong:
        span, ids = elapsed(start, wrong), _ids(start, wrong)
        yield from (_of_span(name, span, ids) for name in _EXPOSURE)
    elif start:
        measured = measure_exposure(known, case.known.mitigated)
        yield from _exposed(measured, case, over=is_over(known))
    else:
        gap = absence("rollout", case)
        yield from (Metric(name, gap.state, why=gap.why) for name in _EXPOSURE)


def _exposed(exposure: Exposure, case: Case, *, over: bool) -> Iterator[Metric]:
    """Before the mitigation it is known, even while the rest is not over."""
    spans = (exposure.total, exposure.before, exposure.after, exposure.weighted)
    for name, span in zip(_EXPOSURE, spans, strict=True):
        if span is None:
            gap = absence("mitigated", case)
            yield Metric(name, gap.state, events=exposure.events, why=gap.why)
        elif over or span is exposure.before:
            yield _of_span(name, span, exposure.events)
        else:
            yield _missing(name, [absence("restored", case)], exposure.events)


# -- public words ------------------------------------------------------------------------------


def _silence(events: Iterable[Event], case: Case) -> Metric:
    words = [instant_of(event) for event in _words_while_open(tuple(events))]
    gap, ids = widest_gap(words), _ids(*words)
    if gap is not None:
        return _of_span("longest_silence", gap, ids)
    if not words:
        return _missing("longest_silence", [absence("public", case)], ids)
    state = State.PENDING if case.is_open else State.NOT_APPLICABLE
    return Metric(
        "longest_silence", state, events=ids, why="only one public word came while it was open"
    )


def _words_while_open(events: tuple[Event, ...]) -> Iterator[Event]:
    over = (EventKind.RESOLVED, EventKind.CLOSED)
    ends = [instant_of(event) for event in events if event.kind in over]
    for event in events:
        late = ends and all(end.surely_before(instant_of(event)) for end in ends)
        if event.kind in PUBLIC_WORDS and not late:
            yield event
