"""Draw the course of an incident: who had it how long, when it was softened and taken back."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.incident.effective import effective_events
from relnotes.incident.facts import Facts, elsewhere
from relnotes.incident.metrics.intervals import Instant
from relnotes.incident.metrics.milestones import Milestones, milestones
from relnotes.incident.record import Incident
from relnotes.publish.incident.wording import between
from relnotes.publish.markdown import Markdown
from relnotes.publish.plots.timeline import Band, Moment, Point, timeline_plot

# What is marked on the way, and how it is drawn; what came long before would shrink the rest.
_POINTS = (
    ("signal", "signal", "First signal"),
    ("detected", "detected", "Detected"),
    ("public", "public", "First public word"),
)


def incident_plot(incident: Incident, facts: Facts) -> Markdown:
    """Bands and points; empty where no rollout is on record: there is no beginning then."""
    if incident.head is None:
        return Markdown("")
    found = milestones(effective_events(incident.events), elsewhere(incident, facts))
    if found.rollout is None:
        return Markdown("")
    return timeline_plot(
        tuple(_bands(found)),
        tuple(_points(found, found.rollout)),
        identity="course",
        title=f"The course of events: {incident.head.title}",
        description=" ".join(_sentences(found)),
    )


def _bands(found: Milestones) -> Iterator[Band]:
    end = _moment(found.restored) if found.restored else None
    if found.rollout:
        label = "Users have it" if end is None else "Users had it"
        yield Band(label, "exposure", _moment(found.rollout), end)
    if found.mitigated:
        yield Band("Softened", "mitigation", _moment(found.mitigated), end)
    if found.rollback_started:
        completed = _moment(found.rollback_completed) if found.rollback_completed else None
        yield Band("Rollback", "rollback", _moment(found.rollback_started), completed)


def _points(found: Milestones, rollout: Instant) -> Iterator[Point]:
    for name, kind, label in _POINTS:
        at: Instant | None = getattr(found, name)
        if at is not None and at.high >= rollout.low:
            yield Point(label, kind, _moment(at))


def _sentences(found: Milestones) -> Iterator[str]:
    """The same for those who do not see it."""
    said = (
        ("The rollout began", found.rollout),
        ("It was detected", found.detected),
        ("It was softened", found.mitigated),
        ("The rollback began", found.rollback_started),
        ("It was over", found.restored),
    )
    for words, at in said:
        if at is not None:
            yield f"{words}: {between(at.low, at.high)} UTC."


def _moment(at: Instant) -> Moment:
    return Moment(at.low, at.high)
