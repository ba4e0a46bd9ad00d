"""Put the evals of a release into words: what moved, what could not be judged, and all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from relnotes.evals.comparison import Comparison
from relnotes.publish import eval_wording, markdown, phrases, wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.release.record import Record, Section

MOVED_SHOWN = 40  # rows of the table at the top; the list of all results holds the rest
GROUPS_SHOWN = 12
NAMES_SHOWN = 24

_MOVED = frozenset({"regressed", "improved", "changed"})
_UNCOMPARED = frozenset({"not comparable", "added", "removed", "not measured"})
_NOTHING = Markdown("—")


@dataclass(frozen=True, slots=True)
class EvalRow:
    anchor: str  # empty where another row of the page has it
    name: Markdown
    values: Markdown  # "0.861 → 0.874"
    change: Markdown  # "+0.013 (+0.006 to +0.020)"
    verdict: Markdown
    n: str


@dataclass(frozen=True, slots=True)
class EvalView:
    counts: str
    stale: bool
    caption: str
    rows: tuple[EvalRow, ...]  # what moved, and every blocking eval
    left_out: int  # what moved too, and stands only in the full list
    rest: str  # what is true of all others
    method: str
    not_comparable: tuple[Markdown, ...]
    added: str
    removed: str
    everything: tuple[EvalRow, ...]  # empty where `rows` has it all
    remarks: tuple[Markdown, ...]  # what a reader should know of single results


def eval_view(record: Record) -> EvalView:
    evals, summary = record.evals, record.eval_summary
    told = eval_wording.told(evals)
    shown = told[:MOVED_SHOWN]
    anchors = _anchors(evals)
    rows = tuple(_row(one, anchors[one.key]) for one in shown)
    listed = {one.key for one in shown}
    return EvalView(
        counts=eval_wording.counts_sentence(summary, first=record.old is None),
        stale=summary.stale,
        caption=_caption(told),
        rows=rows,
        left_out=len(told) - len(shown),
        rest=eval_wording.unseen_sentence(summary, sum(map(_is_compared, told))),
        method=_method(evals, summary.alpha, withheld=Section.EVALS.value in record.withheld),
        not_comparable=_grouped(eval_wording.by_reason(evals), "reasons"),
        added=_names(evals, "added") if record.old else "",
        removed=_names(evals, "removed"),
        everything=tuple(_row(one, "" if one.key in listed else anchors[one.key]) for one in evals)
        if len(evals) > len(shown)
        else (),
        remarks=_grouped(eval_wording.by_remark(evals), "remarks"),
    )


def _caption(told: Sequence[Comparison]) -> str:
    """What the table at the top holds."""
    moved = any(one.verdict.value in _MOVED for one in told)
    if all(one.verdict.value in _MOVED for one in told):
        return "What moved by more than chance:"
    blocking = "what a release depends on:"
    return f"What moved by more than chance, and {blocking}" if moved else blocking.capitalize()


def _is_compared(one: Comparison) -> bool:
    return one.verdict.value not in _UNCOMPARED


def _anchors(evals: Iterable[Comparison]) -> dict[tuple[str, ...], str]:
    names = {one.key: " ".join(filter(None, one.key)) for one in evals}
    found = phrases.anchors("eval", {"\0".join(key): name for key, name in names.items()})
    return {key: found["\0".join(key)] for key in names}


def _row(one: Comparison, anchor: str) -> EvalRow:
    figures = eval_wording.figures(one)
    return EvalRow(
        anchor=anchor,
        name=_name(one),
        values=_values(figures),
        change=_change(figures),
        verdict=phrases.verdict(one.verdict.value, _beside(one)),
        n=eval_wording.sample_words(one),
    )


def _beside(one: Comparison) -> str:
    """Why the verdict is no better, and what a person let pass."""
    if not one.remarks:
        return eval_wording.reason_words(one)
    return "; ".join(filter(None, (eval_wording.reason_words(one), *eval_wording.overrides(one))))


def _name(one: Comparison) -> Markdown:
    direction = eval_wording.direction_words(one)
    return _named(one.task, eval_wording.metric_name(one), direction, one.blocking)


@lru_cache(maxsize=1 << 14)  # the same evals, page after page
def _named(task: str, metric: str, direction: str, blocking: bool) -> Markdown:
    what = chain((metric, direction))
    name = fill('{} <span class="rn-metric">{}</span>', task, what)
    return fill("{} {}", name, phrases.tag("blocking", "blocking")) if blocking else name


def _values(figures: eval_wording.Figures) -> Markdown:
    if figures.old and figures.new:
        return Markdown(f"{figures.old} → {markdown.inline(figures.new)}")
    return markdown.inline(figures.new or figures.old) if figures.new or figures.old else _NOTHING


def _change(figures: eval_wording.Figures) -> Markdown:
    if not figures.change:
        return _NOTHING
    if not figures.interval:
        return Markdown(f"{figures.change} (no interval known)")
    return Markdown(f"{figures.change} ({figures.interval})")


def _method(evals: Iterable[Comparison], alpha: float, *, withheld: bool) -> str:
    """How the intervals and the verdicts were made."""
    compared = [one for one in evals if _is_compared(one)]
    methods = sorted({one.method for one in compared if one.method not in ("", "none")})
    if not methods:
        return ""
    said = f"Intervals at {wording.percent(1 - alpha)}; {'; '.join(methods)}."
    family = sum(one.p_adjusted is not None for one in compared)
    if family < 2:
        return said
    hidden = " and those that are not public" if withheld else ""
    adjusted = f"adjusted for {family:,} comparisons{hidden} (Benjamini–Hochberg)"
    single = any(one.blocking for one in compared)
    besides = "; those of blocking behaviours are not" if single else ""
    return f"{said} Verdicts are {adjusted}{besides}."


def _grouped(said: Sequence[eval_wording.Group], what: str) -> tuple[Markdown, ...]:
    """Each saying once, with the evals that it is about."""
    lines = [
        fill("{}: {}", wording.listed(names, 4), words) for words, names in said[:GROUPS_SHOWN]
    ]
    more = len(said) - len(lines)
    return (*lines, *([fill("and {} more {}, in the record", more, what)] if more > 0 else []))


def _names(evals: Iterable[Comparison], verdict: str) -> str:
    names = [eval_wording.eval_name(one) for one in evals if one.verdict.value == verdict]
    return wording.listed(names, NAMES_SHOWN) if names else ""
