"""Read when something happened, as a person says it; as exact as it was said and no more. Pure.

`-10m`, `22:28`, `yesterday 22:28 America/Los_Angeles`, `Fri 19:00`, `2025-04-27T22:28-07:00`,
`2025-04-27`, `late Sunday night`, `about 22:00`, `2025-04-28 20:00..2025-04-30 04:00`.
What could mean two instants is refused, with both to choose from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from relnotes.errors import RelnotesError, fail
from relnotes.incident.times.day_words import PARTS, clock_in, day_in, is_day_word, part_in
from relnotes.incident.times.moment import Moment
from relnotes.incident.times.wall_clock import (
    earliest,
    in_zone,
    instant,
    is_abbreviation,
    latest,
    name_of,
    refuse_abbreviation,
    zone_named,
)
from relnotes.incident.vocabulary import Precision

FORMS = (
    "such as -10m, 22:28, yesterday 22:28, Fri 19:00, 2025-04-27T22:28-07:00,"
    ' 2025-04-27, "late Sunday night", "about 22:00", or A..B'
)
_WHEN_IT_HAPPENED = "an event is logged when it has happened"
_AGO = re.compile(
    r"-?((?P<days>\d{1,4}) ?d(ays?)?)? ?((?P<hours>\d{1,4}) ?h(ours?)?)? ?"
    r"((?P<minutes>\d{1,5}) ?m(in(utes?)?)?)?(?P<ago> ago)?"
)
_ZONE = re.compile(
    r"(?P<rest>.*?\S)\s*(?P<zone>\b[A-Za-z_]+(/[A-Za-z_+-]+[0-9]*)+|(?<=\d)[Zz]|\s(UTC|GMT|utc|gmt)"
    r"|(?<=:\d\d)\s*[+-]\d\d:?\d\d)"
)
_TO_COME = re.compile(r"in \d+ ?[a-z]+|(tomorrow|next)\b.*", re.IGNORECASE)
_ABOUT = re.compile(r"(^|\s)((about|around|approx\.?|ca\.?)\s|~\s?)")
_HALF = timedelta(minutes=30)
_SKEW = timedelta(minutes=2)  # clocks of two machines differ; nobody logs the future by so little
_JUST_PAST = timedelta(hours=12)


def read_when(text: str, now: datetime, zone: tzinfo) -> Moment:
    """The moment that `text` names, in `zone` unless it names another itself.

    `now` is aware; RelnotesError where the text cannot be read, is ambiguous, or is to come.
    """
    text = " ".join(text.split())
    if back := _back(text):
        return Moment(value=in_zone(now - back, zone).replace(microsecond=0))
    if _TO_COME.fullmatch(text):
        raise fail(f'"{text}"', "is to come", _WHEN_IT_HAPPENED)
    if text.lower() == "now":
        return Moment(value=in_zone(now, zone).replace(microsecond=0))
    if ".." in text:
        return _range(text, now, zone)
    return _point(_split(text, zone), now)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str  # all of it, for messages
    words: str  # lower case, without the zone
    zone: tzinfo


def _back(text: str) -> timedelta | None:
    found = _AGO.fullmatch(text.lower())
    if not found or not (text.startswith("-") or found["ago"]):
        return None
    amounts = {unit: int(found[unit] or 0) for unit in ("days", "hours", "minutes")}
    if not any(found[unit] for unit in amounts):
        return None
    return timedelta(**amounts)


def _range(text: str, now: datetime, zone: tzinfo) -> Moment:
    """Both ends in the zone that the second names, unless the first names its own."""
    start, _, end = text.partition("..")
    last = _split(end, zone)
    low = read_when(start, now, last.zone).bounds[0]
    end_low, high = read_when(end, now, zone).bounds
    if end_low < low:
        raise fail(f'"{text}"', "ends before it begins", "turn it around")
    return _bounded(low, high, Precision.RANGE, _Said(text, "", last.zone), now)


def _split(text: str, zone: tzinfo) -> _Said:
    if found := _ZONE.fullmatch(text):
        return _Said(text, found["rest"].lower(), zone_named(found["zone"].strip()))
    last = text.split(" ")[-1] if text else ""
    if is_abbreviation(last) and not is_day_word(last.lower()):
        raise refuse_abbreviation(text, last)
    return _Said(text, text.lower(), zone)


def _point(said: _Said, now: datetime) -> Moment:
    words, about = _ABOUT.subn(" ", said.words)
    words = re.sub(r"(?<=\d)t(?=\d)", " ", words)
    today = now.astimezone(said.zone).date()
    if clock := clock_in(words):
        return _at_clock(said, clock, bool(about), today, now)
    left = words.replace("tonight", "today night").split()
    if part := part_in(left):
        return _part_of_day(said, *part, today, now)
    day = day_in(left, today) if left else None
    if day is None:
        raise _unreadable(said.text)
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    return _between(start, end, Precision.DAY, said, now)


def _at_clock(
    said: _Said, clock: tuple[time, bool, str], about: bool, today: date, now: datetime
) -> Moment:
    of_day, exact, rest = clock
    words = rest.split()
    day = day_in(words, today)
    if day is None:
        raise _unreadable(said.text)
    wall = datetime.combine(day, of_day)
    if not words:
        wall = _latest_such(wall, said, now)
    elif len(words) == 1 and is_day_word(words[0]) and _is_to_come(wall, said.zone, now):
        wall -= timedelta(days=7)
    if about:
        return _between(wall - _HALF, wall + _HALF, Precision.HOUR, said, now)
    if not exact:
        return _between(wall, wall + timedelta(hours=1), Precision.HOUR, said, now)
    value = instant(wall, said.zone, said.text)
    _refuse_future(value, said, now)
    return Moment(value=value, zone=_zone_name(said))


def _latest_such(wall: datetime, said: _Said, now: datetime) -> datetime:
    """A time without a day is today's; of last evening, when it is said in the night."""
    if not _is_to_come(wall, said.zone, now):
        return wall
    yesterday = wall - timedelta(days=1)
    if now - latest(yesterday, said.zone) <= _JUST_PAST:
        return yesterday
    what = f"{wall:%H:%M} has not come yet today"
    raise fail(f'"{said.text}"', what, f'write "yesterday {said.text}" if that is meant')


def _is_to_come(wall: datetime, zone: tzinfo, now: datetime) -> bool:
    return earliest(wall, zone) > now + _SKEW


def _part_of_day(said: _Said, part: str, left: list[str], today: date, now: datetime) -> Moment:
    day = day_in(left, today)
    if day is None:
        raise _unreadable(said.text)
    start, end = (_midnight(day) + timedelta(hours=hours) for hours in PARTS[part])
    if left and is_day_word(left[-1]) and len(left) == 1 and _is_to_come(start, said.zone, now):
        start, end = start - timedelta(days=7), end - timedelta(days=7)
    return _between(start, end, Precision.PART_OF_DAY, said, now)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _between(
    start: datetime, end: datetime, precision: Precision, said: _Said, now: datetime
) -> Moment:
    """From one wall-clock time to another; of a skipped or repeated hour the wider reading."""
    return _bounded(earliest(start, said.zone), latest(end, said.zone), precision, said, now)


def _bounded(
    low: datetime, high: datetime, precision: Precision, said: _Said, now: datetime
) -> Moment:
    """What lies behind is as late as now at most."""
    _refuse_future(low, said, now)
    start = in_zone(low, said.zone)
    end = in_zone(max(low, min(high, now.replace(microsecond=0))), said.zone)
    return Moment(
        value=start,
        precision=precision,
        not_before=start,
        not_after=end,
        said=said.text,
        zone=_zone_name(said),
    )


def _zone_name(said: _Said) -> str | None:
    """Only where local words were read in a zone: an offset says everything itself."""
    name = name_of(said.zone)
    return name if "/" in name else None


def _refuse_future(moment: datetime, said: _Said, now: datetime) -> None:
    if moment <= now + _SKEW:
        return
    utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    what = f"is to come: it would be {utc}, and now it is {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    raise fail(f'"{said.text}"', what, f"{_WHEN_IT_HAPPENED}; check day and zone")


def _unreadable(text: str) -> RelnotesError:
    return fail(f'"{text}"', "is no time that can be read", f"write one {FORMS}")
