"""Draw a check for a terminal: what blocks, what does not, and how to clear it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relnotes.publish.pen import Pen, clean
from relnotes.publish.wording import counted
from relnotes.release.check_report import CheckReport, Reported

_RED, _GREEN, _YELLOW, _BOLD, _DIM = "31", "32", "33", "1", "2"
_LEAST = 14  # columns of the codes


def check_text(report: CheckReport, *, colour: bool = False, width: int = 100) -> str:
    """One obstacle a paragraph: its code, what, where, and how to clear it."""
    pen = Pen(colour, width)
    blocking = report.blocking
    rest = [one for one in report.obstacles if not one.blocking]
    lines = [_headline(report, len(blocking), pen)]
    room = max((len(one.code) for one in report.obstacles), default=_LEAST) + 2
    lines += _paragraphs(blocking, room, pen, _RED)
    if rest:
        lines += ["", "said, and in nobody's way:"]
        lines += _paragraphs(rest, room, pen, _YELLOW)
    if report.obstacles:
        first = report.obstacles[0].code
        lines += ["", pen.paint(_DIM, f"explain one: relnotes check --explain {first}")]
    return "\n".join(lines) + "\n"


def _headline(report: CheckReport, blocking: int, pen: Pen) -> str:
    name = f"{clean(report.line)} {clean(report.release)}"
    if blocking:
        words = f"{name} may not be released: {counted(blocking, 'obstacle')}"
        return pen.paint(_BOLD, words)
    return pen.paint(_GREEN, f"{name} may be released: nothing stands in its way")


def _paragraphs(found: Sequence[Reported], room: int, pen: Pen, colour: str) -> Iterator[str]:
    for one in found:
        yield ""
        lines = pen.wrap(one.what, room)
        yield pen.paint(colour, one.code.ljust(room)) + lines[0][room:]
        yield from lines[1:]
        if one.because:
            yield from (pen.paint(_DIM, line) for line in pen.wrap(one.because, room))
            continue
        for change in one.changed:
            yield from pen.wrap(f"· {change}", room)
        where = "   ".join(filter(None, (one.place, one.clear)))
        yield from (pen.paint(_DIM, line) for line in pen.wrap(where, room))
