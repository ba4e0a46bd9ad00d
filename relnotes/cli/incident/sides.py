"""The options of every verb that shows an incident to one audience or the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from relnotes.cli import Globals
from relnotes.cli.incident.choice import incident_root

if TYPE_CHECKING:
    from relnotes.answers.incident_sides import Side
    from relnotes.incident.record import Incident

F = TypeVar("F", bound=Callable[..., object])


def format_option(*formats: str) -> Callable[[F], F]:
    """The first is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="For people or for programs.",
    )


def public_option(command: F) -> F:
    return click.option("--public", is_flag=True, help="Only what is marked public.")(command)


def shown_to(incident: Incident, *, public: bool) -> Incident:
    """What an audience sees without asking the releases; RelnotesError where that is nothing."""
    from relnotes.errors import fail
    from relnotes.incident.public import for_public

    shown = for_public(incident) if public else incident
    if shown is None:
        mend = f"if the public may know of it, write visibility: public in {incident.folder}/"
        raise fail(incident.id, "is internal: there is nothing to publish", mend + "incident.yaml")
    return shown


def side_of(talk: Globals, incident: Incident, *, public: bool) -> Side:
    """RelnotesError where the public has none."""
    from relnotes.answers.incident_sides import measured_sides

    shown_to(incident, public=public)
    (side,) = measured_sides([incident], incident_root(talk), talk.config, talk.say, public=public)
    return side


def as_markdown(talk: Globals, incident: Incident, *, public: bool, only: str | None = None) -> str:
    from relnotes.answers.incident_sides import side_as_markdown

    shown_to(incident, public=public)
    return side_as_markdown(incident, incident_root(talk), talk.config, public=public, only=only)
