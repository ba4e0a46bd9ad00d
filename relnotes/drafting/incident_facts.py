"""The record of an incident as numbered statements, for a narrative to rest on. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.drafting.claims import Claim
from relnotes.drafting.fact import Fact, numbered, plain
from relnotes.incident.effective import effective_events
from relnotes.incident.record import Head, Incident
from relnotes.publish.incident import wording


def incident_facts(incident: Incident) -> tuple[Fact, ...]:
    """Everything on file, for the audience that the incident was cut down to."""
    head = incident.head
    return numbered((*(_head(head, incident.folder) if head else ()), *_events(incident)))


def _head(head: Head, folder: str) -> Iterator[Fact]:
    place = f"{folder}/incident.yaml"
    yield Fact(f"The incident: {plain(head.title)}.", place)
    if head.summary:
        yield Fact(f"The authors' summary: {plain(head.summary)}", f"{place}:summary")
    if head.behaviour:
        one = head.behaviour
        principle = f" Its principle: {plain(one.principle)}" if one.principle else ""
        yield Fact(f"The behaviour at issue is {one.name}.{principle}", place, names=(one.name,))
    for change in head.contributing:
        basis = f" Why we think so: {plain(change.basis)}" if change.basis else ""
        yield Fact(
            f"A change that may have contributed ({change.verdict}, confidence"
            f" {change.confidence}): {plain(change.what)}.{basis}",
            f"{place}:contributing",
            names=(change.release,) if change.release else (),
            forbids=frozenset({Claim.CERTAIN}),
            judged=change.verdict.value,
        )
    for signal in head.signals:
        yield Fact(f"Known before the launch: {plain(signal.what)}.", f"{place}:signals")
    for spot in head.blind_spots:
        gate = wording.spoken(spot.gate.value)
        yield Fact(f"Why {gate} did not catch it: {plain(spot.what)}", f"{place}:blind_spots")


def _events(incident: Incident) -> Iterator[Fact]:
    for event in effective_events(incident.events):
        what = wording.spoken(event.kind.value)
        said = f": {plain(event.text)}" if event.text else ""
        release = f" (release {event.release})" if event.release else ""
        yield Fact(
            f"{wording.moment(event.at)}: {what}{said}{release}",
            f"{incident.folder}/events/{event.id}.yaml",
            names=(event.release,) if event.release else (),
        )
