"""Draw a check for a terminal: what blocks, what does not, and how to clear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from relnotes.publish.pen import Pen, clean
from relnotes.publish.wording import counted
from relnotes.release.review.check_report import CheckReport, Reported
from relnotes.release.review.conflicts import signal_words
from relnotes.release.review.record import SignalEntry

_RED, _GREEN, _YELLOW, _BOLD, _DIM = "31", "32", "33", "1", "2"
_LEAST = 14  # columns of the codes


def check_text(report: CheckReport, *, colour: bool = False, width: int = 100) -> str:
    """One obstacle a paragraph: its code, what, where, and how to clear it."""
    pen = Pen(colour, width)
    blocking = report.blocking
    rest = [one for one in report.obstacles if not one.blocking]
    lines = [_headline(report, len(blocking), pen)]
    room = max((len(one.code) for one in report.obstacles), default=_LEAST) + 2
    lines += _paragraphs(blocking, room, pen)
    if rest:
        lines += ["", "said, and in nobody's way:"]
        lines += _remarks(rest, room, pen)
    if report.obstacles:
        first = report.obstacles[0].code
        lines += ["", pen.paint(_DIM, f"explain one: relnotes check --explain {first}")]
    return "\n".join(lines) + "\n"


def _headline(report: CheckReport, blocking: int, pen: Pen) -> str:
    name = f"{clean(report.line)} {clean(report.release)}"
    is_out = not report.release.startswith("(")
    if blocking:
        verdict = "went out against" if is_out else "may not be released:"
        return pen.paint(_BOLD, f"{name} {verdict} {counted(blocking, 'obstacle')}")
    verdict = "kept the promise" if is_out else "may be released"
    return pen.paint(_GREEN, f"{name} {verdict}: nothing is in its way")


def _paragraphs(found: Iterable[Reported], room: int, pen: Pen) -> Iterator[str]:
    for one in found:
        yield ""
        lines = pen.wrap(one.what, room)
        yield pen.paint(_RED, one.code.ljust(room)) + lines[0][room:]
        yield from lines[1:]
        for change in one.changed:
            yield from pen.wrap(f"· {change}", room)
        where = "   ".join(filter(None, (one.place, one.clear)))
        yield from (pen.paint(_DIM, line) for line in pen.wrap(where, room))


def _remarks(found: Iterable[Reported], room: int, pen: Pen) -> Iterator[str]:
    """What does not block; why it does not, where its code does. A code is named once."""
    before = ""
    for one in found:
        first, *rest = pen.wrap(one.what, room)
        label = "" if one.code == before else one.code
        before = one.code
        yield pen.paint(_YELLOW, label.ljust(room)) + first[room:]
        yield from rest
        yield from (pen.paint(_DIM, line) for line in pen.wrap(one.because, room))


def signals_text(signals: Sequence[SignalEntry]) -> str:
    """Each signal: its day and kind, what it is about, its verdict, what was found."""
    if not signals:
        return "No signal came with it.\n"
    pen, lines = Pen(False, 100), []
    for one in signals:
        about = ", ".join(one.behaviours) or "the whole release"
        lines.append(clean(f"{one.on}  {one.kind}  {about}: {signal_words(one)}"))
        lines += pen.wrap(one.found, 4)
    return "\n".join(lines) + "\n"
