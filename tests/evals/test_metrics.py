from __future__ import annotations

import pytest

from relnotes.evals.metrics import Facts, facts_of, with_facts
from relnotes.evals.result import Direction, Kind, Measurement


@pytest.mark.parametrize(
    ("metric", "direction", "kind"),
    [
        ("acc", Direction.HIGHER, Kind.BINARY),
        ("acc_norm", Direction.HIGHER, Kind.BINARY),
        ("exact_match", Direction.HIGHER, Kind.BINARY),
        ("Exact-Match", Direction.HIGHER, Kind.BINARY),
        ("mc1", Direction.HIGHER, Kind.BINARY),
        ("mc2", Direction.HIGHER, Kind.BOUNDED),
        ("f1", Direction.HIGHER, Kind.BOUNDED),
        ("pass@1", Direction.HIGHER, Kind.BINARY),
        ("pass@10", Direction.HIGHER, Kind.BINARY),
        ("recall@5", Direction.HIGHER, Kind.BOUNDED),
        ("rougeL", Direction.HIGHER, Kind.BOUNDED),
        ("rougeLsum", Direction.HIGHER, Kind.BOUNDED),
        ("rouge1_max", Direction.HIGHER, Kind.BOUNDED),
        ("mcc", Direction.HIGHER, Kind.BOUNDED),
        ("bleu_diff", Direction.HIGHER, Kind.UNBOUNDED),
        ("ter", Direction.LOWER, Kind.UNBOUNDED),
        ("wer", Direction.LOWER, Kind.UNBOUNDED),
        ("word_perplexity", Direction.LOWER, Kind.UNBOUNDED),
        ("ppl", Direction.LOWER, Kind.UNBOUNDED),
        ("bits_per_byte", Direction.LOWER, Kind.UNBOUNDED),
        ("brier_score", Direction.LOWER, Kind.BOUNDED),
        ("pct_stereotype", Direction.UNKNOWN, Kind.BINARY),
        ("likelihood_diff", Direction.UNKNOWN, Kind.UNBOUNDED),
    ],
)
def test_well_known_metrics_have_a_direction(metric: str, direction: Direction, kind: Kind) -> None:
    facts = facts_of(metric)

    assert (facts.direction, facts.kind) == (direction, kind)


@pytest.mark.parametrize(
    "metric", ["rate", "rougette", "pass", "accuracy_gap", "loss_ratio", "x@3"]
)
def test_the_direction_of_an_unknown_metric_is_not_guessed(metric: str) -> None:
    assert facts_of(metric).direction is Direction.UNKNOWN


def test_what_the_user_says_of_a_metric_wins_and_the_rest_stays() -> None:
    measurement = Measurement(
        "toxicity", "f1", None, 0.1, direction=Direction.HIGHER, unit="fraction"
    )

    settled = with_facts(measurement, Facts(direction=Direction.LOWER))

    assert settled.direction is Direction.LOWER
    assert settled.unit == "fraction"
    assert settled.value == 0.1


def test_saying_nothing_of_a_metric_changes_nothing() -> None:
    measurement = Measurement("toxicity", "f1", None, 0.1, direction=Direction.HIGHER)

    assert with_facts(measurement, Facts()) is measurement
