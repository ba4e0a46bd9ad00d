"""Say values in words: numbers, dates, verdicts, sentences. Pure, and without markup.

What comes out is plain text; whoever puts it on a page escapes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relnotes.evals.comparison import Comparison
from relnotes.release.prompt_diff import TextDiff
from relnotes.release.record import Combination, EvalSummary, PromptChange

MINUS = "−"
MARKS = {
    "improved": "▲",
    "regressed": "▼",
    "inconclusive": "?",
    "not comparable": "×",
    "held": "=",
    "changed": "↕",
    "added": "+",
    "removed": "−",
    "not measured": "○",
}

_MOVED = frozenset({"regressed", "improved", "changed"})
_WEIGHT = ("regressed", "improved", "changed", "inconclusive", "not comparable", "removed")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_HEX = re.compile(r"\b((?:sha\d+|blake\w+|md5):)?([0-9a-f]{12,128})\b")


# -- numbers -------------------------------------------------------------------------------------


def decimals_for(error: float | None, difference: float | None = None) -> int:
    """How many digits after the point an uncertainty is worth.

    One or two significant digits of the error (Review of Particle Physics 2024, section 5.3);
    two significant digits of the difference where the error is unknown.
    """
    if error and math.isfinite(error):
        exponent = math.floor(math.log10(abs(error)))
        leading = round(abs(error) / 10.0 ** (exponent - 2))
        digits = (1 if leading <= 354 or leading >= 950 else 0) - exponent
    elif difference and math.isfinite(difference):
        digits = 1 - math.floor(math.log10(abs(difference)))
    else:
        digits = 3
    return min(max(digits, 0), 6)


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number with a true minus sign and thousands separators; never "−0.00"."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else (MINUS if value < 0 else "") + "∞"
    rounded = round(value, decimals)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


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


# -- evals ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a comparison as they are printed; empty where there are none."""

    old: str = ""
    new: str = ""
    change: str = ""
    low: str = ""
    high: str = ""

    @property
    def interval(self) -> str:
        return f"{self.low} to {self.high}" if self.low else ""


def figures(comparison: Comparison) -> Figures:
    """All numbers of one comparison with the same digits after the point."""
    ci, delta = comparison.ci, comparison.delta
    error = comparison.se or ((ci[1] - ci[0]) / 4 if ci else None)
    decimals = decimals_for(error, delta)
    unit = _unit(comparison.unit)

    def say(value: float | None, *, signed: bool = False) -> str:
        return "" if value is None else number(value, decimals, signed=signed)

    return Figures(
        say(comparison.old) + unit if comparison.old is not None else "",
        say(comparison.new) + unit if comparison.new is not None else "",
        say(delta, signed=True),
        say(ci[0], signed=True) if ci else "",
        say(ci[1], signed=True) if ci else "",
    )


def _unit(unit: str | None) -> str:
    if unit in (None, "fraction"):
        return ""
    return " %" if unit == "percent" else f" {unit}"


def eval_name(comparison: Comparison) -> str:
    return f"{comparison.task} {metric_name(comparison)}"


def metric_name(comparison: Comparison) -> str:
    """The metric, with the filter and the variant where there are any."""
    parts = (comparison.metric, comparison.filter, comparison.variant)
    return " ".join(part for part in parts if part)


def told(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """What moved and what blocks a release: the worst first, then what blocks, then the surest."""
    return sorted(
        (one for one in comparisons if one.verdict.value in _MOVED or one.blocking), key=_by_weight
    )


def by_reason(comparisons: Iterable[Comparison]) -> list[tuple[str, list[str]]]:
    """What could not be compared: each reason with the evals it holds for, the widest first."""
    found: dict[str, list[str]] = {}
    for one in comparisons:
        if one.verdict.value == "not comparable":
            found.setdefault(one.reason or "no reason is recorded", []).append(eval_name(one))
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _by_weight(one: Comparison) -> tuple[int, bool, float, tuple[str, ...]]:
    verdict = one.verdict.value
    weight = _WEIGHT.index(verdict) if verdict in _WEIGHT else len(_WEIGHT)
    return weight, not one.blocking, one.p if one.p is not None else 1.0, one.key


def sample_words(comparison: Comparison) -> str:
    """Over how many questions: pairs, one n, or the old and the new n."""
    old, new = comparison.n_old, comparison.n_new
    if is_paired(comparison) and comparison.n is not None:
        return counted(comparison.n, "pair")
    if old is None and new is None:
        return f"{comparison.n:,}" if comparison.n is not None else "not known"
    if old == new or old is None or new is None:
        return f"{old if new is None else new:,}"
    return f"{old:,} → {new:,}"


def is_paired(comparison: Comparison) -> bool:
    return str(comparison.method or "").startswith("paired")


def verdict_words(comparison: Comparison) -> str:
    """The verdict, with what would settle it or what stands in the way."""
    reason = reason_words(comparison)
    return f"{comparison.verdict.value}: {reason}" if reason else comparison.verdict.value


def reason_words(comparison: Comparison) -> str:
    """Why the verdict is no better; empty where the numbers say it."""
    if comparison.verdict.value == "inconclusive" and comparison.n_needed:
        needed = counted(comparison.n_needed, "question")
        had = comparison.n_new or comparison.n
        run = f", {had:,} {'was' if had == 1 else 'were'} run" if had else ""
        return f"{needed} would settle it{run}"
    return comparison.reason


def counts_sentence(summary: EvalSummary, *, first: bool) -> str:
    """How many results there are, and of what kind; says so when there are none."""
    if first:
        said = f"{counted(summary.added, 'measurement')}; there is no earlier release to compare"
        return f"{said}." if summary.added else "No eval result came with this release."
    parts = [
        (summary.compared, "comparable with the previous release"),
        (summary.not_comparable, "not comparable"),
        (summary.added, "new"),
        (summary.removed, "no longer measured"),
        (summary.carried_over, "carried over unchanged from an earlier release"),
    ]
    said = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    return f"{said}." if said else "No eval result came with this release."


def unseen_sentence(summary: EvalSummary, shown: int) -> str:
    """What is true of the comparisons that the table leaves out; the honest sentence."""
    rest = summary.compared - shown
    if rest <= 0:
        return ""
    where = f"In the other {rest:,}" if shown else f"In {'it' if rest == 1 else f'all {rest:,}'}"
    return f"{where} nothing moved by more than chance; {_unseen(summary.largest_unseen)}"


def _unseen(largest: float | None) -> str:
    if largest is None:
        return "how large a drop could have gone unseen is not known."
    return f"a drop of up to {points(largest)} could have gone unseen."


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
    if change.old_digest is None:
        return "new prompt"
    if change.new_digest is None:
        return "prompt removed"
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
    return flat[:width].rpartition(" ")[0].rstrip(",;:") + " …"
