"""Draw one eval across releases as an SVG: intervals, runs that may be compared, breaks between.

No script, no font, no colour of its own: the classes are those of the site's style sheet. Places
are shares of the width, so that its text keeps its size on a phone. Releases stand at equal
distances, as they follow each other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from relnotes.evals.verdict import Verdict
from relnotes.publish.markdown import Markdown, html
from relnotes.publish.plots.axis import Axis, axis_around
from relnotes.release.over_time.trend import Result

MOST_DRAWN = 40
_HEIGHT, _TOP, _FOOT = 236, 30, 190
_LEFT, _RIGHT = 9.0, 88.0
_LABELS, _LABEL_LENGTH = 6, 12

_TELLING = frozenset({Verdict.REGRESSED, Verdict.IMPROVED, Verdict.ADDED, Verdict.NOT_COMPARABLE})
_SHAPES = {
    Verdict.REGRESSED: "M-5-4H5L0 5Z",
    Verdict.IMPROVED: "M-5 4H5L0-5Z",
    Verdict.CHANGED: "M0-6L6 0L0 6L-6 0Z",
    Verdict.INCONCLUSIVE: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0Z",
}
_SQUARE, _CROSS = "M-3.5-3.5H3.5V3.5H-3.5Z", "M-5-5L5 5M5-5L-5 5"


class Point(msgspec.Struct, frozen=True):
    """A result with its words, and whether its release was withdrawn."""

    result: Result
    label: str
    figure: str
    stretch: int  # results of one stretch may be compared with each other
    is_withdrawn: bool


def thinned(
    results: Sequence[Result], withdrawn: Container[str], most: int = MOST_DRAWN
) -> list[int]:
    """Which results to draw, not more than `most`: the first and the last, breaks, withdrawals and
    what moved before the rest, newer ones before older ones; what is left is spread evenly."""
    if len(results) <= most:
        return list(range(len(results)))
    last = len(results) - 1
    telling = [
        at
        for at in range(last, -1, -1)
        if results[at].verdict in _TELLING or results[at].tag in withdrawn
    ]
    chosen = {0, last, *telling[: most * 3 // 4]}
    rest = [at for at in range(len(results)) if at not in chosen]
    room = most - len(chosen)
    chosen.update(rest[round((at + 0.5) * len(rest) / room)] for at in range(room))
    return sorted(chosen)


class _Spot(msgspec.Struct, frozen=True):
    """Where a point is drawn; `x` and `y` are its places as they are written."""

    point: Point
    at: float  # per cent of the width
    x: str
    y: str  # empty where nothing was measured


def trend_plot(
    points: Sequence[Point], *, identity: str, title: str, description: str, better: str
) -> Markdown:
    """The plot of points in release order; `better` is what stands above the axis."""
    places = Axis(0, max(len(points) - 1, 1), _LEFT, _RIGHT)
    values = axis_around(_extent(points), _FOOT, _TOP)
    spots = [_spot(one, places.at(number), values) for number, one in enumerate(points)]
    measured = [one for one in spots if one.y]
    parts = [
        f'<svg class="rn-trend" width="100%" height="{_HEIGHT}" role="img"'
        f' aria-labelledby="{identity}-title {identity}-desc">',
        f'<title id="{identity}-title">{html(title)}</title>',
        f'<desc id="{identity}-desc">{html(description)}</desc>',
        *_grid(values, better),
        *_breaks(spots),
        *_runs(spots),
        *(_point(one, values) for one in measured),
        *_ends(measured, values),
        *_labels(spots),
        "</svg>",
    ]
    return Markdown("\n".join(parts))


def _extent(points: Iterable[Point]) -> list[float]:
    return [
        end
        for one in points
        if (value := one.result.value) is not None
        for end in (one.result.low, value, one.result.high)
        if end is not None
    ]


def _spot(point: Point, at: float, values: Axis) -> _Spot:
    value = point.result.value
    return _Spot(point, at, f"{at:.1f}", "" if value is None else f"{values.at(value):.1f}")


def _grid(values: Axis, better: str) -> Iterator[str]:
    for value in values.ticks(4):
        y = f"{values.at(value):.1f}"
        yield f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
        yield f'<text class="tick" x="0" y="{values.at(value) - 4:.1f}">{value:g}</text>'
    yield f'<text class="tick" x="0" y="12">{html(better)}</text>'


def _breaks(spots: Sequence[_Spot]) -> Iterator[str]:
    """A dashed line before each result that may not be compared with the one before it."""
    for old, new in pairwise(spots):
        if new.point.stretch == old.point.stretch:
            continue
        x = (old.at + new.at) / 2
        why = new.point.result.reason or "measured anew"
        yield (
            f'<g><title>{html(why)}</title><line class="break" x1="{x:.1f}%" x2="{x:.1f}%"'
            f' y1="{_TOP - 8}" y2="{_FOOT}"/>'
            f'<text class="tick mid" x="{x:.1f}%" y="{_TOP - 12}">×</text></g>'
        )


def _runs(spots: Sequence[_Spot]) -> Iterator[str]:
    for old, new in pairwise(spots):
        if old.y and new.y and new.point.stretch == old.point.stretch:
            yield f'<line class="run" x1="{old.x}%" y1="{old.y}" x2="{new.x}%" y2="{new.y}"/>'


def _point(spot: _Spot, values: Axis) -> str:
    point, x = spot.point, spot.x
    one = point.result
    said = f"{point.label}: {point.figure}, {one.verdict}"
    bar = ""
    if one.low is not None and one.high is not None:
        bar = (
            f'<line class="ci" x1="{x}%" x2="{x}%"'
            f' y1="{values.at(one.low):.1f}" y2="{values.at(one.high):.1f}"/>'
        )
    kind = one.verdict.replace(" ", "-")
    shape = _SHAPES.get(one.verdict, _SQUARE)
    if point.is_withdrawn:
        said, kind, shape = f"{said}, withdrawn", f"{kind} gone", _CROSS
    return (
        f'<g class="{kind}"><title>{html(said)}</title>{bar}'
        f'<svg x="{x}%" y="{spot.y}"><path d="{shape}"/></svg></g>'
    )


def _ends(measured: Sequence[_Spot], values: Axis) -> Iterator[str]:
    """The latest value, beside its mark."""
    for one in measured[-1:]:
        assert one.point.result.value is not None
        x, y = one.at + 1.6, values.at(one.point.result.value) + 4
        yield f'<text class="last" x="{x:.1f}%" y="{y:.1f}">{html(one.point.figure)}</text>'


def _labels(spots: Sequence[_Spot]) -> Iterator[str]:
    """Some releases by name below the axis, the first and the last among them."""
    if not spots:
        return
    last = len(spots) - 1
    count = min(_LABELS, len(spots))
    chosen = sorted({round(number * last / max(count - 1, 1)) for number in range(count)})
    for number in chosen:
        one = spots[number]
        if number not in (0, last) and one.at - spots[0].at < _ROOM_OF_FIRST:
            continue
        inner = "" if number in (0, last) else " minor"
        yield _label(one.point.label, one.x, _side(number, last) + inner)
    yield from (
        _label("withdrawn", one.x, "mid gone minor", 18)
        for one in spots
        if one.point.is_withdrawn and len(spots) <= _LABELS * 3
    )


_ROOM_OF_FIRST = 15  # per cent of the width: the first name begins at its mark, to be seen whole


def _side(number: int, last: int) -> str:
    return "tick mid" if number or not last else "tick first"


def _label(text: str, x: str, kind: str, below: int = 0) -> str:
    short = text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1]}…"
    return f'<text class="{kind}" x="{x}%" y="{_FOOT + 20 + below}">{html(short)}</text>'
