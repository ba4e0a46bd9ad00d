"""What the numbers of a comparison allow to be said, and why no more."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals import statistics


class Verdict(StrEnum):
    """What a comparison allows to be said."""

    IMPROVED = "improved"
    HELD = "held"
    REGRESSED = "regressed"
    INCONCLUSIVE = "inconclusive"
    CHANGED = "changed"
    NOT_COMPARABLE = "not comparable"
    ADDED = "added"
    REMOVED = "removed"
    NOT_MEASURED = "not measured"


CLAIMS = frozenset({Verdict.IMPROVED, Verdict.REGRESSED})


def verdicts_named(words: str) -> frozenset[Verdict]:
    """`regressed,not-comparable` as verdicts; RelnotesError for words that are none."""
    known = {verdict.value.replace(" ", "-"): verdict for verdict in Verdict}
    asked = [word.strip().lower() for word in words.split(",") if word.strip()]
    asked = [word.replace(" ", "-").replace("_", "-") for word in asked]
    if unknown := [word for word in asked if word not in known]:
        from relnotes.validation import did_you_mean  # slow to import, and seldom needed

        mend = f"verdicts: {', '.join(known)}"
        raise RelnotesError(
            Problem("--fail-on", f'"{word}" is no verdict{did_you_mean(word, list(known))}', mend)
            for word in unknown
        )
    return frozenset(known[word] for word in asked)


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """A verdict with its reason; the reason is empty where the numbers say it."""

    verdict: Verdict
    reason: str = ""
    n_needed: int | None = None


def judge(
    *,
    gain: float,
    p: float,
    worst: float,
    mde: float,
    margin: float | None,
    alpha: float,
    n: float | None,
    blocking: bool,
) -> Judgement:
    """The verdict on a change for the better of `gain`, at worst `worst` (one-sided).

    Not blocking: a significant change is a claim, even a loss within the margin. Blocking: a
    loss that is surely smaller than the margin is held, as the margin is there to allow it.
    """
    significant = p <= alpha
    excluded = margin is not None and worst > -margin
    if significant and gain > 0:
        return Judgement(Verdict.IMPROVED)
    if blocking and excluded:
        loss = f"a loss of {-gain:.3g} is real, and smaller than the margin" if significant else ""
        return Judgement(Verdict.HELD, loss)
    if significant:
        return Judgement(Verdict.REGRESSED)
    if excluded:
        return Judgement(Verdict.HELD)
    return _inconclusive(mde, margin, n)


def _inconclusive(mde: float, margin: float | None, n: float | None) -> Judgement:
    if not margin:
        return Judgement(
            Verdict.INCONCLUSIVE, "no margin is set, so nothing can show that it has held"
        )
    reason = f"a loss of {margin:.3g} cannot be excluded"
    needed = statistics.n_needed(n, mde, margin) if n else None
    if needed is None or n is None:
        return Judgement(Verdict.INCONCLUSIVE, reason)
    if needed <= n:
        return Judgement(Verdict.INCONCLUSIVE, f"{reason}: what was measured lies close to it")
    return Judgement(
        Verdict.INCONCLUSIVE,
        f"{reason}: {needed:,} questions would settle it, {n:,.0f} were asked",
        needed,
    )
