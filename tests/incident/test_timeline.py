"""What happened in order, and what is not certain about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from incidentkit import between, correction, day, event, founding, incident, retraction

from relnotes.incident.event import Event
from relnotes.incident.timeline import timeline
from relnotes.incident.vocabulary import EventKind

K = EventKind
START = datetime(2026, 5, 1, tzinfo=UTC)


def test_entries_stand_in_the_order_in_which_things_happened() -> None:
    late = event(K.DETECTED, "2026-05-02 10:00")
    early = event(K.ROLLOUT_STARTED, "2026-05-01 10:00")

    entries = timeline(incident([late, early])).entries

    assert [entry.event for entry in entries] == [early, late]


def test_where_times_overlap_the_order_is_not_certain() -> None:
    entries = timeline(incident(founding())).entries

    assert [(entry.event.kind, entry.order_uncertain) for entry in entries] == [
        (K.ROLLOUT_STARTED, False),
        (K.ROLLOUT_COMPLETED, False),
        (K.DETECTED, True),
        (K.MITIGATION_APPLIED, True),
        (K.ROLLBACK_STARTED, True),
        (K.ROLLBACK_COMPLETED, True),
    ]


def test_two_days_that_follow_each_other_do_not_overlap() -> None:
    both = [event(K.NOTE, day("2026-05-01")), event(K.NOTE, day("2026-05-02"))]

    assert not any(one.order_uncertain for one in timeline(incident(both)).entries)


def _recorded(after: timedelta) -> Event:
    return event(K.NOTE, "2026-05-01 00:00", recorded_at=START + after)


def test_an_event_recorded_much_later_says_how_much() -> None:
    notes = [_recorded(timedelta(minutes=59)), _recorded(timedelta(hours=26))]

    late = [entry.recorded_late for entry in timeline(incident(notes)).entries]

    assert late == [None, timedelta(hours=26)]


def test_an_event_recorded_before_it_happened_says_so() -> None:
    (entry,) = timeline(incident([_recorded(-timedelta(minutes=7))])).entries

    assert entry.recorded_ahead == timedelta(minutes=7)


def test_corrections_and_retractions_are_shown_at_their_event() -> None:
    first = event(K.NOTE, "2026-05-01 10:00", text="first words")
    second = event(K.NOTE, "2026-05-01 11:00")
    fix, gone = correction(first, text="better words"), retraction(second)

    corrected, retracted = timeline(incident([first, second, fix, gone])).entries

    assert corrected.original == first
    assert (corrected.event.text, corrected.corrections) == ("better words", (fix,))
    assert (retracted.retraction, retracted.original) == (gone, None)


_spans = st.tuples(st.integers(0, 12), st.integers(0, 5))


@given(st.lists(_spans, max_size=8))
def test_order_is_uncertain_exactly_where_two_times_overlap(spans: list[tuple[int, int]]) -> None:
    events = []
    for start, length in spans:
        low, high = (START + timedelta(hours=hour) for hour in (start, start + length))
        moment = between(
            low.replace(tzinfo=None).isoformat(), high.replace(tzinfo=None).isoformat()
        )
        events.append(event(K.NOTE, moment))

    entries = timeline(incident(events)).entries

    for entry in entries:
        others = [one for one in entries if one is not entry]
        overlaps = any(entry.low < one.high and one.low < entry.high for one in others)
        assert entry.order_uncertain is overlaps
