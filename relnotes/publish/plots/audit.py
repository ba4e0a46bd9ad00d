"""Draw the share of releases that kept the promise, quarter by quarter, as one small SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relnotes.publish.markdown import Markdown, html
from relnotes.release.review.check_report import Period

MOST_DRAWN = 24  # the latest quarters
_LEFT, _RIGHT = 8.0, 100.0
_TOP, _FOOT, _HEIGHT = 16, 126, 150


def audit_plot(trend: Sequence[Period]) -> Markdown:
    """A column a quarter: kept below, broken above; shares of the width, so text keeps its size."""
    shown = trend[-MOST_DRAWN:]
    said = "; ".join(f"{one.name}: {one.kept} of {one.of}" for one in shown)
    parts = [
        f'<svg width="100%" height="{_HEIGHT}" role="img" aria-labelledby="kept-title kept-desc">',
        '<title id="kept-title">Releases that kept the promise, by quarter</title>',
        f'<desc id="kept-desc">{html(said)}</desc>',
        *_scale(),
        *(part for at, one in enumerate(shown) for part in _column(at, one, len(shown))),
        "</svg>",
    ]
    return Markdown(f'<span class="plot">{"".join(parts)}</span>')


def _scale() -> Iterator[str]:
    for share in (0.0, 0.5, 1.0):
        y = f"{_y(share):.1f}"
        yield f'<line class="grid" x1="{_LEFT}%" x2="100%" y1="{y}" y2="{y}"/>'
        yield f'<text class="soft end" x="{_LEFT - 1}%" y="{_y(share) + 4:.1f}">{share:.0%}</text>'


def _y(share: float) -> float:
    return _FOOT - share * (_FOOT - _TOP)


def _column(at: int, one: Period, count: int) -> Iterator[str]:
    room = (_RIGHT - _LEFT) / count
    width = min(room * 0.6, 9.0)
    middle = _LEFT + (at + 0.5) * room
    left, top = middle - width / 2, _y(one.kept / one.of)
    yield f"<g><title>{html(f'{one.name}: {one.kept} of {one.of} kept it')}</title>"
    yield _box("broken", left, width, _TOP, top)
    yield _box("kept", left, width, top, _FOOT)
    yield "</g>"
    if count <= 8 or at % (count // 8 + 1) == 0:
        yield f'<text class="tick" x="{middle:.1f}%" y="{_FOOT + 18}">{html(one.name)}</text>'


def _box(kind: str, left: float, width: float, top: float, foot: float) -> str:
    place = f'x="{left:.2f}%" width="{width:.2f}%" y="{top:.1f}" height="{foot - top:.1f}"'
    return f'<rect class="{kind}" {place}/>' if foot > top else ""
