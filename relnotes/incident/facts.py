"""What git and the releases say about an incident, as values: the check itself asks neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from relnotes.incident.metrics.milestones import Elsewhere
from relnotes.incident.postmortem.review import review_of
from relnotes.incident.record import Incident
from relnotes.incident.times.moment import Moment
from relnotes.incident.vocabulary import Precision, Review


@dataclass(frozen=True, slots=True)
class Comeback:
    """A prompt line that a mitigation took out, and that stands in a later release."""

    event: str  # id of the mitigation's event
    release: str  # tag; the candidate has its own name
    prompt: str
    line: str
    found: str
    similarity: float  # 1: word for word
    on: str | None = None  # when that release was tagged, ISO 8601
    still: bool = True  # whether the line stands in the latest release too

    @property
    def verbatim(self) -> bool:
        return self.similarity >= 1


@dataclass(frozen=True, slots=True)
class Facts:
    """None where it could not be asked: outside a repository, or without releases."""

    releases: frozenset[str] | None = None  # tags
    commits: frozenset[str] | None = None  # those of mitigations that are in the history
    evals: Mapping[str, str] = field(default_factory=dict)  # eval to add → first release with it
    told: Mapping[str, str] | None = None  # limitation on the affected release's page → since
    comebacks: tuple[Comeback, ...] = ()


NOTHING_ASKED = Facts()


def elsewhere(incident: Incident, facts: Facts) -> Elsewhere:
    """What its metrics need and its own events do not say."""
    named = incident.head.limitations if incident.head else ()
    days = [day for name in named if (day := (facts.told or {}).get(name))]
    undone = [one.on for one in facts.comebacks if one.on and one.verbatim]
    return Elsewhere(
        limitation_published=_moment(min(days)) if days else None,
        relapsed=_moment(min(undone)) if undone else None,
        postmortem_waived=review_of(incident) is Review.WAIVED,
    )


def _moment(iso: str) -> Moment:
    """A day in UTC where no time is given."""
    value = datetime.fromisoformat(iso)
    if value.tzinfo:
        return Moment(value=value)
    start = value.replace(tzinfo=UTC)
    end = start + timedelta(days=1)
    return Moment(value=start, precision=Precision.DAY, not_before=start, not_after=end)
