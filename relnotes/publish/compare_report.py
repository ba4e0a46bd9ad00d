"""A comparison of files as one HTML file that needs nothing beside it and asks nobody anything.

Not a page of the site: HTML and not Markdown, so it has a Jinja environment of its own, in which
everything is escaped for HTML.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from relnotes import __version__
from relnotes.comparing import COMPARED, Compared
from relnotes.evals.comparison import SCALE, Comparison
from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict
from relnotes.publish import compare_wording, eval_wording, wording
from relnotes.publish.compare_wording import Group, SideWords
from relnotes.publish.interval_plot import NARROW, WIDE, Mark, interval_plot
from relnotes.publish.pen import clean
from relnotes.shipped import templates_folder

PLOTTED = 32  # a plot of 15 KB
_DESCRIBED = 8
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


class Plot(msgspec.Struct, frozen=True):
    svg: Markup
    caption: str


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
            plots=list(_plots(compared, groups)),
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
    several = max(len(compared.old.files), len(compared.new.files)) > 1
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


# -- plots -----------------------------------------------------------------------------------------


def _plots(compared: Compared, groups: Iterable[Group]) -> Iterator[Plot]:
    """One in points for all that has the scale of a share; one in per cent for the rest."""
    rows = [row for group in groups for row in group.rows if _is_drawn(row)]
    points = [row for row in rows if row.unit in SCALE]
    others = [row for row in rows if row.unit not in SCALE and row.old]
    margin = compared.options.sureness.margin
    if points:
        yield _plot(points, "points", "", 100 * margin if margin else None)
    if others:
        yield _plot(others, "relative", "%", None)


def _is_drawn(row: Comparison) -> bool:
    return row.verdict in COMPARED and row.ci is not None and row.direction is not Direction.UNKNOWN


def _plot(rows: list[Comparison], identity: str, unit: str, margin: float | None) -> Plot:
    shown = rows[:PLOTTED]
    marks = [_mark(row) for row in shown]
    drawn = (
        interval_plot(
            marks,
            layout,
            identity=identity,
            title=f"Change of {wording.counted(len(shown), 'eval')}, each with its interval",
            description=_description(marks),
            unit=unit,
            margin=margin,
        )
        for layout in (WIDE, NARROW)
    )
    return Plot(Markup("\n".join(drawn)), _caption(len(shown), len(rows), unit, margin))


def _description(marks: list[Mark]) -> str:
    said = [f"{one.name}: {one.kind}, {one.figure}" for one in marks[:_DESCRIBED]]
    more = [f"{len(marks) - len(said)} more"] if len(marks) > len(said) else []
    return f"{'; '.join([*said, *more])}. The tables below hold every number."


def _caption(shown: int, rows: int, unit: str, margin: float | None) -> str:
    what = "per cent of the old value" if unit else "points"
    said = [f"Change in {what}; to the right is better, whichever way the metric counts."]
    if margin:
        said.append(f"The band is the margin: a loss of up to {margin:g} points.")
    if rows > shown:
        said.append(f"The first {shown} of {rows:,}; the tables have all.")
    return " ".join(said)


def _mark(row: Comparison) -> Mark:
    sign = -1.0 if row.direction is Direction.LOWER else 1.0
    scale = sign * (100 / SCALE[row.unit] if row.unit in SCALE else 100 / abs(row.old or 1.0))
    low, high = sorted(scale * end for end in row.ci or (0.0, 0.0))
    figures = eval_wording.figures(row)
    return Mark(
        name=clean(eval_wording.eval_name(row)),
        kind=row.verdict.value,
        sign=eval_wording.MARKS[row.verdict.value],
        value=scale * (row.delta or 0.0),
        low=low,
        high=high,
        figure=figures.change,
        interval=f"[{figures.low}, {figures.high}]" if figures.low else "",
    )
