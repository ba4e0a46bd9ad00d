"""From what a clock on the wall showed to an instant: summer time, zones, abbreviations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relnotes.errors import RelnotesError, fail

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_UTC_NAMES = frozenset({"z", "utc", "gmt"})

# What people mean by letters that mean several things; the first is the most populous.
_MEANT = {
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "CST": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "CDT": ("America/Chicago", "America/Havana"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "EST": ("America/New_York", "America/Jamaica"),
    "EDT": ("America/New_York",),
    "MST": ("America/Denver", "America/Phoenix"),
    "MDT": ("America/Denver",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "PDT": ("America/Los_Angeles",),
    "PT": ("America/Los_Angeles",),
    "ET": ("America/New_York",),
    "CT": ("America/Chicago",),
    "CET": ("Europe/Berlin", "Africa/Algiers"),
    "CEST": ("Europe/Berlin",),
    "EET": ("Europe/Athens", "Africa/Cairo"),
    "EEST": ("Europe/Athens",),
    "WET": ("Europe/Lisbon",),
    "MSK": ("Europe/Moscow",),
    "IDT": ("Asia/Jerusalem",),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "SGT": ("Asia/Singapore",),
    "HKT": ("Asia/Hong_Kong",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
    "NZDT": ("Pacific/Auckland",),
}


def zone_named(name: str) -> tzinfo:
    """`America/Los_Angeles`, `UTC`, `Z` or `-07:00`; anything else is refused."""
    if name.lower() in _UTC_NAMES:
        return UTC
    if found := _OFFSET.fullmatch(name):
        away = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-away if found[1] == "-" else away)
    try:
        if "/" in name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise fail(
        "", f'there is no time zone "{name}"', "write one such as America/Los_Angeles or UTC"
    )


def name_of(zone: tzinfo) -> str:
    """As `zone_named` takes it."""
    if isinstance(zone, ZoneInfo):
        return str(zone.key)
    return "UTC" if zone is UTC else f"{datetime(2000, 1, 1, tzinfo=zone):%:z}"


def is_abbreviation(word: str) -> bool:
    return word.upper() in _MEANT


def refuse_abbreviation(text: str, word: str) -> RelnotesError:
    """`22:28 IST` is three different times; offer each."""
    rest = text[: -len(word)].strip()
    readings = " or ".join(f'"{rest} {zone}"' for zone in _MEANT[word.upper()])
    return fail(f'"{text}"', f"{word} does not say which zone is meant", f"write {readings}")


def instant(wall: datetime, zone: tzinfo, text: str) -> datetime:
    """The moment at which a clock in `zone` showed `wall`, with its offset.

    A time that the change to or from summer time skipped or repeated is refused.
    """
    first, second = _readings(wall, zone)
    if first == second:
        return first
    place, shown = f'"{text}"', f"{wall:%H:%M} on {wall.day} {wall:%B %Y} in {name_of(zone)}"
    offered = f"write {_offered(first)} or {_offered(second)}"
    if _shows(first, wall, zone):
        raise fail(place, f"{shown} happened twice: the clock was put back", offered)
    raise fail(place, f"{shown} never happened: the clock was put forward", offered)


def earliest(wall: datetime, zone: tzinfo) -> datetime:
    """The bound of an imprecise time: nothing is refused, the wider reading counts."""
    return min(_readings(wall, zone))


def latest(wall: datetime, zone: tzinfo) -> datetime:
    return max(_readings(wall, zone))


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The same instant, with the offset that `zone` had then, and no more of the zone than that."""
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def _readings(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Before and after a change of the clock; equal at all other times."""
    both = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    first, second = (in_zone(one.astimezone(UTC), zone) for one in both)
    return first, second


def _shows(moment: datetime, wall: datetime, zone: tzinfo) -> bool:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall


def _offered(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
