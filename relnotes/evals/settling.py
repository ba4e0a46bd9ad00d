"""Settle one difference: may it be compared, by totals or by question, and what follows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from relnotes.evals.comparability import Override, differing_fields, reason_to_ignore
from relnotes.evals.numbers import NO_NUMBERS, Numbers, of_pairs, of_totals
from relnotes.evals.overlap import Pairs, use_of
from relnotes.evals.result import Direction, Kind, Measurement
from relnotes.evals.verdict import CLAIMS, Judgement, Verdict, judge


class Settings(msgspec.Struct, frozen=True):
    """How sure to be; `margin` is the tolerated loss of a metric measured as a fraction."""

    alpha: float = 0.05
    power: float = 0.8
    margin: float | None = 0.02
    min_overlap: float = 0.5
    """Of the questions asked in either release, the share that must be in both."""


DEFAULT_SETTINGS = Settings()


class Question(msgspec.Struct, frozen=True, gc=False):
    """What a difference is judged by."""

    direction: Direction
    margin: float | None
    settings: Settings
    blocking: bool
    rerun: bool = True
    """The same thing ran on both sides, as far as is known."""
    noise: float | None = None
    """How far the old result moved when it was measured again."""


class Found(msgspec.Struct, frozen=True, gc=False):
    """A verdict with the numbers and remarks behind it."""

    judgement: Judgement
    numbers: Numbers = NO_NUMBERS
    remarks: tuple[str, ...] = ()


def settle(
    old: Measurement,
    new: Measurement,
    pairs: Pairs | None,
    asked: Question,
    overrides: Sequence[Override],
    carried_over: bool,
) -> Found:
    """By question where samples explain the totals, else by the totals."""
    hindrance, remarks = _hindrance(old, new, overrides, carried_over)
    if hindrance:
        return Found(hindrance, remarks=remarks)
    if pairs:
        use = use_of(old, new, pairs, asked.settings.min_overlap)
        remarks += use.remarks
        if use.hindrance:
            return Found(Judgement(Verdict.NOT_COMPARABLE, use.hindrance), remarks=remarks)
        if use.scale and (paired := _paired(old, new, pairs, use.scale, asked)):
            return _above_noise(replace(paired, remarks=remarks), asked)
    alpha, power = asked.settings.alpha, asked.settings.power
    numbers = of_totals(old, new, asked.direction, alpha, power)
    return _above_noise(Found(_judge(old, new, numbers, asked), numbers, remarks), asked)


def _above_noise(found: Found, asked: Question) -> Found:
    """What the old release does by itself when measured again is no claim about the new one."""
    delta, noise = found.numbers.delta, asked.noise
    if noise is None or delta is None or abs(delta) > noise:
        return found
    if found.judgement.verdict not in CLAIMS:
        return found
    reason = f"{found.judgement.verdict} by no more than the old release did when measured again"
    return replace(found, judgement=Judgement(Verdict.INCONCLUSIVE, f"{reason} ({noise:.3g})"))


def _paired(
    old: Measurement, new: Measurement, pairs: Pairs, scale: float, asked: Question
) -> Found | None:
    """By question; a verdict that missing scores could turn over is none."""
    alpha, power = asked.settings.alpha, asked.settings.power
    made = of_pairs(old, new, pairs, scale, asked.direction, alpha, power)
    if made is None:
        return None
    numbers = made.numbers
    judgement = _judge(old, new, numbers, asked)
    could_be = [_judge(old, new, one, asked).verdict for one in made.extremes]
    if others := sorted({verdict.value for verdict in could_be} - {judgement.verdict.value}):
        missing = "1 question has" if pairs.missing == 1 else f"{pairs.missing:,} questions have"
        reason = f"{judgement.verdict} by the scores there are, but {missing} none"
        reason += f" and could make it {' or '.join(others)}"
        judgement = Judgement(Verdict.INCONCLUSIVE, reason)
    worst = [one.worst for one in (numbers, *made.extremes) if one.worst is not None]
    best = [one.best for one in (numbers, *made.extremes) if one.best is not None]
    bounded = replace(numbers, worst=min(worst, default=None), best=max(best, default=None))
    return Found(judgement, bounded)


def _judge(old: Measurement, new: Measurement, numbers: Numbers, asked: Question) -> Judgement:
    """Equality is enough for an ordinary metric; a blocking one must show non-inferiority.

    Two models may well get the same share of questions right by chance, so there equality says
    something only of a re-run.
    """
    if numbers.equal and not asked.blocking and (asked.rerun or new.kind is not Kind.BINARY):
        return Judgement(Verdict.HELD)
    if numbers.evidence is None or numbers.delta is None or numbers.worst is None:
        if asked.direction is Direction.UNKNOWN:
            return Judgement(Verdict.CHANGED, "which way is better is not known")
        return Judgement(Verdict.INCONCLUSIVE, _why_no_evidence(old, new))
    return judge(
        gain=sign(asked.direction) * numbers.delta,
        p=numbers.evidence.p,
        worst=numbers.worst,
        mde=numbers.mde or 0.0,
        margin=asked.margin,
        alpha=asked.settings.alpha,
        n=numbers.n,
        blocking=asked.blocking,
    )


def _hindrance(
    old: Measurement, new: Measurement, overrides: Sequence[Override], carried_over: bool
) -> tuple[Judgement | None, tuple[str, ...]]:
    """Why the values must not be compared, if so; and what to remark on their conditions."""
    differing = differing_fields(old, new)
    if not differing and not carried_over and old.value is not None and new.value is not None:
        return None, ()  # as nearly always
    hindering, remarks = [], []
    for difference in differing:
        if not difference.hinders:
            remarks.append(f"known on one side only: {difference}")
        elif reason := reason_to_ignore(difference, overrides):
            remarks.append(f"compared in spite of {difference}: {reason}")
        else:
            hindering.append(str(difference))
    if old.value is None or new.value is None:
        side = "new" if new.value is None else "old"
        return Judgement(Verdict.NOT_MEASURED, f"the {side} result has no value"), tuple(remarks)
    if carried_over:
        reason = "the result is the old release's; nothing was measured again"
        return Judgement(Verdict.NOT_MEASURED, reason), tuple(remarks)
    if hindering:
        return Judgement(Verdict.NOT_COMPARABLE, ", ".join(hindering)), tuple(remarks)
    return None, tuple(remarks)


def _why_no_evidence(old: Measurement, new: Measurement) -> str:
    if 0 in (old.stderr, new.stderr):
        return "a standard error of 0 is no certainty, and the number of questions is not known"
    if old.n and new.n:
        return "no standard error is known"
    return "neither a standard error nor the number of questions is known"


def sign(direction: Direction) -> int:
    return _SIGNS.get(direction, 1)


_SIGNS = {Direction.LOWER: -1}
