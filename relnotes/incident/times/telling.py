"""A time in the words of whoever reads it: in their zone, and in UTC. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import Precision


def told(moment: Moment, zone: tzinfo, today: date) -> str:
    """`Fri 25 Apr 19:00 PDT = 26 Apr 02:00 UTC`; the date only where it is not today's.

    Less than a minute is told by its bounds: `24 Apr 20:00 – 25 Apr 04:00 PDT = …`.
    """
    local = told_here(moment, zone, today)
    low, high = moment.bounds
    if low.astimezone(zone).utcoffset() == timedelta(0):
        return local
    if low != high:
        return f"{local} = {_span(low, high, today)} UTC"
    other = "" if low.date() == low.astimezone(zone).date() else f"{_day(low, today)} "
    return f"{local} = {other}{low:%H:%M} UTC"


def told_here(moment: Moment, zone: tzinfo, today: date) -> str:
    """In one zone only."""
    low, high = (one.astimezone(zone) for one in moment.bounds)
    if low == high:
        day = "" if low.date() == today else f"{low:%a} {_day(low, today)} "
        return f"{day}{low:%H:%M %Z}"
    if moment.precision is Precision.DAY and _is_midnight(low):
        return f"{low:%a} {_day(low, today)}, some time {low:%Z}"
    return f"{_span(low, high, today)} {high:%Z}"


def _span(low: datetime, high: datetime, today: date) -> str:
    """The year once, the second day only where it is another."""
    first = f"{low.day} {low:%b}" if low.year == high.year else _day(low, today)
    if low.date() == high.date():
        return f"{_day(low, today)} {low:%H:%M} – {high:%H:%M}"
    return f"{first} {low:%H:%M} – {_day(high, today)} {high:%H:%M}"


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()


def _day(moment: datetime, today: date) -> str:
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}"
