"""How long it took, with as much certainty as the record has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from incidentkit import between, correction, day, event, founding, incident, minute, retraction

from relnotes.incident.event import Event
from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import NAMES, Metric, measure
from relnotes.incident.metrics.milestones import Elsewhere
from relnotes.incident.record import Contributing, Window
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import EventKind, IncidentKind, Outcome, Precision, Verdict

K = EventKind
HOUR = 3600


def _metrics(
    *events: Event, elsewhere: Elsewhere | None = None, **head: object
) -> dict[str, Metric]:
    found = measure(incident(events, **head), elsewhere or Elsewhere())
    return {one.name: one for one in found}


def _hours(metric: Metric) -> tuple[float, float]:
    assert metric.low is not None
    assert metric.high is not None
    return metric.low / HOUR, metric.high / HOUR


def _story(*steps: tuple[EventKind, str]) -> dict[str, Metric]:
    return _metrics(*(event(kind, f"2026-05-{at}") for kind, at in steps))


def test_the_founding_example_is_bounded_by_what_its_days_allow() -> None:
    found = _metrics(*founding())

    bounded = {name: _hours(one) for name, one in found.items() if one.state is State.BOUNDED}
    assert bounded == {
        "time_to_detect": (48, 96),
        "time_to_mitigate": (68, 96),
        "time_to_mitigate_from_detection": (-4, 24),
        "rollback_duration": (-4, 52),
        "time_to_restore": (92, 148),
        "exposure": (92, 148),
        "exposure_before_mitigation": (68, 96),
        "exposure_after_mitigation": (20, 56),
        "exposure_weighted": (48, 148),
    }


def test_where_a_rollback_may_have_begun_just_as_the_rollout_ended_both_orders_count() -> None:
    found = _metrics(
        event(K.ROLLOUT_STARTED, "2026-05-01 00:00"),
        event(K.ROLLOUT_COMPLETED, "2026-05-02 04:00"),
        event(K.ROLLBACK_STARTED, between("2026-05-01 16:00", "2026-05-02 04:00")),
        event(K.ROLLBACK_COMPLETED, between("2026-05-02 04:00", "2026-05-02 05:00")),
    )

    assert _hours(found["exposure"])[1] == 29


def test_times_known_to_the_minute_are_recorded_and_say_their_events() -> None:
    rollout = event(K.ROLLOUT_STARTED, "2026-05-01 10:00")
    detected = event(K.DETECTED, "2026-05-01 12:30")

    metric = _metrics(rollout, detected)["time_to_detect"]

    assert metric == Metric(
        "time_to_detect", State.RECORDED, 9000, 9000, tuple(sorted((rollout.id, detected.id)))
    )


def test_every_metric_is_there_and_what_is_not_on_record_is_never_zero() -> None:
    found = measure(incident())

    assert tuple(one.name for one in found) == NAMES
    assert {one.low for one in found} == {None}
    assert {one.state for one in found} == {State.PENDING, State.NOT_APPLICABLE}
    assert all(one.why for one in found)


def test_a_detection_before_the_rollout_is_invalid_by_as_much_as_it_says() -> None:
    found = _story((K.ROLLOUT_STARTED, "02 10:00"), (K.DETECTED, "02 07:00"))

    metric = found["time_to_detect"]
    assert (metric.state, _hours(metric)) == (State.INVALID, (-3, -3))


def test_a_rollback_that_ends_before_everything_is_invalid_for_exposure_too() -> None:
    found = _story(
        (K.ROLLOUT_STARTED, "02 10:00"),
        (K.ROLLBACK_STARTED, "02 09:00"),
        (K.ROLLBACK_COMPLETED, "02 08:00"),
    )

    assert {found[name].state for name in ("rollback_duration", "time_to_restore", "exposure")} == {
        State.INVALID
    }
    assert _hours(found["rollback_duration"]) == (-1, -1)
    assert _hours(found["exposure"]) == (-2, -2)


def test_a_first_signal_before_the_launch_is_valid() -> None:
    found = _story(
        (K.ROLLOUT_STARTED, "02 10:00"), (K.SIGNAL, "01 10:00"), (K.REPORTED, "03 10:00")
    )

    metric = found["time_to_first_signal"]
    assert (metric.state, _hours(metric)) == (State.RECORDED, (-24, -24))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-08T01:30-08:00", "2026-03-08T05:30-07:00", 3), ("2026-11-01", "2026-11-01", 5)],
)
def test_hours_are_counted_across_a_change_of_summer_time(start: str, end: str, hours: int) -> None:
    """The wall clocks of Los Angeles say four hours both times: 01:30 and 05:30."""
    zone = ZoneInfo("America/Los_Angeles")
    if "T" not in start:
        start, end = f"{start}T01:30-07:00", f"{end}T05:30-08:00"
    first, last = (datetime.fromisoformat(text).astimezone(zone) for text in (start, end))
    assert last - first == timedelta(hours=4)

    found = _metrics(
        event(K.ROLLOUT_STARTED, Moment(value=first)), event(K.DETECTED, Moment(value=last))
    )

    assert _hours(found["time_to_detect"]) == (hours, hours)


def test_of_several_vague_detections_the_first_may_be_any_that_could_have_been_first() -> None:
    rollout = event(K.ROLLOUT_STARTED, "2026-05-01 00:00")
    first = event(K.DETECTED, between("2026-05-01 02:00", "2026-05-01 06:00"))
    maybe = event(K.DETECTED, "2026-05-01 04:00")
    later = event(K.DETECTED, "2026-05-01 09:00")

    metric = _metrics(rollout, first, maybe, later)["time_to_detect"]

    assert _hours(metric) == (2, 4)
    assert metric.events == tuple(sorted((rollout.id, first.id, maybe.id)))


def test_a_mitigation_that_did_not_hold_is_not_the_effective_one() -> None:
    found = _story(
        (K.ROLLOUT_STARTED, "01 00:00"),
        (K.MITIGATION_APPLIED, "01 02:00"),
        (K.MITIGATION_REMOVED, "01 03:00"),
        (K.MITIGATION_APPLIED, "01 05:00"),
    )

    assert _hours(found["time_to_mitigate"]) == (5, 5)
    assert _hours(found["relapse"]) == (1, 1)


def test_a_mitigation_taken_away_after_the_rollback_is_no_relapse() -> None:
    found = _story(
        (K.ROLLOUT_STARTED, "01 00:00"),
        (K.MITIGATION_APPLIED, "01 02:00"),
        (K.ROLLBACK_COMPLETED, "02 00:00"),
        (K.MITIGATION_REMOVED, "02 03:00"),
    )

    assert found["relapse"].state is State.NOT_APPLICABLE
    assert _hours(found["time_to_mitigate"]) == (2, 2)


def test_a_later_release_that_brings_removed_lines_back_is_a_relapse() -> None:
    mitigated = event(K.MITIGATION_APPLIED, "2026-05-01 00:00")
    elsewhere = Elsewhere(relapsed=minute("2026-05-08 00:00"))

    assert _hours(_metrics(mitigated, elsewhere=elsewhere)["relapse"]) == (168, 168)


def test_a_rollback_without_a_mitigation_before_it_has_no_time_to_mitigate() -> None:
    found = _story((K.ROLLOUT_STARTED, "01 00:00"), (K.ROLLBACK_COMPLETED, "01 02:00"))

    assert found["time_to_mitigate"].state is State.NOT_APPLICABLE
    assert found["exposure_before_mitigation"].state is State.NOT_APPLICABLE
    assert _hours(found["exposure"]) == (2, 2)


def test_while_it_is_live_exposure_is_pending_but_known_up_to_the_mitigation() -> None:
    found = _story((K.ROLLOUT_STARTED, "01 00:00"), (K.MITIGATION_APPLIED, "01 02:00"))

    assert found["exposure"].state is found["exposure_after_mitigation"].state is State.PENDING
    assert _hours(found["exposure_before_mitigation"]) == (2, 2)


def test_exposure_is_a_union_over_releases_and_over_returns() -> None:
    def at(kind: EventKind, hour: int, release: str) -> Event:
        return event(kind, f"2026-05-01 {hour:02}:00", release=release)

    found = _metrics(
        at(K.ROLLOUT_STARTED, 0, "v2"),
        at(K.ROLLOUT_STARTED, 1, "v3"),
        at(K.ROLLBACK_COMPLETED, 3, "v2"),
        at(K.ROLLBACK_COMPLETED, 4, "v3"),
        at(K.ROLLOUT_STARTED, 10, "v3"),
        at(K.ROLLBACK_COMPLETED, 11, "v3"),
    )

    assert _hours(found["exposure"]) == (5, 5)
    assert _hours(found["time_to_restore"]) == (11, 11)


def test_exposure_is_weighted_by_the_share_of_traffic_and_an_unknown_one_is_anything() -> None:
    def at(kind: EventKind, hour: int, share: float | None) -> Event:
        return event(kind, f"2026-05-01 {hour:02}:00", share=share)

    found = _metrics(
        at(K.ROLLOUT_STARTED, 0, 0.1),
        at(K.ROLLOUT_COMPLETED, 10, None),
        at(K.ROLLBACK_STARTED, 14, None),
        at(K.ROLLBACK_COMPLETED, 16, None),
    )

    assert _hours(found["exposure"]) == (16, 16)
    assert _hours(found["exposure_weighted"]) == (5, 7)


def test_without_a_rollout_on_record_exposure_comes_from_contributing_windows() -> None:
    def change(start: str, end: str, share: float, verdict: Verdict) -> Contributing:
        window = Window(start=minute(start).value, end=minute(end).value)
        return Contributing(what="a bug", window=window, share=share, verdict=verdict)

    changes = (
        change("2026-05-01 00:00", "2026-05-01 10:00", 0.2, Verdict.CONFIRMED),
        change("2026-05-01 05:00", "2026-05-01 15:00", 0.4, Verdict.SUSPECTED),
        change("2026-04-01 00:00", "2026-05-30 00:00", 1.0, Verdict.RULED_OUT),
    )
    found = _metrics(contributing=changes)

    assert _hours(found["exposure"]) == (15, 15)
    low, high = _hours(found["exposure_weighted"])
    assert (round(low, 9), round(high, 9)) == (5 * 0.2 + 10 * 0.4, 5 * 0.2 + 5 * 0.6 + 5 * 0.4)


def test_the_longest_silence_is_between_public_words_while_open() -> None:
    found = _story(
        (K.PUBLIC_UPDATE, "01 00:00"),
        (K.PUBLIC_UPDATE, "01 03:00"),
        (K.PUBLIC_STATEMENT, "01 09:00"),
        (K.RESOLVED, "01 12:00"),
        (K.PUBLIC_STATEMENT, "09 00:00"),
    )

    assert _hours(found["longest_silence"]) == (6, 6)


def test_a_limitation_and_the_postmortem_are_measured_from_elsewhere() -> None:
    detected = event(K.DETECTED, "2026-05-01 00:00")
    elsewhere = Elsewhere(limitation_published=day("2026-05-03"), postmortem_waived=True)

    found = _metrics(detected, elsewhere=elsewhere)

    assert _hours(found["limitation_lag"]) == (48, 72)
    assert found["postmortem_lag"].state is State.NOT_APPLICABLE


def test_a_near_miss_reached_nobody() -> None:
    found = _metrics(event(K.DETECTED, "2026-05-01 00:00"), kind=IncidentKind.NEAR_MISS)

    assert found["time_to_detect"].state is State.NOT_APPLICABLE
    assert found["exposure"].why == "it never reached users"


def test_what_was_a_false_alarm_waits_for_nothing() -> None:
    closed = event(K.CLOSED, "2026-05-01 00:00", outcome=Outcome.FALSE_ALARM)

    found = _metrics(closed)

    assert {one.state for one in found.values()} == {State.NOT_APPLICABLE}
    assert {one.why for one in found.values()} == {"the incident was closed as false alarm"}


# -- laws --------------------------------------------------------------------------------------

_START = datetime(2026, 5, 1, tzinfo=UTC)
_KINDS = (
    *(K.ROLLOUT_STARTED, K.ROLLOUT_STEP, K.ROLLOUT_COMPLETED, K.DETECTED, K.DECLARED, K.SIGNAL),
    *(K.MITIGATION_APPLIED, K.ROLLBACK_STARTED, K.ROLLBACK_COMPLETED, K.PUBLIC_UPDATE),
)


def _hour(number: float) -> datetime:
    return _START + timedelta(hours=number)


def _vague(low: float, high: float) -> Moment:
    first, last = _hour(low), _hour(high)
    return Moment(value=first, precision=Precision.RANGE, not_before=first, not_after=last)


@st.composite
def _known_and_real(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Vague events, one of each kind, and one course of events that they allow."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), unique=True))
    vague, real = [], []
    for kind in kinds:
        low, length = draw(st.integers(0, 40)), draw(st.integers(0, 12))
        at = low + length * draw(st.sampled_from([0, 0.25, 0.5, 0.75, 1]))
        share = draw(st.sampled_from([None, 0.25, 1.0])) if "rollout" in kind else None
        one = event(kind, _vague(low, low + length), share=share)
        vague.append(one)
        real.append(one.model_copy(update={"at": Moment(value=_hour(at))}))
    return vague, real


def _as_rollouts_go(events: list[Event]) -> bool:
    """What overlaps is taken to follow the order of any rollout; so must the course of events."""
    order = [kind for kind in _KINDS if kind.startswith("roll")]
    steps = sorted((one for one in events if one.kind in order), key=lambda one: one.at.value)
    return [one.kind for one in steps] == sorted((one.kind for one in steps), key=order.index)


@given(_known_and_real())
def test_the_bounds_hold_every_course_of_events_that_the_record_allows(
    pair: tuple[list[Event], list[Event]],
) -> None:
    vague, real = pair
    assume(_as_rollouts_go(real))

    for known, true in zip(measure(incident(vague)), measure(incident(real)), strict=True):
        if known.low is None or true.low is None:
            continue
        assert known.high is not None
        assert true.high is not None
        assert known.low - 1e-6 <= true.low <= true.high <= known.high + 1e-6, known.name


@given(_known_and_real().flatmap(lambda p: st.tuples(st.just(p[0]), st.permutations(p[0]))))
def test_the_order_of_events_changes_no_metric(logs: tuple[list[Event], list[Event]]) -> None:
    assert measure(incident(logs[0])) == measure(incident(logs[1]))


@given(_known_and_real(), st.data())
def test_to_correct_and_to_retract_the_correction_changes_no_metric(
    pair: tuple[list[Event], list[Event]], data: st.DataObject
) -> None:
    events = pair[0]
    assume(events)
    target = data.draw(st.sampled_from(events))
    fix = correction(target, at=_vague(3, 5))

    assert measure(incident([*events, fix, retraction(fix)])) == measure(incident(events))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(-5, 90))
def test_the_exposure_before_and_after_the_mitigation_make_up_the_whole(
    spell: int, pause: int, mitigated: int
) -> None:
    def at(kind: EventKind, hour: int) -> Event:
        return event(kind, Moment(value=_hour(hour)))

    found = _metrics(
        at(K.ROLLOUT_STARTED, 0),
        at(K.ROLLBACK_COMPLETED, spell),
        at(K.ROLLOUT_STARTED, spell + pause),
        at(K.ROLLBACK_COMPLETED, spell + pause + spell),
        at(K.MITIGATION_APPLIED, mitigated),
    )

    parts = [_hours(found[f"exposure_{part}_mitigation"])[0] for part in ("before", "after")]
    assert _hours(found["exposure"])[0] == pytest.approx(sum(parts))
    assert _hours(found["exposure"])[0] == pytest.approx(2 * spell)
