"""Limitations that follow from the facts of a release, and when a derived one has ended. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from relnotes.evals.comparison import Comparison, Verdict
from relnotes.evals.figures import figures
from relnotes.evals.index import Pair
from relnotes.evals.result import Direction, Measurement
from relnotes.release.limitations.coverage import Coverage
from relnotes.release.limitations.known import Origin, Unmeasured
from relnotes.release.limitations.ledger import Finding, Ledger
from relnotes.release.record import Combination, Relapse, Rollback
from relnotes.release.written.bundle import Audience, Bundle, Publish, Tested

NOT_JUDGED = frozenset({Verdict.INCONCLUSIVE, Verdict.NOT_COMPARABLE, Verdict.CHANGED})
_JUDGED = frozenset({Verdict.IMPROVED, Verdict.HELD, Verdict.REGRESSED})


class Facts(msgspec.Struct, frozen=True):
    """What was found at one release."""

    tag: str
    pairs: tuple[Pair, ...]
    comparisons: tuple[Comparison, ...]  # of the pairs, in the same order
    coverage: Coverage
    unmeasured: tuple[Unmeasured, ...]
    combination: Combination
    bundle: Bundle
    rollback: Rollback | None
    relapses: tuple[Relapse, ...]
    audience: Callable[[tuple[str, str, str | None]], Audience]
    again: Callable[[Measurement, Measurement, Comparison], Comparison]
    """Compares an older result with a newer one, judged as the row of today was."""


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Every limitation that this release shows by itself."""
    return (
        *_regressions(facts),
        *_not_judged(facts),
        *_not_measured(facts.unmeasured),
        *_combination(facts),
        *_rolled_back(facts.rollback),
        *_relapsed(facts),
    )


def closed(facts: Facts, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Subjects of derived limitations that no longer hold, each with the evidence."""
    return {
        **dict(_recovered(facts, ledger)),
        **dict(_judged(facts, ledger)),
        **dict(_measured(facts, ledger)),
        **dict(_uncombined(facts, ledger)),
        **dict(_moved_on(facts, ledger)),
        **dict(_taken_out_again(facts, ledger)),
    }


# -- regressions -------------------------------------------------------------------------------


def regression_subject(pair: Pair) -> str:
    task, metric, filter_ = pair.key
    return f"regression:{task}:{metric}:{filter_ or 'none'}:{pair.variant}"


def _regressions(facts: Facts) -> Iterator[Finding]:
    if facts.rollback:
        return  # the numbers are those of the restored release again; what is lost is said there
    for pair, one in zip(facts.pairs, facts.comparisons, strict=True):
        if one.verdict is not Verdict.REGRESSED or pair.old is None:
            continue
        yield Finding(
            origin=Origin.REGRESSION,
            subject=regression_subject(pair),
            text=f"{eval_name(one)} {_moved(one)}",
            evidence=_sources(one),
            behaviour=one.behaviour,
            blocking=one.blocking,
            audience=facts.audience(pair.key),
            baseline=pair.old.measurement,
        )


def eval_name(one: Comparison) -> str:
    extra = ", ".join(part for part in (one.filter, one.variant) if part and part != "none")
    return f"{one.task} ({one.metric}{', ' + extra if extra else ''})"


def _moved(one: Comparison) -> str:
    worse = "rose" if one.direction is Direction.LOWER else "fell"
    shown = figures(one)
    return f"{worse} from {shown.old} to {shown.new}"


def _sources(one: Comparison) -> tuple[str, ...]:
    return tuple(source for source in (one.source_old, one.source_new) if source)


def _recovered(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    still = {entry.subject: entry for entry in ledger.open_derived(Origin.REGRESSION)}
    if not still:
        return
    for pair, one in zip(facts.pairs, facts.comparisons, strict=True):
        entry = still.get(regression_subject(pair))
        if entry is None or pair.new is None or one.verdict is Verdict.REGRESSED:
            continue
        baseline = ledger.baselines.get(entry.id)
        if baseline is None:
            continue
        again = facts.again(baseline, pair.new.measurement, one)
        if again.verdict in (Verdict.IMPROVED, Verdict.HELD) or _no_worse(again):
            worse = "rose" if again.direction is Direction.LOWER else "fell"
            shown = figures(again)
            words = f"{shown.new} now; {shown.old} before it {worse}"
            yield entry.subject, (words, *_sources(one)[-1:])


def _no_worse(again: Comparison) -> bool:
    """The number itself is back, whatever could have been seen."""
    if again.delta is None or again.verdict is Verdict.NOT_COMPARABLE:
        return False
    return again.delta <= 0 if again.direction is Direction.LOWER else again.delta >= 0


# -- blocking behaviours that could not be judged ----------------------------------------------


def _not_judged(facts: Facts) -> Iterator[Finding]:
    audiences = {behaviour.id: behaviour.audience for behaviour in facts.coverage.behaviours}
    for pair, one in zip(facts.pairs, facts.comparisons, strict=True):
        if not (one.blocking and one.behaviour and one.verdict in NOT_JUDGED):
            continue
        hidden = facts.audience(pair.key) is Audience.INTERNAL
        yield Finding(
            origin=Origin.INCONCLUSIVE,
            subject=_judgement_subject(pair),
            text=f"Whether {one.behaviour} held could not be shown"
            f" by {eval_name(one)}: {why_not_judged(one)}",
            evidence=_sources(one),
            behaviour=one.behaviour,
            blocking=True,
            audience=Audience.INTERNAL if hidden else audiences[one.behaviour],
        )


def _judgement_subject(pair: Pair) -> str:
    task, metric, filter_ = pair.key
    return f"inconclusive:{task}:{metric}:{filter_ or 'none'}:{pair.variant}"


def why_not_judged(one: Comparison) -> str:
    if one.verdict is Verdict.INCONCLUSIVE and one.n_needed and one.n:
        return f"{one.n_needed:,} questions would settle it, {one.n:,} were run"
    if one.verdict is Verdict.NOT_COMPARABLE:
        return f"not comparable, {one.reason}"
    return one.reason or one.verdict.value


def _judged(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    still = tuple(ledger.open_derived(Origin.INCONCLUSIVE))
    if not still:
        return
    rows = {
        _judgement_subject(pair): one
        for pair, one in zip(facts.pairs, facts.comparisons, strict=True)
    }
    blocking = {one.id for one in facts.coverage.behaviours if one.blocking}
    for entry in still:
        one = rows.get(entry.subject)
        if one is not None and one.verdict in _JUDGED:
            words = f"{eval_name(one)} {one.verdict.value}"
            yield entry.subject, (words, *_sources(one)[-1:])
        elif entry.behaviour not in blocking:
            yield entry.subject, (f"{entry.behaviour} is no blocking behaviour any more",)


# -- behaviours without a result ---------------------------------------------------------------


def _not_measured(unmeasured: Iterable[Unmeasured]) -> Iterator[Finding]:
    for one in unmeasured:
        if one.last_measured and not one.blocking:
            continue  # measured before, and no release depends on it: the note says so, that is all
        yield Finding(
            origin=Origin.UNMEASURED,
            subject=f"unmeasured:{one.behaviour}",
            text=f"Not measured: {one.behaviour}. {_sentence(one.reason)} What is intended: "
            f"{_sentence(one.principle)}",
            behaviour=one.behaviour,
            blocking=one.blocking,
            audience=one.audience,
        )


def _sentence(words: str) -> str:
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def _measured(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    missing = {finding.behaviour for finding in _not_measured(facts.unmeasured)}
    sources: dict[str, list[str]] = {}
    for one in facts.comparisons:
        if one.behaviour and one.source_new:
            sources.setdefault(one.behaviour, []).append(one.source_new)
    known = {behaviour.id for behaviour in facts.coverage.behaviours}
    for entry in ledger.open_derived(Origin.UNMEASURED):
        if entry.behaviour in missing:
            continue
        if entry.behaviour not in known:
            yield entry.subject, (f"{entry.behaviour} was taken out of behaviours.yaml",)
        else:
            found = sources.get(entry.behaviour or "", [])
            yield entry.subject, tuple(dict.fromkeys(found)) or ("what was measured runs again",)


# -- training changes that were never tried together -------------------------------------------


def _combination(facts: Facts) -> Iterator[Finding]:
    combination = facts.combination
    if combination.tested_together is not False:
        return
    public = {one.id for one in facts.bundle.training if one.audience is Audience.PUBLIC}
    named = [one for one in combination.ids if one in public]
    hidden = len(combination.ids) - len(named)
    words = _listed([*named, *([f"{hidden} more"] if hidden else [])])
    yield Finding(
        origin=Origin.COMBINATION,
        subject="combination:" + ",".join(sorted(combination.ids)),
        text=f"{words} reached users together, but were never tested together",
        audience=Audience.PUBLIC if named else Audience.INTERNAL,
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _uncombined(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    tested = {one.id: one.tested for one in facts.bundle.training}
    for entry in ledger.open_derived(Origin.COMBINATION):
        ids = entry.subject.removeprefix("combination:").split(",")
        gone = sum(one not in tested for one in ids)
        if gone:
            words = "all of them" if gone == len(ids) else "a part of them"
            yield entry.subject, (f"{words} no longer in the training of {facts.tag}",)
        elif all(tested[one] in (Tested.COMBINATION, Tested.BOTH) for one in ids):
            yield entry.subject, (f"{facts.tag} says that they were tested together",)


# -- rollbacks ---------------------------------------------------------------------------------


def _rolled_back(rollback: Rollback | None) -> Iterator[Finding]:
    if rollback and rollback.lost:
        lost = "; ".join(rollback.lost)
        yield Finding(
            origin=Origin.ROLLBACK,
            subject=f"rollback:{rollback.restores}",
            text=f"What {_listed(list(rollback.withdraws))} brought is gone again: {lost}",
        )


def _moved_on(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    if facts.rollback or facts.bundle.release.kind != "mainline":
        return
    for entry in ledger.open_derived(Origin.ROLLBACK):
        yield entry.subject, (f"{facts.tag} is a mainline update after the rollback",)


# -- relapses ----------------------------------------------------------------------------------


def _relapsed(facts: Facts) -> Iterator[Finding]:
    for one in facts.relapses:
        if one.similarity < 1:
            continue  # a reworded line is a warning, not yet a fact
        hidden = one.publish == Publish.DIGEST
        yield Finding(
            origin=Origin.RELAPSE,
            subject=_relapse_subject(one),
            text=f"A line that {one.removed_in} had taken out of the {one.prompt} prompt as a "
            f"mitigation is back: “{one.line}”",
            evidence=(f"taken out in {one.removed_in}, back in {facts.tag}",),
            audience=Audience.INTERNAL if hidden else Audience.PUBLIC,
        )


def _relapse_subject(one: Relapse) -> str:
    return f"relapse:{one.prompt}:{one.line}"


def _taken_out_again(facts: Facts, ledger: Ledger) -> Iterator[tuple[str, tuple[str, ...]]]:
    still = {_relapse_subject(one) for one in facts.relapses if one.similarity == 1}
    for entry in ledger.open_derived(Origin.RELAPSE):
        if entry.subject not in still:
            yield entry.subject, (f"the line is not in {facts.tag}",)
