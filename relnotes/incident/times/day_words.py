"""Days and parts of a day in the words people use: Friday, 24 April, late evening."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

# From when to when, as hours from midnight; the night belongs to the day on which it begins, and
# who says "late Sunday night" means Sunday.
PARTS = {
    "early hours": (0, 5),
    "early morning": (4, 8),
    "morning": (6, 12),
    "midday": (11, 14),
    "noon": (11, 14),
    "afternoon": (12, 18),
    "late afternoon": (15, 18),
    "early evening": (17, 20),
    "evening": (18, 24),
    "late evening": (20, 24),
    "night": (20, 28),
    "late night": (20, 24),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(
    r"(?<![\d:-])(?P<hour>\d{1,2})(:(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d+)?)?)?"
    r"(?P<sort>\s?[ap]m|h)?(?![\w:-])"
)
_NUMBER = re.compile(r"(\d{1,4})(st|nd|rd|th)?")
_FIRST_YEAR = 1970
_SMALL = frozenset({"on", "at", "the", "of", "in", "this", "during"})


def clock_in(words: str) -> tuple[time, bool, str] | None:
    """A time of day, whether it is exact to the minute, and what is left of the words.

    `19:00` and `7:15 pm` are exact; `19h` and `7pm` name an hour.
    """
    for found in _CLOCK.finditer(words):
        if found["minute"] is None and found["sort"] is None:
            continue
        hour = int(found["hour"])
        half = (found["sort"] or "").strip()
        if half in ("am", "pm"):
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half == "pm" else 0)
        try:
            clock = time(hour, int(found["minute"] or 0), int(found["second"] or 0))
        except ValueError:
            return None
        rest = f"{words[: found.start()]} {words[found.end() :]}"
        return clock, found["minute"] is not None, rest
    return None


def part_in(words: list[str]) -> tuple[str, list[str]] | None:
    """A part of the day, and the words that are left: `late Sunday night`, `late evening`."""
    names = [word for word in words if any(part.split()[-1] == word for part in PARTS)]
    if len(names) != 1:
        return None
    how = [word for word in words if word in ("early", "late")]
    part = " ".join([*how[:1], names[0]])
    left = [word for word in words if word not in (*how, names[0])]
    return (part, left) if part in PARTS else None


def day_in(words: list[str], today: date) -> date | None:
    """The day that the words name; without a year or a date, the latest that is not to come."""
    kept = [word.rstrip(",") for word in words if word not in _SMALL]
    if not kept or kept == ["today"]:
        return today
    if kept in (["yesterday"], ["last"]):  # "last night": the part of the day is gone already
        return today - timedelta(days=1)
    if len(kept) == 1 and _ISO.fullmatch(kept[0]):
        return _date(*map(int, kept[0].split("-")))
    return _weekday(kept, today) or _month_day(kept, today)


def is_day_word(word: str) -> bool:
    """Whether a word may be part of a day, so that it is no abbreviation of a zone."""
    return _index(word, _DAYS) is not None or _index(word, _MONTHS) is not None


def _weekday(words: list[str], today: date) -> date | None:
    name = words[-1]
    number = _index(name, _DAYS)
    if number is None or words[:-1] not in ([], ["last"]):
        return None
    back = (today.weekday() - number) % 7
    return today - timedelta(days=back or (7 if words[0] == "last" else 0))


def _month_day(words: list[str], today: date) -> date | None:
    """`24 April`, `April 24`, `Thu 24 April 2025`; the weekday is checked."""
    stated = _index(words[0], _DAYS)
    rest = words if stated is None else words[1:]
    months = [number for word in rest if (number := _index(word, _MONTHS)) is not None]
    numbers = [int(match[1]) for word in rest if (match := _NUMBER.fullmatch(word))]
    days = [number for number in numbers if number <= 31]
    years = [number for number in numbers if number > 31]
    if len(months) != 1 or len(days) != 1 or len(years) > 1 or len(rest) != 2 + len(years):
        return None
    found = _dated(years[0] if years else None, months[0] + 1, days[0], today)
    return found if found and stated in (None, found.weekday()) else None


def _dated(year: int | None, month: int, day: int, today: date) -> date | None:
    if year is not None:
        return _date(year, month, day)
    this_year = _date(today.year, month, day)
    if this_year and this_year <= today:
        return this_year
    return _date(today.year - 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Of a name that `word` is, or begins with at least three letters."""
    matches = [at for at, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return matches[0] if len(matches) == 1 else None
