"""`relnotes incident new`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import Chosen, incident_root
from relnotes.cli.incident.recording import (
    Clock,
    Told,
    clock_here,
    clock_in,
    echo_of,
    event_options,
    record,
)
from relnotes.cli.output import emit

if TYPE_CHECKING:
    from pathlib import Path

    from relnotes.incident.record import Head, PriorSignal
    from relnotes.incident_facts.suspects import Suspects

_SEVERITIES = ("sev1", "sev2", "sev3", "sev4", "unrated")
_KINDS = ("incident", "near_miss", "hazard", "drill")


@click.command()
@click.argument("title", nargs=-1, required=True)
@click.option("--severity", type=click.Choice(_SEVERITIES), help="How bad it is; sev2 if not said.")
@click.option("--why", metavar="TEXT", help="Why this severity.")
@click.option(
    "--kind", type=click.Choice(_KINDS), default="incident", show_default=True, help="What it is."
)
@click.option("--behaviour", metavar="NAME", help="Which behaviour, as in behaviours.yaml.")
@click.option("--line", metavar="NAME", help="Which line, where a repository has several.")
@click.option("--release", metavar="TAG", help="The release that brought it.")
@click.option("--suspect", metavar="A..B", help="What changed between A and B may have caused it.")
@click.option("--timezone", metavar="ZONE", help="Zone of local times, such as Europe/Paris.")
@click.option("--id", "id_", metavar="ID", help="Its id; else the day and words of the title.")
@click.option("--public-incident", is_flag=True, help="The public may know of the incident.")
@event_options
@click.pass_obj
def new(
    talk: Globals,
    /,
    title: tuple[str, ...],
    timezone: str | None,
    id_: str | None,
    **options: Any,
) -> None:
    """Open an incident.

    TITLE says what the model does, in a sentence. Only that is needed; what is known by now is
    logged as declared. --at is when it was declared.
    """
    words = " ".join(title).strip()
    if not words:
        raise click.UsageError('say what the model does: relnotes incident new "TITLE"')
    told = Told(**{key: options.pop(key) for key in ("at", "by", "source", "public", "attach")})
    root = incident_root(talk)
    clock = clock_in(timezone) if timezone else clock_here()
    found, live = _changed(talk, options)
    head = _head(root, words, clock, told, id_, {**options, "found": found})
    chosen = _opened(root, head)
    event = record(chosen, clock, "declared", words, told)
    lines = [_summary(head, options["severity"]), echo_of(event, clock, chosen)]
    emit("\n".join([*lines, *_suspect_lines(found)]), None)
    if live:
        talk.say(f"live: {live}; did it bring this? relnotes incident suggest --release {live}")
    talk.say('next: relnotes incident log "WHAT HAPPENED", or detect --at WHEN')


def _changed(talk: Globals, options: dict[str, Any]) -> tuple[Suspects | None, str | None]:
    """What the named release brought; else which one is live."""
    if options["release"] or options["suspect"]:
        from relnotes.cli.incident.asking import suspects_of

        named = (options["release"], options["suspect"], options["line"])
        return suspects_of(talk, *named), None
    from relnotes.cli.incident.asking import live_release

    return None, live_release(options["line"], talk)


def _suspect_lines(found: Suspects | None) -> list[str]:
    if found is None:
        return []
    from relnotes.publish.wording import counted

    changes, signals = found.contributing, found.signals
    many = counted(len(changes), "change")
    lines = [f"suspect: {found.new.tag} (after {found.old.tag}): {many}"]
    lines += [f"  ? {one.what}" for one in changes]
    lines += [f"known before: {one.what} ({_heeded(one)})" for one in signals]
    return lines


def _heeded(signal: PriorSignal) -> str:
    return signal.heeded.replace("_", " ")


def _head(
    root: Path, title: str, clock: Clock, told: Told, id_: str | None, options: dict[str, Any]
) -> Head:
    from relnotes.incident.record import Head

    found: Suspects | None = options["found"]
    day = clock.read(told.at).value.astimezone(clock.zone).date().isoformat()
    return Head.model_validate(
        {
            "id": _full_id(id_, day) if id_ else _free_id(root, day, title),
            "title": title,
            "kind": options["kind"],
            "severity": {"level": options["severity"] or "sev2", "why": options["why"]},
            "visibility": "public" if options["public_incident"] else "internal",
            "timezone": {"name": clock.name, "stated": not clock.assumed},
            "behaviour": {"name": options["behaviour"]} if options["behaviour"] else None,
            "releases": {"line": options["line"], "introduced_in": options["release"]},
            "contributing": found.contributing if found else (),
            "signals": found.signals if found else (),
        }
    )


def _full_id(id_: str, day: str) -> str:
    """`flattery` is `2025-04-27-flattery`."""
    full = id_ if re.match(r"\d{4}-\d\d-\d\d-", id_) else f"{day}-{id_}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9][a-z0-9-]*", full):
        raise click.BadParameter(f'"{id_}" should be lower-case words and hyphens')
    return full


def _free_id(root: Path, day: str, title: str) -> str:
    from relnotes.incident_files.layout import FOLDER, slug

    wanted = f"{day}-{slug(title, 28)}"
    ids = [wanted, *(f"{wanted}-{number}" for number in range(2, 1000))]
    return next(one for one in ids if not (root / FOLDER / one).exists())


def _opened(root: Path, head: Head) -> Chosen:
    from relnotes.incident_files.filing import open_folder
    from relnotes.incident_files.glance import Glance, Stage

    return Chosen(root, Glance(open_folder(root, head), Stage.OPEN, None), alone=True)


def _summary(head: Head, severity: str | None) -> str:
    level = f"{head.severity.level}{'' if severity else ' (default)'}"
    return f"{head.id}  {level}  {head.visibility}"
