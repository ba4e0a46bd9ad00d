"""Metrics over many incidents."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incidentkit import day, event, incident

from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import Metric, measure
from relnotes.incident.metrics.intervals import Span
from relnotes.incident.metrics.trends import Group, Trend, Trends, quantile, quarter, trends
from relnotes.incident.record import Graded, Incident
from relnotes.incident.vocabulary import EventKind, IncidentKind, Outcome, Severity

K = EventKind
HOUR = 3600.0


def _detected(after: int, number: int, **head: object) -> Incident:
    events = [
        event(K.ROLLOUT_STARTED, "2026-05-01 00:00"),
        event(K.DETECTED, f"2026-05-01 {after:02}:00"),
    ]
    return incident(events, id=f"2026-05-{number:02}-wren", **head)


def _trends(*incidents: Incident) -> Trends:
    return trends((one, measure(one)) for one in incidents)


def _group(found: Trends, by: str, value: str) -> Group:
    return next(one for one in found.groups if (one.by, one.value) == (by, value))


def _to_detect(found: Trends, by: str = "all", value: str = "incidents") -> Trend:
    return _group(found, by, value).trends[0]


def test_a_trend_says_how_many_it_knows_and_the_middle_of_them() -> None:
    found = _to_detect(_trends(*(_detected(hours, hours) for hours in (1, 2, 9))))

    assert (found.n, found.median) == (3, Span(2 * HOUR, 2 * HOUR))
    assert found.p90 == Span(pytest.approx(7.6 * HOUR), pytest.approx(7.6 * HOUR))


def test_what_is_known_by_the_day_makes_the_median_a_range() -> None:
    vague = incident(
        [event(K.ROLLOUT_STARTED, "2026-05-01 00:00"), event(K.DETECTED, day("2026-05-01"))]
    )

    found = _to_detect(_trends(vague, _detected(2, 1), _detected(4, 2)))

    assert (found.n, found.bounded) == (3, 1)
    assert found.median == Span(2 * HOUR, 4 * HOUR)


def test_what_is_not_known_is_counted_and_never_zero() -> None:
    near = incident([], kind=IncidentKind.NEAR_MISS, id="2026-05-03-near")
    wrong = incident(
        [event(K.ROLLOUT_STARTED, "2026-05-02 00:00"), event(K.DETECTED, "2026-05-01 00:00")]
    )

    found = _to_detect(_trends(incident(id="2026-05-02-new"), near, wrong, _detected(2, 1)))

    assert found.median == Span(2 * HOUR, 2 * HOUR)
    assert (found.n, found.pending, found.not_applicable, found.invalid) == (1, 1, 1, 1)


def test_nothing_known_has_no_median() -> None:
    assert _to_detect(_trends(incident())) == Trend("time_to_detect", 0, None, None, pending=1)
    assert _trends() == Trends(())


def test_trends_are_by_severity_kind_and_quarter() -> None:
    severe = Graded(level=Severity.SEV1)

    found = _trends(_detected(1, 1, severity=severe), _detected(2, 2))

    assert [(one.by, one.value, one.incidents) for one in found.groups] == [
        ("all", "incidents", 2),
        ("severity", "sev1", 1),
        ("severity", "sev2", 1),
        ("kind", "incident", 2),
        ("quarter", "2026-Q2", 2),
    ]


def test_a_drill_stands_by_its_kind_only_and_a_false_alarm_nowhere() -> None:
    closed = event(K.CLOSED, "2026-05-02 00:00", outcome=Outcome.FALSE_ALARM)
    alarm = incident([closed], id="2026-05-09-alarm")

    found = _trends(_detected(1, 1), _detected(8, 2, kind=IncidentKind.DRILL), alarm)

    assert _to_detect(found).n == 1
    assert _to_detect(found, "kind", "drill").n == 1
    assert found.left_out == ("2026-05-09-alarm",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("2025-04-25-x", "2025-Q2"), ("2025-12-31-x", "2025-Q4"), ("by hand", "unknown")],
)
def test_the_quarter_comes_from_the_id(name: str, expected: str) -> None:
    assert quarter(Incident(name, f"incidents/{name}", None, ())) == expected


_values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@given(_values)
def test_quantiles_are_those_of_the_standard_library(values: list[float]) -> None:
    assert quantile(values, 0.5) == pytest.approx(statistics.median(values), abs=1e-6)
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    assert quantile(values, 0.9) == pytest.approx(deciles[-1], abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1)), min_size=1))
def test_the_bounds_of_a_median_hold_the_median_of_every_course(
    parts: list[tuple[float, float, float]],
) -> None:
    bounds = [(low, low + length) for low, length, _ in parts]
    real = [low + length * share for low, length, share in parts]
    for share in (0.5, 0.9):
        low = quantile([low for low, _ in bounds], share)
        high = quantile([high for _, high in bounds], share)
        assert low - 1e-6 <= quantile(real, share) <= high + 1e-6


def test_a_single_incident_is_never_called_a_mean() -> None:
    metric = Metric("time_to_detect", State.RECORDED, HOUR, HOUR)

    assert not any("mean" in field for field in (*metric.__slots__, *Trend.__slots__))
