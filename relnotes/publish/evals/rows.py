"""Write eval results as rows of a table: every result of every page passes through here, once."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.evals.figures import Figures
from relnotes.evals.result import Direction
from relnotes.publish import markdown, phrases
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill

_NOTHING = "—"
_SAME_EVALS = 1 << 14  # page after page


class EvalRow(msgspec.Struct, frozen=True):
    anchor: str
    name: Markdown
    values: Markdown  # "0.861 → 0.874"
    change: Markdown  # "+0.013 (+0.006 to +0.020)"
    verdict: Markdown
    n: Markdown
    source: Markdown  # numbers of the list of files: "1 → 3"


Cells = tuple[str, str, str, str, str]  # the fields of a row after its anchor, as Markdown


def cells_of(one: Comparison, figures: Figures) -> Cells:
    """`figures` are those of this very row: the plots need them as well."""
    old, new, change = figures.old, figures.new, figures.change
    if new and one.unit != "fraction":
        new = markdown.inline(new)  # a unit can be any word
    return (
        _name(one.task, one.metric, one.filter, one.variant, one.direction, one.blocking),
        f"{old} → {new}" if old and new else new or markdown.inline(old or _NOTHING),
        _with_interval(change, figures.low, figures.high) if change else _NOTHING,
        _verdict(one),
        _samples(eval_wording.is_paired(one), one.n, one.n_old, one.n_new),
    )


def row(anchor: str, cells: Cells, source: str) -> EvalRow:
    return EvalRow(anchor, *map(Markdown, (*cells, source)))


def table_line(anchor: str, cells: Cells, source: str) -> str:
    """The row as a line of a table, with its anchor."""
    name = f'<a id="{anchor}"></a>{cells[0]}'
    return f"| {name} | {cells[1]} | {cells[2]} | {cells[3]} | {cells[4]} | {source} |"


_samples = lru_cache(_SAME_EVALS)(eval_wording.samples)


def _with_interval(change: str, low: str, high: str) -> str:
    return f"{change} ({low} to {high})" if low else f"{change} (no interval known)"


@lru_cache(_SAME_EVALS)
def _name(
    task: str,
    metric: str,
    filter_: str | None,
    variant: str,
    direction: Direction,
    blocking: bool,
) -> str:
    what = " ".join(part for part in (metric, filter_, variant) if part)
    less = eval_wording.direction_words(direction)
    name = fill('{} <span class="rn-metric">{}</span>', task, chain((what, less)))
    return fill("{} {}", name, phrases.tag("blocking", "blocking")) if blocking else name


def _verdict(one: Comparison) -> str:
    """The verdict, why it is no better, and what a person let pass."""
    reason = eval_wording.reason_words(one)
    if one.remarks:
        reason = "; ".join(filter(None, (reason, *eval_wording.overrides(one))))
    elif reason and reason is not one.reason:
        reason = Markdown(reason)  # our own words and numbers
    return phrases.verdict(one.verdict, reason)
