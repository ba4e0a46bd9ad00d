"""Results of evals as statements: values, verdict, and what may be claimed of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relnotes.drafting.claims import Claim
from relnotes.drafting.fact import NOT_CLAIMED, Fact, is_plain_name
from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.figures import Figures
from relnotes.evals.result import Direction
from relnotes.publish import wording
from relnotes.publish.evals import honesty
from relnotes.publish.evals import wording as eval_wording
from relnotes.release.record import Record

EVALS_TOLD = 40


def result_facts(record: Record) -> Iterator[Fact]:
    told = [one for one in eval_wording.told(record.evals) if is_plain_name(one.task)]
    shown = told[:EVALS_TOLD]
    counts = eval_wording.counts_sentence(record.eval_summary, first=record.old is None)
    yield Fact(f"Of the evals: {counts}", "every eval result of this release")
    yield from map(_row, shown)
    for one in record.evals:
        if one.verdict is Verdict.NOT_COMPARABLE and not one.blocking and is_plain_name(one.task):
            yield _row(one)
    plain_rows = [one for one in record.evals if is_plain_name(f"{one.task} {one.metric}")]
    if words := honesty.honest_sentence(plain_rows):
        yield Fact(words, "every eval result of this release")


def _row(one: Comparison) -> Fact:
    name = f"{one.task} ({one.metric})" if is_plain_name(one.metric) else one.task
    shown = eval_wording.figures(one)
    change = f", by {shown.change}{_points(one, shown)}" if shown.change else ""
    # Without its "95 %", which would be one more number to write in a wrong place.
    interval = f" (its interval lies between {shown.low} and {shown.high})" if shown.low else ""
    behaviour = f"; it measures {one.behaviour}" if one.behaviour else ""
    grants = _granted(one)
    return Fact(
        f"The eval {name} {_verdict_words(one)}{_values(shown)}{change}{interval}"
        f"{_samples(one)}{behaviour}.",
        one.source_new or one.source_old or "",
        quoted=one.reason,
        names=tuple(filter(None, (one.task, _telling(one.metric), one.behaviour))),
        grants=grants,
        forbids=NOT_CLAIMED - grants,
        needs=_NEEDED.get(one.verdict),
        judged=one.verdict.value,
        measured=True,
    )


def _telling(metric: str) -> str:
    """A metric's name where it is no everyday word, such as "score"."""
    return "" if re.fullmatch(r"[a-z]+", metric) or not is_plain_name(metric) else metric


def _values(shown: Figures) -> str:
    if shown.old and shown.new:
        return f": from {shown.old} to {shown.new}"
    return "".join(f": {value}" for value in (shown.old, shown.new) if value)


def _points(one: Comparison, shown: Figures) -> str:
    """Of the change as it is shown, so that both round to the same."""
    sign, size = shown.change[:1], shown.change[1:]
    if one.unit != "fraction" or sign not in ("+", wording.MINUS):
        return ""
    return f" or by {sign}{wording.points(float(size))}"


def _verdict_words(one: Comparison) -> str:
    if one.verdict is Verdict.INCONCLUSIVE and one.n_needed:
        had = one.n_new or one.n
        run = f", {had:,} were run" if had else ""
        return f"is inconclusive ({one.n_needed:,} questions would settle it{run})"
    return _SAID.get(one.verdict, one.verdict.value)


_SAID = {
    Verdict.INCONCLUSIVE: "is inconclusive",
    Verdict.NOT_COMPARABLE: "is not comparable",
    Verdict.ADDED: "is measured for the first time",
    Verdict.REMOVED: "has no result any more; the one before was",
    Verdict.CHANGED: "changed; which way is better is unknown",
}
_NEEDED = {
    Verdict.INCONCLUSIVE: Claim.OPEN,
    Verdict.NOT_COMPARABLE: Claim.INCOMPARABLE,
    Verdict.NOT_MEASURED: Claim.UNMEASURED,
}


def _granted(one: Comparison) -> frozenset[Claim]:
    """What may be said of a row; of a change whose good direction is unknown, only that."""
    moved = {Claim.UP if (one.delta or 0) > 0 else Claim.DOWN} if one.delta else set()
    match one.verdict:
        case Verdict.IMPROVED:
            return frozenset({Claim.BETTER, *moved})
        case Verdict.REGRESSED:
            return frozenset({Claim.WORSE, *moved})
        case Verdict.CHANGED:
            return frozenset(moved)
        case Verdict.HELD:
            return frozenset({Claim.SAME})
    return frozenset()


def _samples(one: Comparison) -> str:
    direction = "; lower is better" if one.direction is Direction.LOWER else ""
    words = eval_wording.sample_words(one)
    return f"; n is {words}{direction}" if words != eval_wording.UNKNOWN else direction
