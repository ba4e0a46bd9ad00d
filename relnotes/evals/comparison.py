"""Compare an old and a new measurement and say what follows from it.

A claim (improved, regressed) needs a two-sided p ≤ alpha, adjusted where there are many
metrics. Held is shown, not assumed: the one-sided interval excludes a loss of the margin.
A blocking behaviour is judged alone, unadjusted, by non-inferiority. Whatever is none of
these is inconclusive, with the number of questions that would settle it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from relnotes.evals import statistics
from relnotes.evals.comparability import Override
from relnotes.evals.evidence import SCALE
from relnotes.evals.numbers import EQUAL, mean_n
from relnotes.evals.overlap import Pairs
from relnotes.evals.result import Direction, Kind, Measurement
from relnotes.evals.settling import DEFAULT_SETTINGS, Found, Question, Settings, settle, sign
from relnotes.evals.verdict import CLAIMS, Judgement, Verdict, judge

__all__ = ["EQUAL", "SCALE", "Comparison", "Override", "Settings", "Verdict", "adjust", "compare"]


class Comparison(msgspec.Struct, frozen=True, gc=False):
    """One row of a comparison; numbers are in the metric's unit and free of binary noise."""

    task: str
    metric: str
    filter: str | None
    variant: str
    """What tells it from a sibling of the same task, metric and filter: "shots 25"."""
    direction: Direction
    unit: str | None
    verdict: Verdict
    reason: str
    """Why this verdict; empty where the numbers say it."""
    old: float | None
    new: float | None
    delta: float | None
    """new − old, so a negative one is good where lower is better."""
    se: float | None
    ci: tuple[float, float] | None
    """Two-sided interval of `delta` at 1 − alpha."""
    p: float | None
    p_adjusted: float | None
    method: str
    n: int | None
    """The smaller of both sides."""
    n_old: int | None
    n_new: int | None
    source_old: str | None
    source_new: str | None
    """Where the number stands: `v1.1.0:evals/mmlu.json`."""
    mde: float | None
    """The smallest true change that would have been found with the chosen power."""
    worst: float | None
    """One-sided bound of the change for the better; −0.04: a loss of 0.04 is possible."""
    n_needed: int | None
    margin: float | None
    alpha: float
    blocking: bool
    behaviour: str | None
    remarks: tuple[str, ...]
    best: float | None = None
    """The other one-sided bound of the change for the better."""
    paired: bool = False
    """Compared question by question; `delta` is then of the questions scored in both."""
    n_common: int | None = None
    """Questions scored in both; None where no samples are known."""
    coverage: float | None = None
    """The same as a share of all questions asked in either."""
    samples_old: str | None = None
    samples_new: str | None = None
    """Where the scores of single questions lie, if they were compared."""
    noise: float | None = None
    """How far the old result moved by itself, when it was measured again."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Sorts and names a row."""
        return (self.task, self.metric, self.filter or "", self.variant)

    @property
    def passes(self) -> bool:
        """Whether a blocking behaviour may be released with it."""
        return self.verdict in (Verdict.IMPROVED, Verdict.HELD)


def compare(
    old: Measurement | None,
    new: Measurement | None,
    settings: Settings = DEFAULT_SETTINGS,
    *,
    margin: float | None = None,
    blocking: bool = False,
    behaviour: str | None = None,
    overrides: Sequence[Override] = (),
    carried_over: bool = False,
    pairs: Pairs | None = None,
    samples_old: str | None = None,
    samples_new: str | None = None,
    rerun: bool = True,
    noise: float | None = None,
    variant: str = "",
    source_old: str | None = None,
    source_new: str | None = None,
) -> Comparison:
    """The row of two measurements of one key; one of them may be missing.

    `margin` is in the metric's own unit and wins over the settings. `carried_over`: the new
    number stands in the very file of the old release, so nothing was measured again. `pairs`:
    what the samples of both say; they are used if they explain the totals. `rerun`: the same
    weights, prompts and parameters ran on both sides, as far as is known. `noise`: how far the
    old result moved when it was measured again; a claim must exceed it.
    """
    subject = new or old
    if subject is None:
        raise ValueError("nothing to compare: both measurements are missing")
    direction = _direction(old, new)
    if margin is None:
        margin = _default_margin(subject, settings)
    if old and new:
        asked = Question(direction, margin, settings, blocking, rerun, noise)
        found = settle(old, new, pairs, asked, overrides, carried_over)
    else:
        found = Found(Judgement(Verdict.REMOVED if new is None else Verdict.ADDED))
    judgement, numbers = found.judgement, found.numbers
    evidence = numbers.evidence
    n_old, n_new = old.n if old else None, new.n if new else None
    # In the order of the fields: by name it would take eight times as long, and there are many.
    return Comparison(
        subject.task,
        subject.metric,
        subject.filter,
        variant,
        direction,
        subject.unit,
        judgement.verdict,
        judgement.reason,
        old.value if old else None,
        new.value if new else None,
        _clean(numbers.delta),
        _clean(evidence.se) if evidence else None,
        (_rounded(evidence.ci[0]), _rounded(evidence.ci[1])) if evidence else None,
        _clean(evidence.p) if evidence else None,
        None,  # adjusted later, among its siblings
        numbers.method,
        pairs.sums.n if pairs and numbers.paired else _smaller(n_old, n_new),
        n_old,
        n_new,
        source_old,
        source_new,
        _clean(numbers.mde),
        _clean(numbers.worst),
        judgement.n_needed,
        _clean(margin),
        settings.alpha,
        blocking,
        behaviour,
        found.remarks,
        best=_clean(numbers.best),
        paired=numbers.paired,
        n_common=pairs.sums.n if pairs else None,
        coverage=_clean(pairs.coverage) if pairs else None,
        samples_old=samples_old if numbers.paired else None,
        samples_new=samples_new if numbers.paired else None,
        noise=_clean(noise),
    )


def adjust(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """The same rows in the same order, their claims adjusted for how many there are.

    One family: every row that could become a claim (comparable, direction known, not
    blocking), by Benjamini and Hochberg. A claim that does not survive is judged again.
    """
    rows = list(comparisons)
    family = [index for index, row in enumerate(rows) if _could_claim(row)]
    p_values = [row.p for index in family if (row := rows[index]).p is not None]
    adjusted = statistics.benjamini_hochberg(p_values)
    for index, p in zip(family, adjusted, strict=True):
        rows[index] = _adjusted(rows[index], _rounded(p), len(family))
    return tuple(rows)


def _could_claim(row: Comparison) -> bool:
    return row.p is not None and row.worst is not None and not row.blocking


def _adjusted(row: Comparison, p: float, family: int) -> Comparison:
    claimed = row.verdict in CLAIMS
    if p <= row.alpha or not claimed or row.delta is None or row.worst is None:
        return replace(row, p_adjusted=p)
    judgement = judge(
        gain=sign(row.direction) * row.delta,
        p=p,
        worst=row.worst,
        mde=row.mde or 0.0,
        margin=row.margin,
        alpha=row.alpha,
        n=row.n_common if row.paired else mean_n(row.n_old, row.n_new),
        blocking=False,
    )
    reason = f"not significant among {family} comparisons"
    return replace(
        row,
        p_adjusted=p,
        verdict=judgement.verdict,
        reason=f"{reason}; {judgement.reason}" if judgement.reason else reason,
        n_needed=judgement.n_needed,
    )


def _direction(old: Measurement | None, new: Measurement | None) -> Direction:
    """The direction of whichever side knows it; sides that contradict are not comparable."""
    if new and new.direction is not Direction.UNKNOWN:
        return new.direction
    return old.direction if old else Direction.UNKNOWN


def _default_margin(measurement: Measurement, settings: Settings) -> float | None:
    scale = SCALE.get(measurement.unit or "")
    if settings.margin is None or scale is None or measurement.kind is Kind.UNBOUNDED:
        return None
    return settings.margin * scale


def _smaller(old: int | None, new: int | None) -> int | None:
    return min(old, new) if old is not None and new is not None else old or new


def _clean(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.12g}")


def _rounded(value: float) -> float:
    """Without binary noise: 12 significant digits."""
    return float(f"{value:.12g}")
