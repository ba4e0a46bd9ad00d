"""An incident in the shapes that other programs read, each checked by what reads it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import jsonschema
import pytest
from icalendar import Calendar
from incidentkit import day, event, founding, incident, night

from relnotes.incident.metrics.durations import measure
from relnotes.incident.metrics.trends import trends
from relnotes.incident.public import for_public
from relnotes.incident.record import Filed, FollowUp, Incident
from relnotes.incident.timeline import timeline
from relnotes.incident.vocabulary import EventKind, FollowUpState, FollowUpType, Visibility
from relnotes.publish.incident.followup_calendar import followup_calendar
from relnotes.publish.incident.record_json import (
    Told,
    json_text,
    told_incident,
    told_metrics,
    told_timeline,
    told_trends,
)
from relnotes.publish.incident.statuspage import statuspage_json
from relnotes.publish.incident.timeline_csv import COLUMNS, timeline_csv
from relnotes.publish.schemas import schema

K = EventKind
NAMES = [f"incident-{part}" for part in ("record", "timeline", "metrics", "trends")]


def _public(one: Incident) -> Incident:
    shown = for_public(one)
    assert shown is not None
    return shown


# -- JSON --------------------------------------------------------------------------------------


def _told(name: str, one: Incident) -> Told:
    metrics = measure(one)
    return {
        "incident-record": lambda: told_incident(one, metrics, public=False),
        "incident-timeline": lambda: told_timeline(one, timeline(one)),
        "incident-metrics": lambda: told_metrics(one, metrics),
        "incident-trends": lambda: told_trends(trends([(one, metrics)])),
    }[name]()


@pytest.mark.parametrize(
    "name", [f"incident-{part}" for part in ("record", "timeline", "metrics", "trends")]
)
@pytest.mark.parametrize("one", [night(), incident(founding()), incident()])
def test_what_is_printed_fits_its_published_schema(name: str, one: Incident) -> None:
    told = json.loads(json_text(_told(name, one)))

    jsonschema.validate(told, schema(name), format_checker=jsonschema.FormatChecker())
    assert told["schema"] == f"relnotes.{name}/1"


def test_a_metric_has_seconds_or_bounds_never_both() -> None:
    rows = [*told_metrics(night(), measure(night())).metrics]
    rows += told_metrics(incident(founding()), measure(incident(founding()))).metrics

    for row in rows:
        assert (row.low is None) is (row.high is None)
        assert row.seconds is None or row.low is None
        known = row.seconds is not None or row.low is not None
        assert known is (row.state in ("recorded", "bounded", "invalid"))
        assert bool(row.why) is not (row.state in ("recorded", "bounded"))


def test_the_same_record_gives_the_same_bytes_in_any_order_of_its_events() -> None:
    one, other = night(), replace(night(), events=night().events[::-1])

    assert json_text(_told("incident-record", one)) == json_text(_told("incident-record", other))


# -- CSV ---------------------------------------------------------------------------------------


def _rows(one: Incident) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(timeline_csv(timeline(one)))))


def test_the_table_has_a_row_an_event_and_marks_what_was_retracted() -> None:
    rows = _rows(night())

    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 10
    assert [row["text"] for row in rows if row["retracted"] == "true"] == ["disk is full"]
    assert [row["text"] for row in rows if row["corrected"] == "true"] == ["support: 400 tickets"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    note = event(K.NOTE, "2026-05-01 10:00").model_copy(update={"text": text, "by": text})

    (row,) = _rows(incident([note]))

    assert row["text"] == row["by"] == "'" + text.replace("\r", "\n")


# -- iCalendar ---------------------------------------------------------------------------------


def _calendar(one: Incident) -> Calendar:
    return Calendar.from_ical(followup_calendar(one))


def test_each_follow_up_is_a_task_and_each_due_day_an_entry() -> None:
    calendar = _calendar(night())

    assert [str(task["summary"]) for task in calendar.todos] == [
        "Measure flattery (Ada)",
        "Ask why (Ada)",
    ]
    (entry,) = calendar.events
    assert (entry.start, entry.end) == (date(2025, 5, 16), date(2025, 5, 17))
    assert calendar.errors == []


def test_a_follow_up_keeps_its_id_and_its_time_comes_from_the_record() -> None:
    tasks = _calendar(night()).todos

    assert str(tasks[0]["uid"]) == "task.01-eval.2025-04-28-wren-flatters@relnotes"
    assert {task["dtstamp"].dt for task in tasks} == {datetime(2025, 4, 28, 19, 6, tzinfo=UTC)}
    assert followup_calendar(night()) == followup_calendar(night())


def test_what_is_done_is_a_task_that_is_done_and_no_entry() -> None:
    done = FollowUp(
        what="Ask",
        type=FollowUpType.PROCESS,
        due=date(2026, 5, 1),
        state=FollowUpState.DONE,
        done_on=date(2026, 4, 30),
    )
    calendar = _calendar(incident((), [Filed("01-ask", "x", done)]))

    assert calendar.events == []
    assert str(calendar.todos[0]["status"]) == "COMPLETED"


def test_text_cannot_add_a_line_to_the_calendar() -> None:
    nasty = FollowUp(what="a\r\nBEGIN:VEVENT\nX:y", type=FollowUpType.PROCESS)

    calendar = _calendar(incident((), [Filed("01-x", "x", nasty)]))

    assert calendar.events == []
    assert "BEGIN:VEVENT" in str(calendar.todos[0]["summary"])


# -- Statuspage --------------------------------------------------------------------------------


def _status(one: Incident) -> dict[str, object]:
    found: dict[str, object] = json.loads(statuspage_json(_public(one)))["incident"]
    return found


def test_updates_are_public_events_newest_first_with_the_words_of_a_status_page() -> None:
    found = _status(night())
    updates = found["incident_updates"]

    assert isinstance(updates, list)
    assert [update["status"] for update in updates] == [
        *("resolved", "monitoring", "identified", "identified", "identified", "investigating"),
        *("investigating", "investigating", "investigating"),
    ]
    assert (found["status"], found["impact"]) == ("resolved", "major")
    assert found["resolved_at"] == "2025-04-28T19:00:00Z"
    assert found["monitoring_at"] == "2025-04-28T13:00:00Z"
    assert "disk is full" not in json.dumps(found)


def test_an_update_is_never_shown_before_it_can_have_been_true() -> None:
    vague = event(
        K.PUBLIC_STATEMENT, day("2026-05-01"), text="We know.", visibility=Visibility.PUBLIC
    )
    found = _status(incident([vague], visibility=Visibility.PUBLIC))

    (update,) = found["incident_updates"]  # type: ignore[misc]
    assert update["display_at"] == "2026-05-02T00:00:00Z"
    assert update["body"].startswith("We know. (when: 1 May 2026")


def test_a_reopened_incident_is_no_longer_resolved() -> None:
    again = event(K.REOPENED, "2025-04-29 10:00", visibility=Visibility.PUBLIC)
    one = night()

    found = _status(replace(one, events=(*one.events, again)))

    assert (found["status"], found["resolved_at"]) == ("investigating", None)


def test_without_public_events_there_is_no_update_and_no_time() -> None:
    found = _status(incident([event(K.DETECTED, "2026-05-01 10:00")], visibility=Visibility.PUBLIC))

    assert (found["incident_updates"], found["created_at"]) == ([], None)
