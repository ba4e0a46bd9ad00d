"""What is known of a metric beside its value: direction, kind, unit and range.

A file's own word wins over the table here, and the user's over both. Where nobody says which
way is better, the direction is unknown and stays so.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from relnotes.evals.result import Direction, Kind, Measurement


class Facts(msgspec.Struct, frozen=True):
    """None is "not said"."""

    direction: Direction | None = None
    kind: Kind | None = None
    unit: str | None = None
    low: float | None = None
    high: float | None = None


_UNKNOWN = Facts(Direction.UNKNOWN, Kind.UNBOUNDED)


@lru_cache(maxsize=4096)
def facts_of(metric: str) -> Facts:
    """What the shipped table knows of a metric; direction unknown if it is not in there."""
    name = metric.lower().replace("-", "_").replace(" ", "_")
    return _TABLE.get(name) or _TABLE.get(_family(name)) or _UNKNOWN


def with_facts(measurement: Measurement, facts: Facts) -> Measurement:
    """The measurement, with what `facts` says in place of what it had before."""
    said = {
        field: value
        for field in Facts.__struct_fields__
        if (value := getattr(facts, field)) is not None
    }
    return replace(measurement, **said) if said else measurement


def outside(value: float, low: float | None, high: float | None) -> bool:
    """Whether a value contradicts the range of its metric; a rounding error does not."""
    slack = 1e-9
    return (low is not None and value < low - slack) or (high is not None and value > high + slack)


def _family(name: str) -> str:
    """pass@10 and recall@5 are known as pass@ and recall@; rouge1 and rougeLsum as rouge."""
    if at := re.fullmatch(r"(\w+@)k?\d*", name):
        return at[1]
    return "rouge" if re.fullmatch(r"rouge(\d|l|lsum|w)?(_max)?", name) else ""


_RIGHT_OR_WRONG = Facts(Direction.HIGHER, Kind.BINARY, "fraction", 0.0, 1.0)
_SCORE = Facts(Direction.HIGHER, Kind.BOUNDED, "fraction", 0.0, 1.0)
# Some tools write these from 0 to 1 and others from 0 to 100, so they have no unit here.
_TEXT_OVERLAP = Facts(Direction.HIGHER, Kind.BOUNDED)
_DIFFERENCE = Facts(Direction.HIGHER, Kind.UNBOUNDED)
_CORRELATION = Facts(Direction.HIGHER, Kind.BOUNDED, None, -1.0, 1.0)
_FAILED_OR_NOT = Facts(Direction.LOWER, Kind.BINARY, "fraction", 0.0, 1.0)
_ERROR = Facts(Direction.LOWER, Kind.UNBOUNDED)
_PERPLEXITY = Facts(Direction.LOWER, Kind.UNBOUNDED, None, 0.0, None)


def _table(*rows: tuple[Facts, str]) -> dict[str, Facts]:
    return {name: facts for facts, names in rows for name in names.split()}


_TABLE = _table(
    (
        _RIGHT_OR_WRONG,
        "acc acc_norm acc_bytes acc_mutual_info accuracy exact exact_match quasi_exact_match"
        " prefix_exact_match quasi_prefix_exact_match exact_match@ quasi_exact_match@"
        " prefix_exact_match@ quasi_prefix_exact_match@"
        " em mc1 contains correct pass_rate success_rate solve_rate resolved"
        " bleu_acc rouge1_acc rouge2_acc rougel_acc prompt_level_strict_acc"
        " prompt_level_loose_acc pass@ maj@ cons@",
    ),
    (
        _SCORE,
        "f1 f1_score macro_f1 micro_f1 f1_macro f1_micro precision recall mc2 auroc auc"
        " balanced_accuracy"
        " inst_level_strict_acc inst_level_loose_acc recall@ precision@ ndcg@ hits@ map@ mrr",
    ),
    (
        _TEXT_OVERLAP,
        "bleu bleu_1 bleu_4 sacrebleu bleu_max chrf chrf++ meteor bertscore comet"
        " rouge rouge_1 rouge_2 rouge_l",
    ),
    (_DIFFERENCE, "bleu_diff rouge1_diff rouge2_diff rougel_diff"),
    (_CORRELATION, "mcc matthews_corrcoef pearson spearman kendall pearsonr spearmanr"),
    (_FAILED_OR_NOT, "error_rate attack_success_rate hallucination_rate toxicity_rate"),
    (_ERROR, "wer cer ter mae mse rmse loss nll log_loss cross_entropy ece"),
    (Facts(Direction.LOWER, Kind.BOUNDED, None, 0.0, 2.0), "brier_score brier"),
    (_PERPLEXITY, "perplexity word_perplexity byte_perplexity token_perplexity ppl"),
    (Facts(Direction.LOWER, Kind.UNBOUNDED, "bits per byte", 0.0, None), "bits_per_byte bpb"),
    # Best in the middle or at zero: neither higher nor lower is better.
    (Facts(Direction.UNKNOWN, Kind.BINARY, "fraction", 0.0, 1.0), "pct_stereotype"),
    (Facts(Direction.UNKNOWN, Kind.UNBOUNDED), "likelihood_diff"),
)
