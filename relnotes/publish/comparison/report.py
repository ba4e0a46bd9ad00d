"""A comparison of files as one HTML file that needs nothing beside it and asks nobody anything.

Not a page of the site: HTML and not Markdown, so it has a Jinja environment of its own, in which
everything is escaped for HTML.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from relnotes import __version__
from relnotes.comparing import Compared
from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.publish.comparison import wording as compare_wording
from relnotes.publish.comparison.wording import Group, SideWords
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.evals.plots import Plot, plots_of
from relnotes.publish.pen import clean
from relnotes.shipped import templates_folder

PLOTTED = 32  # a plot of 15 KB
_NOTHING = "—"


class ReportRow(msgspec.Struct, frozen=True):
    name: str
    metric: str
    values: str
    change: str
    interval: str
    n: str
    p: str
    reason: str
    remarks: tuple[str, ...]
    sources: str


class ReportGroup(msgspec.Struct, frozen=True):
    kind: str  # the verdict as a class name
    mark: str
    name: str
    meaning: str
    count: int
    rows: tuple[ReportRow, ...]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]  # of what cannot be compared
    folded: bool


def compare_report(compared: Compared) -> str:
    """The HTML."""
    groups = compare_wording.groups(compared)
    style = (templates_folder() / "compare.css").read_text("utf-8")
    old, new = compare_wording.side_words(compared.old), compare_wording.side_words(compared.new)
    return (
        _environment()
        .get_template("compare.html.j2")
        .render(
            title=_title(old, new),
            headline=compare_wording.headline(compared),
            sides=(("Old", old, compared.old), ("New", new, compared.new)),
            counts=[
                (verdict.value.replace(" ", "-") if verdict else "all", _with_mark(verdict, words))
                for verdict, words in compare_wording.counts_words(compared)
            ],
            plots=_plots(compared, groups),
            groups=[_group(group, compared) for group in groups],
            honest=compare_wording.honest_sentence(compared),
            method=compare_wording.method_words(compared),
            remarks=list(compare_wording.remarks(compared)),
            style=Markup(style),
            style_digest=_digest(style),
            version=__version__,
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _visible(value: Any) -> Any:
    """Without what would turn the direction of the text or is no character of HTML."""
    return clean(value) if type(value) is str else value


def _digest(style: str) -> str:
    """What the page's own policy knows its style by, so that no other style can be slipped in."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _title(old: SideWords, new: SideWords) -> str:
    names = (old.model, new.model) if old.model and new.model else (old.name, new.name)
    return f"{names[0]} → {names[1]}" if names[0] != names[1] else f"{old.name} → {new.name}"


def _with_mark(verdict: Verdict | None, words: str) -> str:
    return f"{eval_wording.MARKS[verdict.value]} {words}" if verdict else words


# -- groups ----------------------------------------------------------------------------------------


def _group(group: Group, compared: Compared) -> ReportGroup:
    several = compare_wording.of_many_files(compared)
    reasons: list[tuple[str, list[str]]] = []
    if group.verdict is Verdict.NOT_COMPARABLE:
        reasons = eval_wording.by_reason(group.rows)
    return ReportGroup(
        kind=group.verdict.value.replace(" ", "-"),
        mark=group.mark,
        name=group.verdict.value,
        meaning=group.meaning,
        count=len(group.rows),
        rows=tuple(_row(row, compared, with_sources=several) for row in group.rows),
        reasons=tuple((reason, tuple(names)) for reason, names in reasons),
        folded=group.verdict in (Verdict.HELD, Verdict.ADDED, Verdict.NOT_COMPARABLE),
    )


def _row(row: Comparison, compared: Compared, *, with_sources: bool) -> ReportRow:
    figures = eval_wording.figures(row)
    n = eval_wording.sample_words(row)
    sources = (row.source_old, row.source_new)
    return ReportRow(
        name=row.task,
        metric=eval_wording.metric_name(row),
        values=" → ".join(filter(None, (figures.old, figures.new))) or _NOTHING,
        change=figures.change or _NOTHING,
        interval=figures.interval,
        n=_NOTHING if n == "unknown" else n,
        p=compare_wording.p_words(row) or _NOTHING,
        reason=eval_wording.reason_words(row),
        remarks=(*compare_wording.beside_words(compared, row), *row.remarks),
        sources=" → ".join(filter(None, sources)) if with_sources else "",
    )


def _plots(compared: Compared, groups: Iterable[Group]) -> list[Plot]:
    rows = (row for group in groups for row in group.rows)
    margin = compared.options.sureness.margin
    drawn = ((row, eval_wording.figures(row)) for row in rows)
    return list(plots_of(drawn, most=PLOTTED, margin=margin))
