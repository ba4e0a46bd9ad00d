"""Which event of an incident is meant, by the end of its id; and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relnotes.errors import fail

if TYPE_CHECKING:
    from relnotes.incident.event import Event
    from relnotes.incident.record import Incident

SIGNS = 6  # the end of an id that is shown: the beginning is alike for a whole night


def short(event: Event) -> str:
    return event.id[-SIGNS:]


def the_event(incident: Incident, wanted: str | None) -> Event:
    """The event that is meant; without a word the one recorded last, amendments aside."""
    own = [event for event in incident.events if event.corrects is None]
    if wanted is None or wanted.lower() == "last":
        if not own:
            raise fail(incident.folder, "nothing is logged yet", "relnotes incident log TEXT")
        return own[-1]
    mark = wanted.upper()
    meant = [event for event in incident.events if mark in (event.id, short(event))]
    meant = meant or [event for event in incident.events if event.id.endswith(mark)]
    if len(meant) == 1:
        return meant[0]
    what = "could be several events" if meant else "is no event of this incident"
    mend = "`relnotes incident show` lists them with the ends of their ids"
    raise fail("", f'"{wanted}" {what}', mend)


def in_brief(event: Event) -> str:
    """`note K7Q2XM "support: 40 tickets since…"`."""
    words = " ".join((event.text or "").split())
    cut = f"{words[:47]}…" if len(words) > 48 else words
    kind = event.kind.replace("_", " ")
    return f'{kind} {short(event)} "{cut}"' if cut else f"{kind} {short(event)}"
