"""Say how long an incident took, and how well that is known. Pure, and without markup."""

from __future__ import annotations

from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import Metric
from relnotes.publish.incident import wording as say

# What each is called, and from what to what it goes.
LABELS = {
    "time_to_detect": ("Time to detect", "start of the rollout → detection"),
    "time_to_first_signal": ("Time to first signal", "start of the rollout → first signal"),
    "time_to_acknowledge": ("Time to acknowledge", "detection → declaration"),
    "time_to_mitigate": (
        "Time to mitigate",
        "start of the rollout → first mitigation that held",
    ),
    "time_to_mitigate_from_detection": (
        "Time to mitigate, once detected",
        "detection → first mitigation that held",
    ),
    "rollback_duration": ("Rollback duration", "start of the rollback → its end"),
    "time_to_restore": ("Time to restore", "start of the rollout → completed rollback or fix"),
    "exposure": ("Exposure", "all the time in which users had it"),
    "exposure_before_mitigation": ("Exposure before mitigation", "the part before it was softened"),
    "exposure_after_mitigation": ("Exposure after mitigation", "the part after it was softened"),
    "exposure_weighted": ("Exposure by traffic", "the same, weighted by the share of traffic"),
    "time_to_public_word": ("Time to a public word", "detection → first public statement"),
    "postmortem_lag": ("Postmortem lag", "completed rollback or fix → postmortem"),
    "longest_silence": ("Longest silence", "widest gap between public words while it was open"),
    "limitation_lag": (
        "Limitation lag",
        "detection → known limitation on the affected release",
    ),
    "relapse": ("Relapse", "mitigation → what first undid it"),
}


def label(metric: Metric) -> str:
    return LABELS[metric.name][0]


def basis(metric: Metric) -> str:
    return LABELS[metric.name][1]


def value(metric: Metric) -> str:
    """ "2 h 30 min", "48–96 h", "pending: no detection is on record"."""
    match metric.state:
        case State.RECORDED | State.BOUNDED:
            return _length(metric)
        case State.INVALID:
            return f"invalid: {metric.why} by {_by(metric)}"
        case State.NOT_APPLICABLE:
            return f"not applicable: {metric.why}"
        case State.PENDING:
            return f"pending: {metric.why}"


def span(low: float | None, high: float | None) -> str:
    """One length where both are the same."""
    if low is not None and low == high:
        return say.seconds(low)
    return say.seconds_between(low, high)


def _length(metric: Metric) -> str:
    """Below zero the second of its two moments came before the first."""
    low, high = metric.low or 0.0, metric.high or 0.0
    if high < 0:
        return f"{_by(metric)} before it"
    return span(metric.low, metric.high) + (" (which came first is open)" if low < 0 else "")


def _by(metric: Metric) -> str:
    return span(-(metric.high or 0.0), -(metric.low or 0.0))
