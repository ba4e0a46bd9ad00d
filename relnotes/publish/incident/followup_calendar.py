"""Follow-ups as iCalendar (RFC 5545); the only module that knows icalendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar, Event, Todo

from relnotes import __version__
from relnotes.incident.record import Filed, FollowUp, Incident
from relnotes.incident.vocabulary import FollowUpState
from relnotes.publish.incident import wording as say

_STATES = {
    FollowUpState.OPEN: "NEEDS-ACTION",
    FollowUpState.IN_PROGRESS: "IN-PROCESS",
    FollowUpState.DONE: "COMPLETED",
    FollowUpState.WONT_DO: "CANCELLED",
}
_UNDONE = frozenset({FollowUpState.OPEN, FollowUpState.IN_PROGRESS})


def followup_calendar(incident: Incident) -> str:
    """A task for each follow-up, and an all-day entry on the day by which it is due.

    Most calendars show entries and pass over tasks. Both keep their ids from export to export, and
    carry the time at which the record last changed: importing again updates them.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//relnotes//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("name", _calendar_name(incident))
    calendar.add("x-wr-calname", _calendar_name(incident))
    stamp = _stamp(incident)
    for filed in incident.followups:
        calendar.add_component(_task(filed, incident, stamp))
        if filed.followup.due is not None and filed.followup.state in _UNDONE:
            calendar.add_component(_entry(filed, incident, stamp))
    text: str = calendar.to_ical(sorted=True).decode("utf-8")
    return text


def _task(filed: Filed, incident: Incident, stamp: datetime) -> Todo:
    one, task = filed.followup, Todo()
    _describe(task, filed, incident, stamp, "task")
    task.add("status", _STATES[one.state])
    if one.due is not None:
        task.add("due", one.due)
    if one.done_on is not None:
        task.add("completed", datetime.combine(one.done_on, time(), UTC))
    return task


def _entry(filed: Filed, incident: Incident, stamp: datetime) -> Event:
    entry, due = Event(), filed.followup.due
    assert due is not None
    _describe(entry, filed, incident, stamp, "due")
    entry.add("dtstart", due)
    entry.add("dtend", due + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    return entry


def _describe(
    item: Todo | Event, filed: Filed, incident: Incident, stamp: datetime, sort: str
) -> None:
    one = filed.followup
    item.add("uid", f"{sort}.{filed.id}.{incident.id}@relnotes")
    item.add("dtstamp", stamp)
    item.add("summary", f"{one.what} ({one.owner})" if one.owner else one.what)
    item.add("description", _description(one, incident))
    item.add("categories", [one.type.value])


def _description(one: FollowUp, incident: Incident) -> str:
    parts = (
        f"Follow-up of {_calendar_name(incident)}",
        one.done_when and f"Done when: {one.done_when}",
        one.reason and f"{say.spoken(one.state.value)}: {one.reason}",
        one.source,
    )
    return "\n".join(part for part in parts if part)


def _calendar_name(incident: Incident) -> str:
    return f"{incident.id}: {incident.head.title}" if incident.head else incident.id


def _stamp(incident: Incident) -> datetime:
    """When the record last changed; without any event, the day in its id."""
    recorded = [event.recorded_at.astimezone(UTC) for event in incident.events]
    if recorded:
        return max(recorded).replace(microsecond=0)
    try:
        return datetime.fromisoformat(incident.id[:10]).replace(tzinfo=UTC)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
