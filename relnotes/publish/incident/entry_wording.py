"""Say what is to be known of an event beside its time and its text. Pure, and without markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relnotes.incident.effective import stated
from relnotes.incident.event import Event
from relnotes.incident.timeline import Entry
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import Precision, Visibility
from relnotes.publish import wording
from relnotes.publish.incident import wording as say

_NAMES = {"at": "time", "by": "who said it", "publish_attachments": "whether files are published"}


def what(event: Event) -> str:
    """ "Detected (public): forty tickets since Friday"."""
    name = say.EVENTS[event.kind]
    if event.visibility is Visibility.PUBLIC:
        name += " (public)"
    return f"{name}: {event.text}" if event.text else name


def remarks(entry: Entry, *, late: bool = True) -> Iterator[str]:
    """Each a few words; `late`: also how much later it was recorded."""
    event = entry.event
    yield from _details(event)
    if late and entry.recorded_late:
        yield f"recorded {say.seconds(entry.recorded_late.total_seconds())} later"
    if entry.recorded_ahead:
        ahead = say.seconds(entry.recorded_ahead.total_seconds())
        yield f"recorded {ahead} before it happened: a clock is wrong"
    if entry.original and entry.corrections:
        yield f"corrected {_day(entry.corrections[-1])}: {'; '.join(_was(entry))}"
    if entry.retraction:
        yield f"retracted {_day(entry.retraction)}" + _because(entry.retraction)


def _details(event: Event) -> Iterator[str]:
    vague = event.at.precision is not Precision.MINUTE
    if vague and event.at.said and any(map(str.isalpha, event.at.said)):
        yield f"“{event.at.said}”"
    if event.share is not None:
        yield f"{wording.percent(event.share)} of traffic"
    if event.release:
        yield event.release
    if event.source:
        yield event.source
    yield from event.attachments


def _was(entry: Entry) -> Iterator[str]:
    """What was said before: "time was 1 May 2026, 10:00"."""
    assert entry.original is not None
    keys = {key for one in entry.corrections if one.restates for key in stated(one.restates)}
    for key in sorted(keys):
        old, new = getattr(entry.original, key), getattr(entry.event, key)
        if old != new:
            yield f"{_NAMES.get(key, key)} was {_said(old)}"


def _said(value: Any) -> str:
    if isinstance(value, Moment):
        return say.moment(value)
    if value is None or value == ():
        return "not given"
    if isinstance(value, str):
        return f"“{value}”"
    return str(value) if isinstance(value, float) else "another"


def _day(event: Event) -> str:
    return wording.day(event.recorded_at.isoformat())


def _because(event: Event) -> str:
    return f": {event.text}" if event.text else ""
