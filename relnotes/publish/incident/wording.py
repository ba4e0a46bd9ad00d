"""Say the words of an incident's record, and its times, as plain text. Pure, and without markup."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from relnotes.incident.record import Zone
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import (
    EventKind,
    Gate,
    Heeded,
    IncidentKind,
    MitigationKind,
    Precision,
    PublicStatus,
    Severity,
    Status,
)
from relnotes.publish import wording

EVENTS = {
    EventKind.ROLLOUT_STARTED: "Rollout started",
    EventKind.ROLLOUT_STEP: "Rollout widened",
    EventKind.ROLLOUT_COMPLETED: "Rollout completed",
    EventKind.AMPLIFIED: "Effect grew",
    EventKind.SIGNAL: "Signal",
    EventKind.REPORTED: "Reported",
    EventKind.DETECTED: "Detected",
    EventKind.DECLARED: "Declared an incident",
    EventKind.DECISION: "Decision",
    EventKind.MITIGATION_APPLIED: "Mitigation applied",
    EventKind.MITIGATION_REMOVED: "Mitigation removed",
    EventKind.ROLLBACK_STARTED: "Rollback started",
    EventKind.ROLLBACK_STEP: "Rollback widened",
    EventKind.ROLLBACK_COMPLETED: "Rollback completed",
    EventKind.FIX_SHIPPED: "Fix shipped",
    EventKind.VERIFIED: "Verified",
    EventKind.PUBLIC_UPDATE: "Public update",
    EventKind.PUBLIC_STATEMENT: "Public statement",
    EventKind.POSTMORTEM_PUBLISHED: "Postmortem published",
    EventKind.REOPENED: "Reopened",
    EventKind.RESOLVED: "Resolved",
    EventKind.CLOSED: "Closed",
    EventKind.NOTE: "Note",
    EventKind.CORRECTION: "Correction",
    EventKind.RETRACTION: "Retraction",
}
GATES = {
    Gate.OFFLINE_EVALS: "Offline evals",
    Gate.AB_TESTS: "A/B tests",
    Gate.SPOT_CHECKS: "Spot checks by experts",
    Gate.SAFETY: "Safety evaluations",
    Gate.DEPLOYMENT: "Deployment",
}
HEEDED = {
    Heeded.RELIED_ON: "Relied on",
    Heeded.MISSED: "Missed",
    Heeded.OVERRULED: "Overruled",
}
MITIGATIONS = {
    MitigationKind.SYSTEM_PROMPT: "system prompt",
    MitigationKind.DECODING: "decoding parameters",
    MitigationKind.FEATURE_OFF: "a feature was switched off",
    MitigationKind.OTHER: "other",
}
KINDS = {
    IncidentKind.INCIDENT: "incident",
    IncidentKind.NEAR_MISS: "near miss",
    IncidentKind.HAZARD: "hazard",
    IncidentKind.DRILL: "drill",
}
_CLOCK = "%H:%M"
_A_DATE = re.compile(
    r"\d{1,4}[-./,]|\d{1,4}(?:st|nd|rd|th)?,?\Z|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)\w*",
    re.IGNORECASE,
)
_A_MINUTE = timedelta(minutes=1)  # a day ends where the next begins


def spoken(value: str) -> str:
    """A word of a closed set as people write it: "in_progress" is "in progress"."""
    return value.replace("_", " ")


def severity(level: Severity) -> str:
    """ "severity 1" for sev1, the worst; nothing where nobody rated it."""
    return "" if level is Severity.UNRATED else f"severity {level.value.removeprefix('sev')}"


def status(value: Status | PublicStatus) -> str:
    return spoken(value.value).capitalize()


def zone(value: Zone) -> str:
    if value.name == "UTC" and value.stated:
        return "Times are in UTC."
    said = f"Times are those of {value.name}"
    if value.stated:
        return f"{said}; UTC stands beside them."
    return f"{said}, which is assumed: no source states a time zone."


# -- times ---------------------------------------------------------------------------------------


def moment(at: Moment) -> str:
    """On the calendar of whoever said it, as exact as it is known: "27 April 2025, 22:28"."""
    low, high = _local_bounds(at)
    match at.precision:
        case Precision.MINUTE:
            return _clock(at.value)
        case Precision.DAY:
            return wording.span(first_day(at), last_day(at))
        case Precision.HOUR if at.said:
            return f"{wording.day(low.isoformat())}, {_words(at.said)}"
        case Precision.PART_OF_DAY if at.said:
            return f"{wording.day(low.isoformat())}, {_words(at.said)}"
    return between(low, high)


def in_utc(at: Moment) -> str:
    """The same in UTC, as a range where the minute is not known: "8 May, 16:00–22:00 UTC"."""
    low, high = at.bounds
    if low == high:
        return f"{_short(low)} UTC"
    if low.date() == high.date():
        return f"{_short(low)}–{high:{_CLOCK}} UTC"
    return f"{_short(low)} – {_short(high)} UTC"


def _short(value: datetime) -> str:
    """Without the year, which stands beside it."""
    return f"{wording.day_and_month(value.isoformat())}, {value:{_CLOCK}}"


def between(low: datetime, high: datetime) -> str:
    """Whole days as days; else with the times that it lies between."""
    if low < high and {(one.hour, one.minute) for one in (low, high)} == {(0, 0)}:
        return wording.span(low.isoformat(), (high - _A_MINUTE).isoformat())
    if low == high:
        return _clock(low)
    if low.date() == high.date():
        return f"{wording.day(low.isoformat())}, {low:{_CLOCK}}–{high:{_CLOCK}}"
    return f"{_clock(low)} – {_clock(high)}"


def first_day(at: Moment) -> str:
    """ISO 8601, on the calendar of whoever said it."""
    return _local_bounds(at)[0].date().isoformat()


def last_day(at: Moment) -> str:
    low, high = _local_bounds(at)
    return (high - _A_MINUTE if high > low else high).date().isoformat()


def _clock(value: datetime) -> str:
    return f"{wording.day(value.isoformat())}, {value:{_CLOCK}}"


def _local_bounds(at: Moment) -> tuple[datetime, datetime]:
    return at.not_before or at.value, at.not_after or at.value


def _words(said: str) -> str:
    """The part of the day in the source's own words, without the date that stands beside it."""
    kept = [word for word in said.split() if not _A_DATE.match(word)]
    return " ".join(kept).strip(",; ") or said


# -- spans ---------------------------------------------------------------------------------------


def seconds(value: float) -> str:
    """A length of time in its two largest units: "2 days 4 h", "−35 min"."""
    sign = wording.MINUS if value < 0 else ""
    minutes = round(abs(value) / 60)
    if minutes == 0:
        return "0 min" if not value else f"{sign}{round(abs(value))} s"
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{sign}{hours} h" + (f" {minutes} min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{sign}{wording.counted(days, 'day')}" + (f" {hours} h" if hours else "")


def seconds_between(low: float | None, high: float | None) -> str:
    """ "48–96 h", "2 h – 3 days"; an open end is said to be one."""
    if low is None or high is None:
        known = high if low is None else low
        if known is None:
            return "not known"
        return f"at {'most' if low is None else 'least'} {seconds(known)}"
    if low % 3600 == high % 3600 == 0 and high < 100 * 86400:
        first, last = round(low / 3600), round(high / 3600)
        return f"{first}–{last} h" if first >= 0 else f"{_signed(first)} to {_signed(last)} h"
    return f"{seconds(low)} {'–' if low >= 0 else 'to'} {seconds(high)}"


def _signed(number: int) -> str:
    return f"{wording.MINUS}{-number}" if number < 0 else str(number)
