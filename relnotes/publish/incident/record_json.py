"""An incident as data: its timeline, its metrics, trends, and the whole record, each versioned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from relnotes.incident.event import Event
from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import Metric
from relnotes.incident.metrics.trends import Group, Trend, Trends
from relnotes.incident.record import FollowUp, Head, Incident
from relnotes.incident.status import public_status, status_of
from relnotes.incident.timeline import Entry, Timeline, timeline
from relnotes.incident.vocabulary import PublicStatus, Status
from relnotes.publish.incident import metric_wording


class Told(BaseModel):
    """Base of what is printed as JSON; null is not known, never 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToldEvent(Told):
    """An event as it stands. `earliest` and `latest` are in UTC, equal where the minute is known.

    `original` is what was said first, where it was corrected since.
    """

    event: Event
    earliest: datetime
    latest: datetime
    order_uncertain: bool
    recorded_late_seconds: float | None
    recorded_ahead_seconds: float | None
    original: Event | None
    corrections: tuple[Event, ...]
    retraction: Event | None


class ToldTimeline(Told):
    schema_: Annotated[Literal["relnotes.incident-timeline/1"], Field(alias="schema")] = (
        "relnotes.incident-timeline/1"
    )
    incident: str
    timezone: str
    entries: tuple[ToldEvent, ...]
    stray: tuple[Event, ...]  # corrections and retractions of nothing that is on file


class ToldMetric(Told):
    """`seconds` where it is known exactly, `low` and `high` where it is bounded by them.

    `events` are the ids of the events it came from; `why` says what is missing or wrong.
    """

    name: str
    label: str
    measures: str
    state: State
    seconds: float | None
    low: float | None
    high: float | None
    events: tuple[str, ...]
    why: str | None


class ToldMetrics(Told):
    schema_: Annotated[Literal["relnotes.incident-metrics/1"], Field(alias="schema")] = (
        "relnotes.incident-metrics/1"
    )
    incident: str
    status: Status
    metrics: tuple[ToldMetric, ...]


class ToldSpan(Told):
    """In seconds; equal where everything below it is known exactly."""

    low: float
    high: float


class ToldTrend(Told):
    name: str
    label: str
    n: int
    median: ToldSpan | None
    p90: ToldSpan | None
    bounded: int
    pending: int
    not_applicable: int
    invalid: int


class ToldGroup(Told):
    by: str
    value: str
    incidents: int
    trends: tuple[ToldTrend, ...]


class ToldTrends(Told):
    schema_: Annotated[Literal["relnotes.incident-trends/1"], Field(alias="schema")] = (
        "relnotes.incident-trends/1"
    )
    groups: tuple[ToldGroup, ...]
    left_out: tuple[str, ...]  # duplicates, false alarms, and what was declined


class ToldFollowUp(Told):
    id: str
    followup: FollowUp


class ToldProblem(Told):
    place: str
    what: str
    mend: str


class ToldIncident(Told):
    """Everything on record, except prose and the bytes of attachments."""

    schema_: Annotated[Literal["relnotes.incident-record/1"], Field(alias="schema")] = (
        "relnotes.incident-record/1"
    )
    id: str
    audience: Literal["internal", "public"]
    status: Status
    public_status: PublicStatus
    head: Head | None
    timeline: ToldTimeline
    metrics: tuple[ToldMetric, ...]
    followups: tuple[ToldFollowUp, ...]
    attachments: tuple[str, ...]
    problems: tuple[ToldProblem, ...]  # files that could not be read


def told_timeline(incident: Incident, found: Timeline) -> ToldTimeline:
    return ToldTimeline(
        incident=incident.id,
        timezone=incident.head.timezone.name if incident.head else "UTC",
        entries=tuple(_event(entry) for entry in found.entries),
        stray=found.stray,
    )


def told_metrics(incident: Incident, metrics: Iterable[Metric]) -> ToldMetrics:
    return ToldMetrics(
        incident=incident.id, status=status_of(incident), metrics=tuple(map(_metric, metrics))
    )


def told_trends(found: Trends) -> ToldTrends:
    return ToldTrends(groups=tuple(map(_group, found.groups)), left_out=found.left_out)


def told_incident(incident: Incident, metrics: Iterable[Metric], *, public: bool) -> ToldIncident:
    """`public` says which side of it `incident` is."""
    status = status_of(incident)
    return ToldIncident(
        id=incident.id,
        audience="public" if public else "internal",
        status=status,
        public_status=public_status(status),
        head=incident.head,
        timeline=told_timeline(incident, timeline(incident)),
        metrics=tuple(map(_metric, metrics)),
        followups=tuple(
            ToldFollowUp(id=one.id, followup=one.followup) for one in incident.followups
        ),
        attachments=incident.attachments,
        problems=tuple(
            ToldProblem(place=one.place, what=one.what, mend=one.mend) for one in incident.problems
        ),
    )


def json_text(told: Told) -> str:
    return told.model_dump_json(indent=2, by_alias=True) + "\n"


def _event(entry: Entry) -> ToldEvent:
    return ToldEvent(
        event=entry.event,
        earliest=entry.low,
        latest=entry.high,
        order_uncertain=entry.order_uncertain,
        recorded_late_seconds=_seconds(entry.recorded_late),
        recorded_ahead_seconds=_seconds(entry.recorded_ahead),
        original=entry.original,
        corrections=entry.corrections,
        retraction=entry.retraction,
    )


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _metric(metric: Metric) -> ToldMetric:
    exact = metric.low is not None and metric.low == metric.high
    return ToldMetric(
        name=metric.name,
        label=metric_wording.label(metric),
        measures=metric_wording.basis(metric),
        state=metric.state,
        seconds=metric.low if exact else None,
        low=None if exact else metric.low,
        high=None if exact else metric.high,
        events=metric.events,
        why=metric.why or None,
    )


def _group(group: Group) -> ToldGroup:
    return ToldGroup(
        by=group.by,
        value=group.value,
        incidents=group.incidents,
        trends=tuple(map(_trend, group.trends)),
    )


def _trend(trend: Trend) -> ToldTrend:
    median, p90 = (
        None if span is None else ToldSpan(low=span.low, high=span.high)
        for span in (trend.median, trend.p90)
    )
    return ToldTrend(
        name=trend.name,
        label=metric_wording.LABELS[trend.name][0],
        n=trend.n,
        median=median,
        p90=p90,
        bounded=trend.bounded,
        pending=trend.pending,
        not_applicable=trend.not_applicable,
        invalid=trend.invalid,
    )
