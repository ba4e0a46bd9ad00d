"""Behaviours that got worse, that nothing settles, or that nobody measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.obstacles import Obstacle
from relnotes.release.limitations.findings import NOT_JUDGED, eval_name, why_not_judged
from relnotes.release.limitations.known import News, Origin, Unmeasured
from relnotes.release.record import Record
from relnotes.release.review.finders.clearing import mend_or_waive
from relnotes.release.written.review_files import SignalVerdict

_NAMED = 3  # evals of one behaviour that are named; the others are counted


def failing_behaviours(record: Record, at: str) -> Iterator[Obstacle]:
    place = f"{at}/behaviours.yaml"
    yield from _not_measured(record, place)
    blocking = [one for one in record.evals if one.blocking and one.behaviour]
    if record.rollback:
        return  # the numbers are those of the restored release again
    lost = _by_behaviour(one for one in blocking if one.verdict is Verdict.REGRESSED)
    for behaviour, rows in lost.items():
        what = f"{behaviour} is blocking and got worse: {_listed([eval_name(r) for r in rows])}"
        clear = mend_or_waive("BEHAVIOUR_REGRESSED", behaviour)
        yield Obstacle("BEHAVIOUR_REGRESSED", what, place, clear, behaviour)
    unsure = _by_behaviour(one for one in blocking if one.verdict in NOT_JUDGED)
    for behaviour, rows in unsure.items():
        why = _listed([f"{eval_name(row)} {_unsure(row)}" for row in rows])
        what = f"{behaviour} is blocking: {why}"
        clear = mend_or_waive("BEHAVIOUR_INCONCLUSIVE", behaviour, "measure more")
        yield Obstacle("BEHAVIOUR_INCONCLUSIVE", what, place, clear, behaviour)
    told = {*lost, *unsure, *(one.behaviour for one in record.unmeasured)}
    yield from _still_open(record, place, told)


def _not_measured(record: Record, place: str) -> Iterator[Obstacle]:
    uneasy = _uneasy_about(record)
    for one in record.unmeasured:
        why = "is blocking" if one.blocking else "is tracked"
        if one.behaviour in uneasy:
            why = f"{why}, and somebody was uneasy about it"
        yield Obstacle(
            "BEHAVIOUR_NOT_MEASURED",
            f"{one.behaviour} {why}; {one.reason}",
            place,
            mend_or_waive("BEHAVIOUR_NOT_MEASURED", one.behaviour, _measure(one)),
            one.behaviour,
            one.blocking or one.behaviour in uneasy,
        )


def _measure(one: Unmeasured) -> str:
    return "run its evals again" if one.last_measured else "add an eval"


def _uneasy_about(record: Record) -> set[str]:
    signals = record.review.signals if record.review else ()
    return {name for one in signals if one.verdict != SignalVerdict.FINE for name in one.behaviours}


def _unsure(row: Comparison) -> str:
    if row.verdict is Verdict.INCONCLUSIVE and row.n_needed and row.n:
        return f"is inconclusive, {why_not_judged(row)}"
    return why_not_judged(row)


def _still_open(record: Record, place: str, told: set[str]) -> Iterator[Obstacle]:
    """Losses and doubts of an earlier release that nothing has cleared since."""
    for entry in record.limitations:
        code = _CODE_OF.get(entry.origin)
        behaviour = entry.behaviour or ""
        if code and entry.blocking and entry.news is News.STILL_OPEN and behaviour not in told:
            told.add(behaviour)
            what = f"{behaviour} is blocking, and since {entry.since}: {entry.text}"
            yield Obstacle(code, what, place, mend_or_waive(code, behaviour), behaviour)


_CODE_OF = {
    Origin.REGRESSION: "BEHAVIOUR_REGRESSED",
    Origin.INCONCLUSIVE: "BEHAVIOUR_INCONCLUSIVE",
}


def _by_behaviour(rows: Iterable[Comparison]) -> dict[str, list[Comparison]]:
    found: dict[str, list[Comparison]] = {}
    for one in rows:
        found.setdefault(one.behaviour or "", []).append(one)
    return found


def _listed(words: list[str]) -> str:
    more = len(words) - _NAMED
    return "; ".join(words[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
