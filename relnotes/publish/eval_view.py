"""Put the evals of a release into words: what moved, what could not be judged, and all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.publish import eval_wording, markdown, phrases, wording
from relnotes.publish.eval_rows import EvalRow, cells_of, row, table_rows
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.release.record import Record, Section

MOVED_SHOWN = 40  # rows of the table at the top; the list of all results holds the rest
GROUPS_SHOWN = 12
NAMES_SHOWN = 24

_MOVED = frozenset({"regressed", "improved", "changed"})

Key = tuple[str, str, str, str]  # of a comparison


class EvalView(msgspec.Struct, frozen=True):
    counts: str
    stale: bool
    caption: str
    rows: tuple[EvalRow, ...]  # what moved, and every blocking eval
    table: Markdown  # the same as lines of a table, with anchors
    left_out: int  # what moved too, and stands only in the full list
    rest: str  # what is true of all others
    method: str
    not_comparable: tuple[Markdown, ...]
    added: str
    removed: str
    in_full: int  # how many the full list holds; none where `rows` has them all
    full_table: Markdown
    remarks: tuple[Markdown, ...]  # what a reader should know of single results


def eval_view(record: Record) -> EvalView:
    evals, summary = record.evals, record.eval_summary
    told = eval_wording.told(evals)
    shown = told[:MOVED_SHOWN]
    keys = [one.key for one in evals]
    anchors = _anchors(keys)
    listed = {one.key for one in shown}
    cells = [cells_of(one) for one in evals] if len(evals) > len(shown) else []
    ready = dict(zip(map(id, evals), cells, strict=False))
    rows = [(anchors[one.key], ready.get(id(one)) or cells_of(one)) for one in shown]
    return EvalView(
        counts=eval_wording.counts_sentence(summary, first=record.old is None),
        stale=summary.stale,
        caption=_caption(told),
        rows=tuple(row(*one) for one in rows),
        table=table_rows(rows),
        left_out=len(told) - len(shown),
        rest=eval_wording.unseen_sentence(summary, sum(map(_is_compared, told))),
        method=_method(evals, summary.alpha, withheld=Section.EVALS.value in record.withheld),
        not_comparable=_grouped(eval_wording.by_reason(evals), "reasons"),
        added=_names(evals, Verdict.ADDED) if record.old else "",
        removed=_names(evals, Verdict.REMOVED),
        in_full=len(cells),
        full_table=table_rows(
            ("" if key in listed else anchors[key], one)
            for key, one in zip(keys, cells, strict=False)
        ),
        remarks=_grouped(eval_wording.by_remark(evals), "remarks"),
    )


def _caption(told: Sequence[Comparison]) -> str:
    """What the table at the top holds."""
    moved = any(one.verdict in _MOVED for one in told)
    if all(one.verdict in _MOVED for one in told):
        return "What moved by more than chance:"
    blocking = "what a release depends on:"
    return f"What moved by more than chance, and {blocking}" if moved else blocking.capitalize()


def _is_compared(one: Comparison) -> bool:
    return one.verdict not in eval_wording.UNCOMPARED


def _anchors(keys: Sequence[Key]) -> Mapping[Key, str]:
    found = {key: _anchor(key) for key in keys}
    if len(set(found.values())) == len(found):
        return found
    apart = phrases.anchors("eval", {"\0".join(key): _spoken(key) for key in keys})
    return {key: apart["\0".join(key)] for key in keys}


@lru_cache(maxsize=1 << 14)  # the same evals, page after page
def _anchor(key: Key) -> str:
    return f"eval-{markdown.anchor(_spoken(key))}"


def _spoken(key: Key) -> str:
    return " ".join(filter(None, key))


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


def _names(evals: Iterable[Comparison], verdict: Verdict) -> str:
    names = [eval_wording.eval_name(one) for one in evals if one.verdict is verdict]
    return wording.listed(names, NAMES_SHOWN) if names else ""
