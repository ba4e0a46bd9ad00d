"""An incident as one audience sees it, with its metrics and what the releases say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from relnotes.answers.incidents import Witness, witness
from relnotes.errors import RelnotesError, fail
from relnotes.incident.effective import effective_events
from relnotes.incident.facts import NOTHING_ASKED, Facts, elsewhere
from relnotes.incident.metrics.durations import Metric, measure
from relnotes.incident.public import for_public
from relnotes.incident.record import Incident
from relnotes.publication.whereabouts import map_of
from relnotes.publish.incident.as_markdown import incident_markdown
from relnotes.publish.templates import Templates

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Side:
    """`incident` holds only what its readers may see."""

    incident: Incident
    metrics: tuple[Metric, ...]
    public: bool


def measured_sides(
    incidents: Iterable[Incident], root: Path, config: str | None, say: Say, *, public: bool = False
) -> list[Side]:
    """Where the releases cannot be asked this is said, and the record alone is measured.

    They are asked only if they could say something; of the public side, internal incidents are
    left out.
    """
    whole = list(incidents)
    if any(map(_concerns_releases, whole)):
        try:
            with witness(root, config) as asked:
                return _sides(whole, asked, public)
        except RelnotesError as error:
            say(f"note: the releases could not be asked: {error.problems[0].what}")
    return _sides(whole, None, public)


def side_as_markdown(
    incident: Incident,
    root: Path,
    config: str | None,
    *,
    public: bool = False,
    only: str | None = None,
) -> str:
    """The record as one Markdown text, or only its part called `only`."""
    if incident.head is None:
        mend = f"relnotes incident check -i {incident.id} says what is wrong with it"
        raise fail(f"{incident.folder}/incident.yaml", "the head cannot be read", mend)
    with witness(root, config) as asked:
        shown = _public(incident, asked) if public else incident
        assert shown is not None
        return incident_markdown(
            Templates(asked.workspace.root / "templates"),
            shown,
            asked.facts(shown),
            map_of(asked.settings, asked.lines),
            asked.settings.project.url,
            public=public,
            only=only,
        )


def _sides(incidents: list[Incident], asked: Witness | None, public: bool) -> list[Side]:
    shown = (_public(one, asked) if public else one for one in incidents)
    return [Side(one, _measured(one, asked), public) for one in shown if one is not None]


def _public(incident: Incident, asked: Witness | None) -> Incident | None:
    named = incident.head is not None and incident.head.limitations
    return for_public(incident, asked.public_limitations(incident) if asked and named else ())


def _measured(incident: Incident, asked: Witness | None) -> tuple[Metric, ...]:
    asks = asked is not None and _concerns_releases(incident)
    facts: Facts = asked.facts(incident) if asked and asks else NOTHING_ASKED
    return measure(incident, elsewhere(incident, facts))


def _concerns_releases(incident: Incident) -> bool:
    """Whether a release can have told of it, or brought back what was taken out."""
    if incident.head is None:
        return False
    events = effective_events(incident.events)
    removed = any(event.mitigation and event.mitigation.removed for event in events)
    return bool(incident.head.limitations) or removed
