"""Say values in words: numbers, dates, digests, prompts. Pure, and without markup.

What comes out is plain text; whoever puts it on a page escapes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache

from relnotes.evals.figures import MINUS as MINUS
from relnotes.evals.figures import number as number
from relnotes.evals.figures import signed as signed
from relnotes.release.differences.prompt_diff import TextDiff
from relnotes.release.record import Combination, PromptChange

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_HEX = re.compile(r"\b((?:sha\d+|blake\w+|md5):)?([0-9a-f]{12,128})\b")


# -- numbers -------------------------------------------------------------------------------------


def plain(value: float) -> str:
    """A number by itself: at most four significant digits, no trailing zeros."""
    if value == int(value) and abs(value) < 1e15:
        return number(value, 0)
    decimals = min(max(3 - math.floor(math.log10(abs(value))), 0), 6)
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share of 1 as a percentage: 0.014 is "1.4 %"."""
    return f"{plain(round(share * 100, 4))} %"


def points(fraction: float) -> str:
    """A difference of fractions in percentage points: 0.041 is "4.1 points"."""
    value = abs(fraction) * 100
    text = number(value, 0 if value >= 9.95 else 1)
    return f"{text} point" if text == "1" else f"{text} points"


def joined(items: Iterable[str], last: str = "and") -> str:
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


# -- dates and digests ---------------------------------------------------------------------------


@lru_cache(maxsize=1 << 12, typed=True)  # a page says some days three times, the next one again
def day(iso: str | None) -> str:
    """ "2026-04-25T10:00:00+02:00" is "25 April 2026", on the writer's own calendar."""
    found = _date(iso)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if found else iso or ""


def span(start: str | None, end: str | None) -> str:
    """Two days without saying twice what they share: "24–28 April 2026"."""
    first, last = _date(start), _date(end)
    if not first or not last or first >= last:
        return day(end or start)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(end)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def day_and_month(iso: str | None) -> str:
    """ "25 April", for lists by year."""
    found = _date(iso)
    return f"{found.day} {_MONTHS[found.month - 1]}" if found else ""


def year(iso: str | None) -> str:
    found = _date(iso)
    return str(found.year) if found else "Undated"


def _date(iso: str | None) -> date | None:
    try:
        return datetime.fromisoformat(iso).date() if iso else None
    except ValueError:
        return None


def short_digest(text: str) -> str:
    """ "sha256:9f2c41d0…"; a text that holds no digest stays as it is."""
    return _HEX.sub(lambda found: f"{found[1] or ''}{found[2][:8]}…", text)


def split_digests(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a digest (shortened)."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _HEX.finditer(text):
        pieces += [(text[at : found.start()], False), (short_digest(found[0]), True)]
        at = found.end()
    return [(piece, digest) for piece, digest in [*pieces, (text[at:], False)] if piece]


def kind_words(kind: str) -> str:
    """What sort of release it is: "mainline update", "rollback"."""
    return {"first": "first release", "mainline": "mainline update"}.get(kind, kind)


# -- prompts -------------------------------------------------------------------------------------


def diff_words(diff: TextDiff) -> str:
    """ "2 paragraphs edited, 1 moved"."""
    pairs = [
        (diff.edited, "edited"),
        (diff.added, "added"),
        (diff.removed, "removed"),
        (diff.moved, "moved"),
    ]
    parts = [(count, verb) for count, verb in pairs if count]
    if not parts:
        return "unchanged"
    (count, verb), *rest = parts
    said = [f"{counted(count, 'paragraph')} {verb}", *(f"{n:,} {verb}" for n, verb in rest)]
    return ", ".join(said)


def prompt_words(change: PromptChange) -> str:
    """What happened to a prompt, as far as its policy lets it be told."""
    if change.new_digest is None:
        return "prompt removed"
    if change.old_digest is None:
        shown = change.text or change.diff
        return "new prompt" if shown else "new prompt; the text is not published"
    return diff_words(change.diff) if change.diff else "edited; the text is not published"


def how_tested(combination: Combination) -> dict[str, str]:
    """How each new training change was tested, by its id."""
    return {
        **dict.fromkeys(combination.ids, "new"),
        **dict.fromkeys(combination.untested, "not tested"),
        **dict.fromkeys(combination.alone, "tested alone"),
        **dict.fromkeys(combination.together, "tested together with the others"),
    }


def combination_words(combination: Combination) -> str:
    """The new training changes, each with how it was tested, and whether all were together."""
    tested = how_tested(combination)
    said = ", ".join(f"{name} ({tested[name]})" for name in combination.ids)
    return f"{said}; never tested together" if combination.tested_together is False else said


def listed(items: Sequence[str], limit: int) -> str:
    """The first items, and how many more there are."""
    more = len(items) - limit
    return joined(items) if more <= 0 else f"{', '.join(items[:limit])} and {more:,} more"


def excerpt(text: str, width: int = 155) -> str:
    """The beginning of a text in one line, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= width:
        return flat
    return flat[:width].rpartition(" ")[0].rstrip(".,;:") + "…"


def headline(text: str, width: int = 90) -> str:
    """The first sentence, without its full stop; what is longer is cut between words."""
    first = re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]
    return excerpt(first.removesuffix("."), width)
