"""Put the evals of a release into words: what moved, what could not be judged, and all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from relnotes.evals.comparison import SCALE, Comparison, Verdict
from relnotes.evals.figures import Figures
from relnotes.publish import markdown, phrases, wording
from relnotes.publish.evals import flip_wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.evals.groups import Group, groups_of, in_full
from relnotes.publish.evals.plots import Plot, is_drawn, plots_of
from relnotes.publish.evals.rows import Cells, EvalRow, cells_of, row, table_line
from relnotes.publish.evals.sources import Sources
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.release.record import Record, Section

MOVED_SHOWN = 40  # rows of the tables at the top
REST_SHOWN = 40  # rows of the folded table; the record holds what is beyond
PLOTTED = 6
GROUPS_SHOWN = 12
NAMES_SHOWN = 24
FLIPS_SHOWN = 12
QUESTIONS_NAMED = 10

_MOVED = frozenset({"regressed", "improved", "changed"})

Key = tuple[str, str, str, str]  # of a comparison


class GroupView(msgspec.Struct, frozen=True):
    """What a behaviour has to tell: what moved in it, and every eval that blocks a release."""

    name: str  # empty where no behaviour is known
    anchor: str
    rows: tuple[EvalRow, ...]
    table: Markdown  # the same as lines of a table, with anchors
    honest: str


class EvalView(msgspec.Struct, frozen=True):
    counts: str
    stale: bool
    caption: str
    plots: tuple[Plot, ...]
    groups: tuple[GroupView, ...]
    left_out: int  # what moved too, and has no row above
    quiet: tuple[Markdown, ...]  # of each other behaviour, how large a drop could hide in it
    method: str
    not_comparable: tuple[Markdown, ...]
    added: str
    removed: str
    flips: tuple[Markdown, ...]  # questions that went from right to wrong and back
    rest: int  # how many results have no row above
    rest_table: Markdown  # the first of them
    beyond: str  # what is in no table: "74 held and 2 new"
    remarks: tuple[Markdown, ...]  # what a reader should know of single results
    standing: Markdown  # below what the numbered sources are to be read
    sources: tuple[Markdown, ...]
    told_sources: int  # how many of them the groups name


def eval_view(record: Record) -> EvalView:
    evals, summary = record.evals, record.eval_summary
    told = eval_wording.told(evals)
    shown = told[:MOVED_SHOWN]
    rest = in_full(evals, shown)
    listed = rest[:REST_SHOWN]
    sources = Sources.of(record)
    rows = _Rows(
        anchors=_anchors([one.key for one in evals]),
        figures={id(one): eval_wording.figures(one) for one in (*shown, *listed)},
        sources=sources,
    )
    groups = groups_of(evals, shown)
    views = tuple(_group(one, rows, named=groups.named) for one in groups.told)
    told_sources = len(sources.numbers)
    table = _table(listed, rows)
    return EvalView(
        counts=eval_wording.counts_sentence(summary, first=record.old is None),
        stale=summary.stale,
        caption=_caption(told),
        plots=_plots(shown, listed, rows),
        groups=views,
        left_out=len(told) - len(shown),
        quiet=tuple(_quiet(name, words, named=groups.named) for name, words in groups.quiet),
        method=_method(evals, summary.alpha, withheld=Section.EVALS.value in record.withheld),
        not_comparable=_grouped(eval_wording.by_reason(evals), "reasons"),
        added=_names(evals, Verdict.ADDED) if record.old else "",
        removed=_names(evals, Verdict.REMOVED),
        flips=tuple(_flips(record)),
        rest=len(rest),
        rest_table=table,
        beyond=_beyond(rest[REST_SHOWN:]),
        remarks=_grouped(eval_wording.by_remark(evals), "remarks"),
        standing=sources.standing(),
        sources=sources.listed(),
        told_sources=told_sources,
    )


class _Rows(msgspec.Struct, frozen=True):
    """What is known of the rows of a page before any is written."""

    anchors: Mapping[Key, str]
    figures: Mapping[int, Figures]  # by the identity of a comparison, of each that has a row
    sources: Sources

    def cells(self, one: Comparison) -> Cells:
        return cells_of(one, self.figures[id(one)])

    def line(self, one: Comparison, cells: Cells) -> str:
        return table_line(self.anchors[one.key], cells, self.sources.linked(one))


def _group(group: Group, known: _Rows, *, named: bool) -> GroupView:
    cells = [known.cells(one) for one in group.told]
    return GroupView(
        name=group.name if named else "",
        anchor=f"evals-of-{markdown.anchor(group.name)}",
        rows=tuple(
            row(known.anchors[one.key], found, known.sources.words(one))
            for one, found in zip(group.told, cells, strict=True)
        ),
        table=Markdown(
            "\n".join(known.line(one, found) for one, found in zip(group.told, cells, strict=True))
        ),
        honest=group.honest,
    )


def _quiet(name: str, words: str, *, named: bool) -> Markdown:
    return fill("**{}**: {}", name, words[:1].lower() + words[1:]) if named else fill("{}", words)


def _table(rows: Iterable[Comparison], known: _Rows) -> Markdown:
    return Markdown("\n".join([known.line(one, known.cells(one)) for one in rows]))


def _plots(
    shown: Sequence[Comparison], rest: Sequence[Comparison], known: _Rows
) -> tuple[Plot, ...]:
    """Of what has a row on the page, the weightiest first; one interval alone is no picture."""
    drawn = [one for one in (*shown, *rest) if is_drawn(one)][:PLOTTED]
    if len(drawn) < 2:
        return ()
    shares = (one for one in drawn if one.unit in SCALE)
    margins = {one.margin / SCALE[one.unit or ""] if one.margin else None for one in shares}
    margin = margins.pop() if len(margins) == 1 else None
    figures = (known.figures[id(one)] for one in drawn)
    plots = plots_of(zip(drawn, figures, strict=True), most=PLOTTED, margin=margin)
    return tuple(replace(one, svg=Markdown(one.svg)) for one in plots)


def _flips(record: Record) -> Iterator[Markdown]:
    """Of each eval, the worst first."""
    if not record.flips:
        return
    flips = {one.key: one for one in record.flips}
    rows = [one for one in sorted(record.evals, key=eval_wording.by_weight) if one.key in flips]
    for one in rows[:FLIPS_SHOWN]:
        words = flip_wording.flips_words(flips[one.key], one.verdict, QUESTIONS_NAMED)
        yield fill("{}: {}", eval_wording.eval_name(one), words)
    if (more := len(rows) - FLIPS_SHOWN) > 0:
        yield fill("and of {} more, in the record", wording.counted(more, "eval"))


def _beyond(rows: Iterable[Comparison]) -> str:
    counts = Counter(one.verdict.value for one in rows)
    return wording.joined(f"{count:,} {verdict}" for verdict, count in counts.items())


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
