"""How much a result moves when the same release is measured again (an A/A run). Pure.

A judge that is a model, or a temperature above zero, moves results from run to run by more than
the questions explain. What a re-run of the old release did by itself is no news of the new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from relnotes.evals.comparability import differences
from relnotes.evals.result import Measurement


def noise_of(old: Measurement, again: Iterable[Measurement]) -> float | None:
    """The largest move of the old result over its re-runs; None where there is none like it."""
    moves = [
        abs(one.value - old.value)
        for one in again
        if one.value is not None and old.value is not None and not differences(old, one)
    ]
    return max(moves, default=None)
