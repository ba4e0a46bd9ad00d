"""Draw the timeline of an incident for a terminal, as one reads it at night; prints nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo

from relnotes.incident.record import Incident
from relnotes.incident.status import status_of
from relnotes.incident.timeline import Entry, Timeline
from relnotes.publish import wording
from relnotes.publish.incident import wording as say
from relnotes.publish.incident.entry_wording import remarks, what
from relnotes.publish.pen import Pen, clean, padded

_BOLD, _DIM, _YELLOW = "1", "2", "33"
_WHEN = 18  # columns of a time: "20:00–30 Apr 04:00"
SIGNS = 6  # of an event's id: its end, which `correct` and `retract` take
_INDENT = SIGNS + _WHEN + 5


def timeline_text(incident: Incident, found: Timeline, *, colour: bool, width: int) -> str:
    """Day by day in the incident's zone; a mark where the order is not certain."""
    pen, zone = Pen(colour, width), zone_of(incident)
    told_late = not all(entry.recorded_late or entry.retraction for entry in found.entries)
    blocks = [list(headline(incident, pen))]
    for day, entries in groupby(found.entries, lambda entry: _day(entry.low.astimezone(zone))):
        lines = [line for entry in entries for line in _entry(entry, zone, pen, told_late)]
        blocks.append([pen.paint(_BOLD, day), *lines])
    blocks.append([line for foot in _foot(found, told_late) for line in pen.wrap(foot)])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def headline(incident: Incident, pen: Pen) -> Iterator[str]:
    """Which incident, where it stands, and in which zone its times are."""
    facts = [say.spoken(status_of(incident).value)]
    if incident.head:
        facts += [incident.head.severity.level.value, incident.head.visibility.value]
    yield f"{pen.paint(_BOLD, clean(incident.id))}  {' · '.join(facts)}"
    if incident.head:
        yield from pen.wrap(incident.head.title)
        yield from pen.wrap(say.zone(incident.head.timezone))


def zone_of(incident: Incident) -> tzinfo:
    """UTC where the head cannot be read or names no zone that there is."""
    try:
        return ZoneInfo(incident.head.timezone.name) if incident.head else UTC
    except (ValueError, OSError, KeyError):  # a path, a folder, a name that is none
        return UTC


def _day(local: datetime) -> str:
    return f"{local:%a} {wording.day(local.isoformat())}"


def _entry(entry: Entry, zone: tzinfo, pen: Pen, told_late: bool) -> Iterator[str]:
    """The text stands beside its time, what else is known of it below."""
    mark = "✗" if entry.retraction else "~" if entry.order_uncertain else " "
    sign, when = entry.event.id[-SIGNS:], padded(clock(entry, zone), _WHEN)
    lines = pen.wrap(what(entry.event), _INDENT)
    yield f"{pen.paint(_DIM, sign)} {pen.paint(_YELLOW, mark)} {when}  {lines[0][_INDENT:]}"
    yield from lines[1:]
    beside = " · ".join(remarks(entry, late=told_late))
    yield from (pen.paint(_DIM, line) for line in pen.wrap(beside, _INDENT))


def clock(entry: Entry, zone: tzinfo) -> str:
    """Within its day: "22:28 = 05:28 UTC", "that day", "20:00–24:00", "to 30 April"."""
    low, high = entry.low.astimezone(zone), entry.high.astimezone(zone)
    if low == high:
        return f"{low:%H:%M}" + ("" if not low.utcoffset() else f" = {entry.low:%H:%M} UTC")
    next_day = low.date() + timedelta(days=1)
    midnight = f"{high:%H:%M}" == "00:00"
    if f"{low:%H:%M}" == "00:00" and midnight and high.date() == next_day:
        return "that day"
    if high.date() == low.date() or (midnight and high.date() == next_day):
        return f"{low:%H:%M}–{'24:00' if midnight else f'{high:%H:%M}'}"
    return f"{low:%H:%M}–{high.day} {high:%b} {high:%H:%M}"


def _foot(found: Timeline, told_late: bool) -> Iterator[str]:
    if not found.entries:
        yield "No event is on record."
    elif not told_late:
        yield "All of it was recorded afterwards."
    if any(entry.order_uncertain for entry in found.entries):
        yield "~ may have come before or after what stands beside it."
    for event in found.stray:
        yield f"A {event.kind.value} says that it is about {event.corrects}, which is not on file."
