"""From rows of a comparison to plots of their intervals, each with its caption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.evals.evidence import SCALE
from relnotes.evals.figures import Figures
from relnotes.evals.result import Direction
from relnotes.publish import wording
from relnotes.publish.escaping import Markdown
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.pen import clean
from relnotes.publish.plots.interval import NARROW, WIDE, Mark, interval_plots

_DESCRIBED = 8


class Plot(msgspec.Struct, frozen=True):
    """The drawing in two layouts, wide and narrow, as HTML; and what it shows."""

    svg: str
    caption: str


Drawn = tuple[Comparison, Figures]


def plots_of(rows: Iterable[Drawn], *, most: int, margin: float | None) -> Iterator[Plot]:
    """One in points for all that has the scale of a share; one in per cent for the rest.

    The first `most` of each; `margin` is the loss that is tolerated, as a fraction.
    """
    drawn = [one for one in rows if is_drawn(one[0])]
    points = [one for one in drawn if one[0].unit in SCALE]
    others = [one for one in drawn if one[0].unit not in SCALE and one[0].old]
    if points:
        yield _plot(points, "points", "", 100 * margin if margin else None, most)
    if others:
        yield _plot(others, "relative", "%", None, most)


def is_drawn(row: Comparison) -> bool:
    """Whether there is an interval, and a side on which better lies."""
    compared = row.verdict not in eval_wording.UNCOMPARED
    return compared and row.ci is not None and row.direction is not Direction.UNKNOWN


def _plot(rows: list[Drawn], identity: str, unit: str, margin: float | None, most: int) -> Plot:
    shown = rows[:most]
    marks = [_mark(*one) for one in shown]
    drawn = interval_plots(
        marks,
        (WIDE, NARROW),
        identity=identity,
        title=f"Change of {wording.counted(len(shown), 'eval')}, each with its interval",
        description=_description(marks),
        unit=unit,
        margin=margin,
    )
    return Plot("\n".join(drawn), _caption(len(shown), len(rows), unit, margin))


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


def _mark(row: Comparison, figures: Figures) -> Mark:
    sign = -1.0 if row.direction is Direction.LOWER else 1.0
    scale = sign * (100 / SCALE[row.unit] if row.unit in SCALE else 100 / abs(row.old or 1.0))
    low, high = sorted([scale * end for end in row.ci or (0.0, 0.0)])
    return Mark(
        name=_name(row.task, row.metric, row.filter, row.variant),
        kind=row.verdict.value,
        sign=eval_wording.MARKS[row.verdict.value],
        value=scale * (row.delta or 0.0),
        low=low,
        high=high,
        # Numbers of ours: only the brackets would have to be escaped.
        figure=Markdown(figures.change),
        interval=Markdown(f"&#91;{figures.low}, {figures.high}&#93;") if figures.low else "",
    )


@lru_cache(maxsize=1 << 14)  # the same evals, page after page
def _name(task: str, metric: str, filter_: str | None, variant: str) -> str:
    return clean(f"{task} {eval_wording.metric_named(metric, filter_, variant)}")
