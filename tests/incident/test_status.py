"""Where an incident stands, from its events alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incidentkit import correction, day, event, founding, incident, retraction

from relnotes.incident.status import is_open, public_status, status_from, status_of
from relnotes.incident.vocabulary import EventKind, FollowUpState, Outcome, Review, Status

K = EventKind


def _status(*steps: tuple[EventKind, int]) -> Status:
    """Each step is a kind and its hour of one day."""
    events = [event(kind, f"2026-05-01 {hour:02}:00") for kind, hour in steps]
    return status_of(incident(events))


def test_an_incident_without_events_is_being_investigated() -> None:
    assert status_of(incident()) is Status.INVESTIGATING


@pytest.mark.parametrize(
    ("kind", "reached"),
    [
        (K.DETECTED, Status.INVESTIGATING),
        (K.DECISION, Status.IDENTIFIED),
        (K.ROLLBACK_STARTED, Status.IDENTIFIED),
        (K.MITIGATION_APPLIED, Status.MITIGATED),
        (K.ROLLBACK_COMPLETED, Status.MONITORING),
        (K.FIX_SHIPPED, Status.MONITORING),
        (K.RESOLVED, Status.RESOLVED),
        (K.CLOSED, Status.CLOSED),
    ],
)
def test_each_kind_of_event_leads_to_its_status(kind: EventKind, reached: Status) -> None:
    assert _status((K.DECLARED, 1), (kind, 2)) is reached


def test_an_event_that_is_logged_late_does_not_take_the_status_back() -> None:
    assert _status((K.RESOLVED, 9), (K.MITIGATION_APPLIED, 3), (K.DETECTED, 2)) is Status.RESOLVED


def test_what_softened_it_was_taken_away_again() -> None:
    assert _status((K.MITIGATION_APPLIED, 1), (K.MITIGATION_REMOVED, 2)) is Status.IDENTIFIED
    assert (
        _status((K.MITIGATION_REMOVED, 2), (K.MITIGATION_APPLIED, 1), (K.MITIGATION_APPLIED, 3))
        is Status.MITIGATED
    )


def test_a_mitigation_that_is_cleaned_up_after_the_rollback_changes_nothing() -> None:
    assert _status((K.ROLLBACK_COMPLETED, 1), (K.MITIGATION_REMOVED, 2)) is Status.MONITORING


def test_a_reopened_incident_starts_again() -> None:
    assert _status((K.RESOLVED, 1), (K.REOPENED, 2)) is Status.REOPENED
    assert _status((K.RESOLVED, 1), (K.REOPENED, 2), (K.RESOLVED, 3)) is Status.RESOLVED


def test_on_one_vague_day_what_was_recorded_later_came_later() -> None:
    over = event(K.RESOLVED, "2026-05-01 10:00")
    again = event(K.REOPENED, day("2026-05-01"))
    over_again = event(K.RESOLVED, "2026-05-01 09:00")

    assert status_from([over, again]) is Status.REOPENED
    assert status_from([over, again, over_again]) is Status.RESOLVED


@pytest.mark.parametrize("outcome", Outcome)
def test_an_incident_that_was_none_says_why_it_was_closed(outcome: Outcome) -> None:
    closed = event(K.CLOSED, "2026-05-01 10:00", outcome=outcome)

    assert status_of(incident([closed])).value == outcome.value
    assert not is_open(status_of(incident([closed])))


def test_corrections_and_retractions_count() -> None:
    over = event(K.RESOLVED, "2026-05-01 10:00")

    assert status_of(incident([over, retraction(over)])) is Status.INVESTIGATING
    assert status_of(incident([over, correction(over, kind=K.DECISION)])) is Status.IDENTIFIED


def test_the_founding_example_ends_being_watched() -> None:
    status = status_of(incident(founding()))

    assert (status, public_status(status).value) == (Status.MONITORING, "monitoring")
    assert is_open(status)


def test_softened_is_not_fixed_in_public() -> None:
    words = {status.value: public_status(status).value for status in Status}

    assert words["mitigated"] == "identified"
    assert words["reopened"] == "investigating"
    assert words["closed"] == words["false_alarm"] == "resolved"


def test_the_three_vocabularies_share_no_word() -> None:
    for one, other in combinations((Status, Review, FollowUpState), 2):
        assert {str(word) for word in one}.isdisjoint(str(word) for word in other)


_steps = st.tuples(
    st.sampled_from([kind for kind in K if kind not in (K.CORRECTION, K.RETRACTION)]),
    st.integers(0, 23),
)


@given(st.lists(_steps, max_size=8).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_the_order_of_logging_changes_nothing_where_times_differ(
    steps: tuple[list[tuple[EventKind, int]], list[tuple[EventKind, int]]],
) -> None:
    if len({hour for _, hour in steps[0]}) == len(steps[0]):
        assert _status(*steps[0]) is _status(*steps[1])
