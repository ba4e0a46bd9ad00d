"""Draw differences with their intervals as one SVG: no script, no font, no colour of its own.

It fills the width that it is given, without scaling its text: positions are shares of the width.
There are two layouts, for wide and for narrow screens; a page holds both and its style sheet shows
one. The classes are those of the style sheet. Better is always to the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

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
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return _LEFT + share * (_RIGHT - _LEFT)


def interval_plot(
    marks: Sequence[Mark],
    layout: Layout,
    *,
    identity: str,
    title: str,
    description: str,
    unit: str,
    margin: float | None = None,
) -> str:
    """The plot, a row a mark, in the order given; `unit` stands behind the last tick."""
    scale = scale_of(marks, margin)
    foot = _HEAD + layout.row * len(marks)
    tops = [_HEAD + layout.row * at for at in range(len(marks))]
    name = f"{identity}-{layout.name}"
    parts = [
        f'<svg class="plot {layout.name}" width="100%" height="{foot + _FOOT}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{html(title)}</title>',
        f'<desc id="{name}-desc">{html(description)}</desc>',
        f"<svg {layout.field}>",
        *_margin_band(scale, margin, foot),
        *_axis(scale, foot, unit),
        *(
            _interval(mark, scale, top + layout.interval)
            for mark, top in zip(marks, tops, strict=True)
        ),
        "</svg>",
        *(_words(mark, top + layout.words) for mark, top in zip(marks, tops, strict=True)),
        "</svg>",
    ]
    return "\n".join(parts)


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


def _axis(scale: Scale, foot: int, unit: str) -> list[str]:
    zero = scale.at(0)
    marks = ticks(scale)
    parts = [
        '<text class="soft" x="0" y="14">← worse</text>'
        '<text class="soft end" x="100%" y="14">better →</text>'
    ]
    for value in marks:
        at = scale.at(value)
        kind = "zero" if value == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{at:.1f}%" x2="{at:.1f}%" y1="{_TOP}" y2="{foot}"/>'
        )
        last = value == marks[-1]
        anchor = " end" if last and at > 75 else " start" if at < 8 else ""
        words = f"{_signed(value)}{unit if last else ''}"
        parts.append(f'<text class="tick{anchor}" x="{at:.1f}%" y="{foot + 16}">{words}</text>')
    if not any(value == 0 for value in marks):
        parts.append(
            f'<line class="zero" x1="{zero:.1f}%" x2="{zero:.1f}%" y1="{_TOP}" y2="{foot}"/>'
        )
    return parts


def _words(mark: Mark, y: int) -> str:
    interval = f'<tspan class="ci"> {html(mark.interval)}</tspan>' if mark.interval else ""
    return (
        f'<g class="{mark.kind}">'
        f'<text x="0" y="{y}"><tspan class="sign">{mark.sign}</tspan>'
        f" {html(_cut(mark.name))}</text>"
        f'<text class="end" x="100%" y="{y}">{html(mark.figure)}{interval}</text>'
        "</g>"
    )


def _interval(mark: Mark, scale: Scale, y: int) -> str:
    low, high, at = scale.at(mark.low), scale.at(mark.high), scale.at(mark.value)
    return (
        f'<g class="{mark.kind}">'
        f'<line x1="{low:.1f}%" x2="{high:.1f}%" y1="{y}" y2="{y}"/>'
        f"{_end(low, y, -1 if mark.low < scale.low else 0)}"
        f"{_end(high, y, 1 if mark.high > scale.high else 0)}"
        f'<svg x="{at:.1f}%" y="{y}"><path d="{_SHAPES[mark.kind]}"/></svg>'
        "</g>"
    )


def _end(at: float, y: int, beyond: int) -> str:
    """A bar where an interval ends, an arrow where it goes on outside the scale."""
    if not beyond:
        return f'<line x1="{at:.1f}%" x2="{at:.1f}%" y1="{y - 4}" y2="{y + 4}"/>'
    path = "M5-4L0 0L5 4" if beyond < 0 else "M-5-4L0 0L-5 4"
    return f'<svg x="{at:.1f}%" y="{y}"><path class="beyond" d="{path}"/></svg>'


def _signed(value: float) -> str:
    text = f"{abs(value):g}"
    return text if value == 0 else f"{'+' if value > 0 else '−'}{text}"


def _cut(name: str) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    half = _LONGEST_NAME // 2
    return f"{name[: half - 1]}…{name[-half:]}"
