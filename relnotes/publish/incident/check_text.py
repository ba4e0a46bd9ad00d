"""Draw the check of an incident: for a terminal, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from relnotes.obstacles import Obstacle
from relnotes.publish.pen import Pen, clean
from relnotes.publish.wording import counted

SCHEMA = "relnotes.incident-check/1"
_RED, _GREEN, _YELLOW, _BOLD, _DIM = "31", "32", "33", "1", "2"


class Checked(msgspec.Struct, frozen=True):
    """One incident, and what stands between it and a postmortem that can be published."""

    incident: str
    obstacles: tuple[Obstacle, ...]

    @property
    def blocking(self) -> int:
        return sum(one.blocking for one in self.obstacles)


def incident_check_json(checked: Sequence[Checked]) -> str:
    value = {"schema": SCHEMA, "incidents": checked}
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def incident_check_text(
    checked: Sequence[Checked], *, colour: bool = False, width: int = 100
) -> str:
    """An obstacle a paragraph: its code, what, where, and how to clear it."""
    pen = Pen(colour, width)
    if not checked:
        return "no incidents\n"
    return "\n\n".join("\n".join(_one(one, pen)) for one in checked) + "\n"


def _one(checked: Checked, pen: Pen) -> Iterator[str]:
    name = clean(checked.incident)
    if checked.blocking:
        yield pen.paint(_BOLD, f"{name}: {counted(checked.blocking, 'obstacle')} to clear")
    else:
        yield pen.paint(_GREEN, f"{name}: nothing is in the way")
    room = max((len(one.code) for one in checked.obstacles), default=0) + 2
    said = [one for one in checked.obstacles if not one.blocking]
    for one in (*(one for one in checked.obstacles if one.blocking), *said):
        if said and one is said[0]:
            yield from ("", pen.paint(_DIM, "said, and in nobody's way:"))
        code = pen.paint(_RED if one.blocking else _YELLOW, one.code.ljust(room))
        first, *rest = pen.wrap(one.what, room)
        yield ""
        yield code + first[room:]
        yield from rest
        yield from pen.wrap(one.clear, room)
        yield from (pen.paint(_DIM, line) for line in pen.wrap(one.place, room))
