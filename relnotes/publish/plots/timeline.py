"""Draw bands and points in time as an SVG: how long something held, when something happened.

For an incident: exposure, mitigation and rollback as bands, signals and decisions as points. What
is not known to the hour is drawn as the range in which it lies. Classes are those of the site's
style sheet; places are shares of the width, so that words keep their size on a phone. A row a
band, a row a point, each with its words above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from relnotes.publish.markdown import Markdown, html
from relnotes.publish.plots.time_axis import TimeAxis, axis_over

_ROW, _HEAD, _FOOT = 36, 8, 26
_BAR, _THIN = 10, 4

_SHAPES = {
    "detected": "M0-6L6 0L0 6L-6 0Z",
    "mitigated": "M-5 4H5L0-5Z",
    "decided": "M-4-4H4V4H-4Z",
}
_DOT = "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0Z"


class Moment(msgspec.Struct, frozen=True):
    """A moment that lies between two instants, which are equal where it is known."""

    low: datetime
    high: datetime


class Band(msgspec.Struct, frozen=True):
    """Something that held from one moment to another; `end` is None while it still does."""

    label: str
    kind: str  # exposure, mitigation, rollback, rollout: a class of the style sheet
    start: Moment
    end: Moment | None = None


class Point(msgspec.Struct, frozen=True):
    """Something that happened."""

    label: str
    kind: str  # signal, detected, decided, mitigated, public
    at: Moment


def timeline_plot(
    bands: Sequence[Band],
    points: Sequence[Point],
    *,
    identity: str,
    title: str,
    description: str,
) -> Markdown:
    """The plot, bands first, in the order given; empty where there is nothing to draw."""
    moments = [*_moments(bands, points)]
    if not moments:
        return Markdown("")
    axis = axis_over(moments)
    rows = len(bands) + len(points)
    foot = _HEAD + rows * _ROW
    parts = [
        f'<svg class="rn-timeline" width="100%" height="{foot + _FOOT}" role="img"'
        f' aria-labelledby="{identity}-title {identity}-desc">',
        f'<title id="{identity}-title">{html(title)}</title>',
        f'<desc id="{identity}-desc">{html(description)}</desc>',
        *_grid(axis, foot),
        *(_band(band, axis, _HEAD + at * _ROW) for at, band in enumerate(bands)),
        *(_point(one, axis, _HEAD + at * _ROW) for at, one in enumerate(points, len(bands))),
        "</svg>",
    ]
    return Markdown("\n".join(parts))


def _moments(bands: Sequence[Band], points: Sequence[Point]) -> Iterator[datetime]:
    for one in (*(band.start for band in bands), *(point.at for point in points)):
        yield from (one.low, one.high)
    for band in bands:
        if band.end:
            yield from (band.end.low, band.end.high)


def _grid(axis: TimeAxis, foot: int) -> Iterator[str]:
    for moment, words in axis.ticks():
        x = axis.at(moment)
        side = " first" if x < 6 else " end" if x > 94 else " mid"
        yield f'<line class="grid" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="{foot}"/>'
        yield f'<text class="tick{side}" x="{x:.2f}%" y="{foot + 18}">{words}</text>'


def _band(band: Band, axis: TimeAxis, top: int) -> str:
    """Solid while it surely held, pale where it may have."""
    y = top + 18
    start, end = band.start, band.end
    sure_to = axis.at(end.low) if end else 100.0
    sure_from = min(axis.at(start.high), sure_to)
    pieces = [_bar("sure", sure_from, sure_to, y)] if sure_to > sure_from else []
    if start.low < start.high:
        pieces.append(_bar("maybe", axis.at(start.low), axis.at(start.high), y))
    if end and end.low < end.high:
        pieces.append(_bar("maybe", axis.at(end.low), axis.at(end.high), y))
    if not pieces:  # over in no time: still to be seen
        pieces.append(_bar("sure", sure_from, sure_from + 0.4, y))
    return f'<g class="{band.kind}">{_words(band.label, top)}{"".join(pieces)}</g>'


def _bar(kind: str, left: float, right: float, y: int, height: int = _BAR) -> str:
    return (
        f'<rect class="{kind}" x="{left:.2f}%" width="{max(right - left, 0.4):.2f}%"'
        f' y="{y}" height="{height}"/>'
    )


def _point(point: Point, axis: TimeAxis, top: int) -> str:
    """A mark, on the range in which it lies."""
    low, high = axis.at(point.at.low), axis.at(point.at.high)
    y = top + 18 + _BAR // 2
    spread = _bar("maybe", low, high, y - _THIN // 2, _THIN) if high > low else ""
    shape = _SHAPES.get(point.kind, _DOT)
    mark = f'<svg x="{(low + high) / 2:.2f}%" y="{y}"><path d="{shape}"/></svg>'
    return f'<g class="{point.kind}">{_words(point.label, top)}{spread}{mark}</g>'


def _words(label: str, top: int) -> str:
    return f'<text x="0" y="{top + 13}">{html(label)}</text>'
