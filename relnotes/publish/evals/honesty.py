"""The honest sentence: what may hide behind results that show no change. Pure, without markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from relnotes.evals.comparison import Comparison
from relnotes.evals.evidence import SCALE
from relnotes.evals.verdict import Verdict
from relnotes.publish import wording
from relnotes.publish.evals import wording as eval_wording

_QUIET = frozenset({Verdict.HELD, Verdict.INCONCLUSIVE})
_MOVED = frozenset({Verdict.REGRESSED, Verdict.IMPROVED, Verdict.CHANGED})


def honest_sentence(rows: Iterable[Comparison]) -> str:
    """Of rows that belong together; empty where none of them was compared and found quiet."""
    rows = list(rows)
    rest = [row for row in rows if row.verdict in _QUIET]
    if not rest:
        return ""
    if any(row.verdict in _MOVED for row in rows):
        other = "one" if len(rest) == 1 else f"{len(rest):,}"
        nothing = f"In the other {other} nothing moved by more than could be noise"
    else:
        nothing = "No task moved by more than could be noise"
    return f"{nothing}; {_unseen(rest)}."


def largest_unseen(rows: Iterable[Comparison]) -> float:
    """The largest drop that could hide in the quiet ones, as a fraction; 0 where none is known."""
    quiet = (row for row in rows if row.verdict in _QUIET and row.unit in SCALE)
    return max(map(_fraction, quiet), default=0.0)


def _unseen(rest: Sequence[Comparison]) -> str:
    sized = [row for row in rest if row.mde is not None and row.unit in SCALE]
    unsized = sum(row.mde is None for row in rest)
    if not sized:
        return "how large a drop could have gone unseen is not known"
    widest = max(sized, key=_fraction)
    where = f" ({eval_wording.eval_name(widest)})" if len(rest) > 1 else ""
    drop = _fraction(widest)
    size = f"a drop of up to {wording.points(drop)}" if drop < 1 else "any drop at all"
    said = f"{size} could have gone unseen"
    unknown = f", and of {unsized:,} the error is not known at all" if unsized else ""
    return f"{said}{where}{unknown}"


def _fraction(row: Comparison) -> float:
    return (row.mde or 0.0) / SCALE[row.unit or "fraction"]
