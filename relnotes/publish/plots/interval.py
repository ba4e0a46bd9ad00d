"""Draw differences with their intervals as one SVG: no script, no font, no colour of its own.

It fills the width that it is given, without scaling its text: positions are shares of the width.
There are two layouts, for wide and for narrow screens; a page holds both and its style sheet shows
one. The classes are those of the style sheet. Better is always to the right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from relnotes.publish.escaping import html

MARGIN_OF_SCALE = 0.04
_LEFT, _RIGHT = 1.5, 98.5  # per cent of the width between which the scale lies
_HEAD, _FOOT = 26, 24
_TOP = _HEAD - 6  # where the lines of the scale begin
_LONGEST_NAME = 34

_SHAPES = {
    "regressed": "M-5-4H5L0 5Z",
    "improved": "M-5 4H5L0-5Z",
    "changed": "M0-6L6 0L0 6L-6 0Z",
    "held": "M-4-4H4V4H-4Z",
    "inconclusive": "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0-4.5 0Z",
}


class Mark(msgspec.Struct, frozen=True):
    """One difference, on the scale of the plot; a positive one is for the better."""

    name: str
    kind: str
    sign: str
    """The mark of its kind as a letter: colour and shape are not all there is."""
    value: float
    low: float
    high: float
    figure: str
    interval: str


class Layout(msgspec.Struct, frozen=True):
    """Where the field of intervals lies, and a row's words and interval below its top."""

    name: str
    field: str
    row: int
    words: int
    interval: int


WIDE = Layout("wide", 'x="31%" width="44%"', 30, 20, 15)
NARROW = Layout("narrow", 'x="0" width="100%"', 38, 14, 26)


class Scale(msgspec.Struct, frozen=True):
    """What lies at the left and the right edge."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Per cent of the width; what lies outside is put at the edge."""
        low, high = self.low, self.high
        inside = low if value < low else high if value > high else value
        return _LEFT + (inside - low) / (high - low) * (_RIGHT - _LEFT)


class _Row(msgspec.Struct, frozen=True):
    """A mark as it stands in every layout: its words as HTML, its places in per cent."""

    kind: str
    name: str
    figure: str
    low: str
    high: str
    at: str
    is_cut_low: bool  # it goes on outside the scale
    is_cut_high: bool


class _Tick(msgspec.Struct, frozen=True):
    kind: str  # zero, grid
    at: str
    anchor: str
    words: str


def interval_plots(
    marks: Sequence[Mark],
    layouts: Iterable[Layout],
    *,
    identity: str,
    title: str,
    description: str,
    unit: str,
    margin: float | None = None,
) -> Iterator[str]:
    """The plot in each layout, a row a mark, in the order given; `unit` stands behind the last
    tick."""
    scale = scale_of(marks, margin)
    rows = [_row(mark, scale) for mark in marks]
    axis = _ticks(scale, unit)
    title, description = html(title), html(description)
    for layout in layouts:
        foot = _HEAD + layout.row * len(rows)
        tops = range(_HEAD, foot, layout.row)
        name = f"{identity}-{layout.name}"
        parts = [
            f'<svg class="plot {layout.name}" width="100%" height="{foot + _FOOT}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{title}</title>',
            f'<desc id="{name}-desc">{description}</desc>',
            f"<svg {layout.field}>",
            *_margin_band(scale, margin, foot),
            *_axis(scale, axis, foot),
            *[_interval(row, top + layout.interval) for row, top in zip(rows, tops, strict=True)],
            "</svg>",
            *[_words(row, top + layout.words) for row, top in zip(rows, tops, strict=True)],
            "</svg>",
        ]
        yield "\n".join(parts)


def scale_of(marks: Sequence[Mark], margin: float | None) -> Scale:
    """Wide enough for every difference and for most intervals.

    One interval far wider than the rest would squeeze them all to dots; it is cut at the edge,
    with an arrow.
    """
    ends = sorted(max(abs(mark.low), abs(mark.high)) for mark in marks)
    usual = ends[(3 * len(ends)) // 4 if len(ends) > 4 else -1] * 1.2
    reach = max(usual, *(abs(mark.value) * 1.1 for mark in marks), (margin or 0) * 1.5, 1e-9)
    low = max(min(mark.low for mark in marks), -reach)
    high = min(max(mark.high for mark in marks), reach)
    low, high = min(low, -1.5 * (margin or 0), 0.0), max(high, 0.0)
    width = high - low
    room = (width if width > 1e-6 else 1.0) * MARGIN_OF_SCALE  # no interval is drawn narrower
    return Scale(low - room, high + room)


def ticks(scale: Scale, most: int = 6) -> list[float]:
    """Round numbers inside the scale, zero among them."""
    rough = (scale.high - scale.low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    return [round(at * step, 9) for at in range(first, last + 1)]


def _margin_band(scale: Scale, margin: float | None, foot: int) -> list[str]:
    if not margin:
        return []
    left, right = scale.at(-margin), scale.at(0)
    width = f"{right - left:.1f}%"
    return [
        f'<rect class="band" x="{left:.1f}%" y="{_TOP}" width="{width}" height="{foot - _TOP}"/>'
    ]


def _ticks(scale: Scale, unit: str) -> list[_Tick]:
    values = ticks(scale)
    made = []
    for value in values:
        at, is_last = scale.at(value), value == values[-1]
        anchor = " end" if is_last and at > 75 else " start" if at < 8 else ""
        words = f"{_signed(value)}{unit if is_last else ''}"
        made.append(_Tick("zero" if value == 0 else "grid", f"{at:.1f}", anchor, words))
    return made


def _axis(scale: Scale, marks: Sequence[_Tick], foot: int) -> list[str]:
    parts = [
        '<text class="soft" x="0" y="14">← worse</text>'
        '<text class="soft end" x="100%" y="14">better →</text>'
    ]
    for one in marks:
        parts += (
            _upright(one.kind, one.at, foot),
            f'<text class="tick{one.anchor}" x="{one.at}%" y="{foot + 16}">{one.words}</text>',
        )
    if not any(one.kind == "zero" for one in marks):
        parts.append(_upright("zero", f"{scale.at(0):.1f}", foot))
    return parts


def _upright(kind: str, at: str, foot: int) -> str:
    return f'<line class="{kind}" x1="{at}%" x2="{at}%" y1="{_TOP}" y2="{foot}"/>'


def _row(mark: Mark, scale: Scale) -> _Row:
    interval = f'<tspan class="ci"> {html(mark.interval)}</tspan>' if mark.interval else ""
    return _Row(
        kind=mark.kind,
        name=f'<tspan class="sign">{mark.sign}</tspan> {_cut(mark.name)}',
        figure=f"{html(mark.figure)}{interval}",
        low=f"{scale.at(mark.low):.1f}",
        high=f"{scale.at(mark.high):.1f}",
        at=f"{scale.at(mark.value):.1f}",
        is_cut_low=mark.low < scale.low,
        is_cut_high=mark.high > scale.high,
    )


def _words(row: _Row, y: int) -> str:
    return (
        f'<g class="{row.kind}">'
        f'<text x="0" y="{y}">{row.name}</text>'
        f'<text class="end" x="100%" y="{y}">{row.figure}</text>'
        "</g>"
    )


def _interval(row: _Row, y: int) -> str:
    low, high = row.low, row.high
    return (
        f'<g class="{row.kind}">'
        f'<line x1="{low}%" x2="{high}%" y1="{y}" y2="{y}"/>'
        f"{_beyond(low, y, 'M5-4L0 0L5 4') if row.is_cut_low else _end(low, y)}"
        f"{_beyond(high, y, 'M-5-4L0 0L-5 4') if row.is_cut_high else _end(high, y)}"
        f'<svg x="{row.at}%" y="{y}"><path d="{_SHAPES[row.kind]}"/></svg>'
        "</g>"
    )


def _end(at: str, y: int) -> str:
    """A bar where an interval ends."""
    return f'<line x1="{at}%" x2="{at}%" y1="{y - 4}" y2="{y + 4}"/>'


def _beyond(at: str, y: int, arrow: str) -> str:
    """An arrow where it goes on outside the scale."""
    return f'<svg x="{at}%" y="{y}"><path class="beyond" d="{arrow}"/></svg>'


def _signed(value: float) -> str:
    text = f"{abs(value):g}"
    return text if value == 0 else f"{'+' if value > 0 else '−'}{text}"


@lru_cache(maxsize=1 << 14)  # the same evals, page after page
def _cut(name: str) -> str:
    """As HTML."""
    if len(name) <= _LONGEST_NAME:
        return html(name)
    half = _LONGEST_NAME // 2
    return html(f"{name[: half - 1]}…{name[-half:]}")
