"""Say in words what the evals of a release show: verdicts, figures, and the honest sentence.

Pure, and without markup; whoever puts it on a page escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from relnotes.evals.comparison import Comparison
from relnotes.evals.figures import Figures as Figures
from relnotes.evals.figures import figures as figures
from relnotes.evals.result import Direction
from relnotes.publish import wording
from relnotes.release.record import EvalSummary

UNKNOWN = "unknown"
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


UNCOMPARED = frozenset({"not comparable", "added", "removed", "not measured"})
_HASH = re.compile(r"\b[0-9a-f]{12,}…")
_IN_SPITE = "compared in spite of "
_MOVED = frozenset({"regressed", "improved", "changed"})
_WEIGHT = ("regressed", "improved", "changed", "inconclusive", "not comparable", "removed")


Group = tuple[str, list[str]]  # a saying, and the names of the evals that it is about


def eval_name(comparison: Comparison) -> str:
    return f"{comparison.task} {metric_name(comparison)}"


def metric_name(comparison: Comparison) -> str:
    """The metric, with the filter and the variant where there are any."""
    return metric_named(comparison.metric, comparison.filter, comparison.variant)


def metric_named(metric: str, filter_: str | None, variant: str) -> str:
    return " ".join(part for part in (metric, filter_, variant) if part)


def direction_words(direction: Direction) -> str:
    """What a reader would take the other way round; higher is better unless it is said."""
    return "lower is better" if direction is Direction.LOWER else ""


def told(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """What moved and what blocks a release: the worst first, then what blocks, then the surest."""
    return sorted(
        (one for one in comparisons if one.verdict in _MOVED or one.blocking), key=by_weight
    )


def by_reason(comparisons: Iterable[Comparison]) -> list[Group]:
    """What could not be compared: each reason with the evals it holds for, the widest first."""
    return _grouped(
        (one.reason or "no reason is recorded", one)
        for one in comparisons
        if one.verdict == "not comparable"
    )


def by_override(comparisons: Iterable[Comparison]) -> list[Group]:
    """What differed and was compared all the same, each reason with its evals."""
    return _grouped((words, one) for one in comparisons for words in overrides(one))


def by_remark(comparisons: Iterable[Comparison]) -> list[Group]:
    """All other remarks on what was compared, each once, with the evals that it is about.

    Which hash it was that one side did not know tells a reader nothing.
    """
    return _grouped(
        (_HASH.sub("…", remark), one)
        for one in comparisons
        if one.remarks and one.verdict not in UNCOMPARED
        for remark in one.remarks
        if not remark.startswith(_IN_SPITE)
    )


def _grouped(said: Iterable[tuple[str, Comparison]]) -> list[Group]:
    found: dict[str, list[str]] = {}
    for words, one in said:
        found.setdefault(words, []).append(eval_name(one))
    return sorted(found.items(), key=lambda item: -len(item[1]))


def by_weight(one: Comparison) -> tuple[int, bool, float, tuple[str, ...]]:
    """An order: the worst first, then what blocks, then the surest; what has held is last."""
    weight = _WEIGHT.index(one.verdict) if one.verdict in _WEIGHT else len(_WEIGHT)
    return weight, not one.blocking, one.p if one.p is not None else 1.0, one.key


def sample_words(comparison: Comparison) -> str:
    """Over how many questions: pairs, one n, or the old and the new n."""
    one = comparison
    return samples(is_paired(one), one.n, one.n_old, one.n_new)


def samples(paired: bool, n: int | None, old: int | None, new: int | None) -> str:
    if paired and n is not None:
        return wording.counted(n, "pair")
    if old is None and new is None:
        return f"{n:,}" if n is not None else UNKNOWN
    if old == new or old is None or new is None:
        return f"{old if new is None else new:,}"
    return f"{old:,} → {new:,}"


def is_paired(comparison: Comparison) -> bool:
    return comparison.method.startswith("paired")


def verdict_words(comparison: Comparison) -> str:
    """The verdict, with what would settle it or what stands in the way."""
    reason = reason_words(comparison)
    return f"{comparison.verdict}: {reason}" if reason else str(comparison.verdict)


def reason_words(comparison: Comparison) -> str:
    """Why the verdict is no better; empty where the numbers say it."""
    if comparison.verdict == "inconclusive" and comparison.n_needed:
        needed = wording.counted(comparison.n_needed, "question")
        had = comparison.n if is_paired(comparison) else comparison.n_new or comparison.n
        run = f", {had:,} {'was' if had == 1 else 'were'} run" if had else ""
        return f"{needed} would settle it{run}"
    return comparison.reason


def overrides(comparison: Comparison) -> list[str]:
    """What differed and was compared all the same, each with the reason that a person gave."""
    return [remark for remark in comparison.remarks if remark.startswith(_IN_SPITE)]


def counts_sentence(summary: EvalSummary, *, first: bool) -> str:
    """How many results there are, and of what kind; says so when there are none."""
    if first:
        if not summary.added:
            return "No eval result came with this release."
        return f"{wording.counted(summary.added, 'measurement')}, and none to compare with yet."
    parts = [
        (summary.compared, "comparable with the previous release"),
        (summary.not_comparable, "not comparable"),
        (summary.added, "new"),
        (summary.removed, "no longer measured"),
        (summary.carried_over, "carried over unchanged from an earlier release"),
    ]
    said = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    return f"{said}." if said else "No eval result came with this release."
