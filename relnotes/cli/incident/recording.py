"""What every verb that logs does: read its time, file the event, say what was filed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from relnotes.cli.incident.choice import Chosen

if TYPE_CHECKING:
    from relnotes.incident.event import Event
    from relnotes.incident.times.moment import Moment

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Told:
    """What the options that every logging verb has say about its event."""

    at: str | None = None
    by: str | None = None
    source: str | None = None
    public: bool = False
    attach: tuple[Path, ...] = ()


def event_options(command: F) -> F:
    """The options of `Told`; the verb gets it as `told`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--at",
        metavar="WHEN",
        help='When it happened, if not now: -10m, 22:28, "Fri 19:00", 2025-04-27, A..B.',
    ),
    click.option("--by", metavar="NAME", envvar="RELNOTES_BY", help="Who says so."),
    click.option("--source", metavar="LINK", help="Where it can be read, or who said it."),
    click.option("--public", is_flag=True, help="The public may read this event."),
    click.option(
        "--attach",
        multiple=True,
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Keep a copy of FILE with the event; may be repeated.",
    ),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, and the zone that local times of an incident are read and told in."""

    now: datetime
    zone: tzinfo
    name: str
    assumed: bool  # nobody stated the zone

    def read(self, text: str | None) -> Moment:
        """The moment that --at names; now where it is not given."""
        if text is None:
            from relnotes.incident.times.moment import Moment
            from relnotes.incident.times.wall_clock import in_zone

            return Moment(value=in_zone(self.now, self.zone).replace(microsecond=0))
        from relnotes.incident.times.when import read_when

        return read_when(text, self.now, self.zone)

    def tell(self, moment: Moment) -> str:
        from relnotes.incident.times.telling import told

        return told(moment, self.zone, self.now.astimezone(self.zone).date())


def clock_of(folder: Path) -> Clock:
    """In the zone of the incident; in that of this machine where its head cannot be read."""
    from relnotes.incident_files.glance import zone_of

    found = zone_of(folder)
    return clock_in(*found) if found else clock_here()


def clock_in(name: str, stated: bool = True) -> Clock:
    from relnotes.incident.times.wall_clock import zone_named

    return Clock(datetime.now(UTC), zone_named(name), name, not stated)


def clock_here() -> Clock:
    """In the zone of whoever sits at the terminal; UTC where the machine does not say."""
    from tzlocal import get_localzone_name

    name = get_localzone_name() or "UTC"
    named = "/" in name and not name.startswith("Etc/")
    return clock_in(name if named else "UTC", stated=False)


def record(
    chosen: Chosen, clock: Clock, kind: str, text: str | None, told: Told, **more: Any
) -> Event:
    """File one event of `kind`; `more` are fields of the event that only its verb knows."""
    from relnotes.incident.event import Event
    from relnotes.incident_files import filing
    from relnotes.incident_files.ulid import new_ulid

    moment = clock.read(told.at)
    names = tuple(filing.attach(chosen.folder, file) for file in told.attach)
    assumed = clock.assumed and moment.zone == clock.name
    event = Event.model_validate(
        {
            "id": new_ulid(clock.now, after=chosen.glance.newest),
            "kind": kind,
            "at": moment,
            "recorded_at": clock.now.replace(microsecond=0),
            "by": told.by,
            "text": text or None,
            "source": told.source,
            "visibility": "public" if told.public else "internal",
            "attachments": names,
            "assumptions": (f"zone assumed: {clock.name}",) if assumed else (),
            **more,
        }
    )
    filing.file_event(chosen.folder, event)
    return event


def echo_of(event: Event, clock: Clock, chosen: Chosen, verb: str = "logged") -> str:
    """`logged: note Fri 25 Apr 19:00 PDT = 26 Apr 02:00 UTC  (recorded 03:33)`."""
    recorded = f"{clock.now.astimezone(clock.zone):%H:%M}"
    low, high = event.at.bounds
    dated = low != high or abs((clock.now - low).total_seconds()) >= 60
    late = f"  (recorded {recorded})" if dated else ""
    where = "" if chosen.alone else f"  in {chosen.id}"
    zone = "  zone assumed" if event.assumptions else ""
    kept = f"  + {len(event.attachments)} attached" if event.attachments else ""
    kind = event.kind.replace("_", " ")
    return f"{verb}: {kind} {clock.tell(event.at)}{late}{kept}{zone}{where}"
