"""How the length of something is said, as well as it is known."""

from __future__ import annotations

import pytest

from relnotes.incident.metrics.absence import State
from relnotes.incident.metrics.durations import NAMES, Metric
from relnotes.publish.incident.metric_wording import LABELS, value

H = 3600.0


def test_every_metric_has_its_words() -> None:
    assert tuple(LABELS) == NAMES


@pytest.mark.parametrize(
    ("state", "low", "high", "said"),
    [
        (State.RECORDED, 2.5 * H, 2.5 * H, "2 h 30 min"),
        (State.RECORDED, 0.0, 0.0, "0 min"),
        (State.RECORDED, -30 * H, -30 * H, "30 h before it"),
        (State.BOUNDED, 48 * H, 96 * H, "48–96 h"),
        (State.BOUNDED, -4 * H, 24 * H, "−4 to 24 h (which came first is open)"),
        (State.BOUNDED, -4.5 * H, 24 * H, "−4 h 30 min to 24 h (which came first is open)"),
        (State.INVALID, -3 * H, -3 * H, "invalid: the end is before the start by 3 h"),
        (State.INVALID, -5 * H, -3 * H, "invalid: the end is before the start by 3–5 h"),
    ],
)
def test_a_metric_is_said_with_its_certainty(
    state: State, low: float, high: float, said: str
) -> None:
    why = "the end is before the start" if state is State.INVALID else ""

    assert value(Metric("time_to_detect", state, low, high, why=why)) == said


def test_what_is_missing_is_named() -> None:
    waiting = Metric("relapse", State.PENDING, why="no detection is on record")
    never = Metric("relapse", State.NOT_APPLICABLE, why="it never reached users")

    assert value(waiting) == "pending: no detection is on record"
    assert value(never) == "not applicable: it never reached users"
