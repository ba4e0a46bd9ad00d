"""A time in the words of whoever reads it: in their zone, and in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from relnotes.incident.moment import Moment
from relnotes.incident.vocabulary import Precision


def told(moment: Moment, zone: tzinfo, today: date) -> str:
    """`Fri 25 Apr 19:00 PDT = 26 Apr 02:00 UTC`; the date only where it is not today's.

    Less than a minute is told by its bounds: `24 Apr 00:00 – 25 Apr 00:00 PDT = …`.
    """
    low, high = moment.bounds
    if low == high:
        return _told_exactly(low, zone, today)
    words = f'"{moment.said}": ' if moment.said and moment.precision is not Precision.RANGE else ""
    local = _span(low.astimezone(zone), high.astimezone(zone), today)
    if zone is UTC:
        return f"{words}{local}"
    return f"{words}{local} = {_span(low, high, today)}"


def _told_exactly(instant: datetime, zone: tzinfo, today: date) -> str:
    local = instant.astimezone(zone)
    day = "" if local.date() == today else f"{local:%a} {_day(local, today)} "
    text = f"{day}{local:%H:%M %Z}"
    utc = instant.astimezone(UTC)
    if local.utcoffset() == utc.utcoffset():
        return text
    other = "" if utc.date() == local.date() else f"{_day(utc, today)} "
    return f"{text} = {other}{utc:%H:%M} UTC"


def _span(low: datetime, high: datetime, today: date) -> str:
    first, last = (f"{_day(one, today)} {one:%H:%M}" for one in (low, high))
    names = dict.fromkeys((f"{low:%Z}", f"{high:%Z}"))
    if len(names) == 1:
        return f"{first} – {last} {high:%Z}"
    return f"{first} {low:%Z} – {last} {high:%Z}"


def _day(moment: datetime, today: date) -> str:
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}"
