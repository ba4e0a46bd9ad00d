"""Metrics over many incidents: how many are known, their median and 90th percentile; no mean.

A mean is led by the one incident that took weeks, and says nothing of how many were known.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from relnotes.incident.metrics.absence import VOID, State
from relnotes.incident.metrics.durations import NAMES, Metric
from relnotes.incident.metrics.intervals import Span
from relnotes.incident.record import Incident
from relnotes.incident.status import status_of
from relnotes.incident.vocabulary import IncidentKind

UNKNOWN = "unknown"
_DAY = re.compile(r"(\d{4})-(\d\d)-\d\d")
_KNOWN = (State.RECORDED, State.BOUNDED)


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one metric; `n` of the group's incidents are recorded or bounded, the rest is counted.

    Where some are bounded, so are the median and the percentile.
    """

    name: str
    n: int
    median: Span | None
    p90: Span | None
    bounded: int = 0  # of the n
    pending: int = 0
    not_applicable: int = 0
    invalid: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    by: str  # "all", "severity", "kind" or "quarter"
    value: str  # "sev1", "2025-Q2"
    incidents: int
    trends: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Drills stand by their kind only; what was none (a duplicate, a false alarm) nowhere."""

    groups: tuple[Group, ...]
    left_out: tuple[str, ...] = ()  # ids


Measured = tuple[Incident, tuple[Metric, ...]]


def trends(measured: Iterable[Measured]) -> Trends:
    known = sorted(measured, key=lambda one: one[0].id)
    void = {incident.id for incident, _ in known if status_of(incident) in VOID}
    counted = [one for one in known if one[0].id not in void]
    real = [one for one in counted if _kind(one[0]) != IncidentKind.DRILL.value]
    groups = [_group("all", "incidents", real)] if real else []
    groups += _groups("severity", real, _severity)
    groups += _groups("kind", counted, _kind)
    groups += _groups("quarter", real, quarter)
    return Trends(tuple(groups), tuple(sorted(void)))


def quarter(incident: Incident) -> str:
    """ "2025-Q2", from the day in the incident's id."""
    found = _DAY.match(incident.id)
    return f"{found[1]}-Q{(int(found[2]) - 1) // 3 + 1}" if found else UNKNOWN


def quantile(values: Sequence[float], share: float) -> float:
    """Between the two nearest in order, in proportion (Hyndman and Fan 1996, definition 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _severity(incident: Incident) -> str:
    return incident.head.severity.level.value if incident.head else UNKNOWN


def _kind(incident: Incident) -> str:
    return incident.head.kind.value if incident.head else UNKNOWN


def _groups(by: str, measured: list[Measured], value: Callable[[Incident], str]) -> list[Group]:
    sorted_out: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        sorted_out[value(one[0])].append(one)
    return [_group(by, name, sorted_out[name]) for name in sorted(sorted_out)]


def _group(by: str, value: str, measured: list[Measured]) -> Group:
    columns = zip(*(metrics for _, metrics in measured), strict=True)
    found = (_trend(name, column) for name, column in zip(NAMES, columns, strict=True))
    return Group(by, value, len(measured), tuple(found))


def _trend(name: str, metrics: Sequence[Metric]) -> Trend:
    known = [one for one in metrics if one.state in _KNOWN]
    lows = [one.low for one in known if one.low is not None]
    highs = [one.high for one in known if one.high is not None]
    states = Counter(one.state for one in metrics)
    return Trend(
        name,
        len(known),
        Span(quantile(lows, 0.5), quantile(highs, 0.5)) if known else None,
        Span(quantile(lows, 0.9), quantile(highs, 0.9)) if known else None,
        bounded=states[State.BOUNDED],
        pending=states[State.PENDING],
        not_applicable=states[State.NOT_APPLICABLE],
        invalid=states[State.INVALID],
    )
