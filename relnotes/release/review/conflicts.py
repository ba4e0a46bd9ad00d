"""Where signals, evals and principles disagree about a release, and whether that was decided. Pure.

Whoever is uneasy needs an answer with a name: from the numbers there is none, only a reason to
look again. What speaks for a release counts only if it is about this candidate; what speaks
against it counts whatever candidate it was about, until somebody decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.release.review.record import (
    Conflict,
    ConflictKind,
    Decided,
    Evidence,
    SignalEntry,
)
from relnotes.release.written.bundle import Audience, Behaviour, Horizon
from relnotes.release.written.review_files import Decision, SignalKind, SignalVerdict

NUMBERS = frozenset(
    {SignalKind.OFFLINE_EVAL, SignalKind.SAFETY_EVAL, SignalKind.AB_TEST, SignalKind.CANARY}
)
_GOOD = frozenset({Verdict.IMPROVED, Verdict.HELD})
_BAD = frozenset({Verdict.REGRESSED})


class Heard(msgspec.Struct, frozen=True):
    """All that was said about one release. `decisions` are by path; `hidden` tells of a row
    whether only the house may see it."""

    signals: tuple[SignalEntry, ...]
    comparisons: tuple[Comparison, ...]
    behaviours: tuple[Behaviour, ...]
    decisions: Mapping[str, Decision]
    runs: str
    hidden: Callable[[Comparison], bool] = lambda _: False


class _Voice(msgspec.Struct, frozen=True):
    """One word for or against a release."""

    evidence: Evidence
    is_good: bool
    is_number: bool
    horizon: str | None


def find_conflicts(said: Heard) -> tuple[Conflict, ...]:
    """Every conflict, in the order of the register; the release as a whole comes last."""
    known = {one.id: one for one in said.behaviours}
    whole = tuple(_of_signals(said, None))
    short = _improved_at_once(said, known)
    found = (_conflict(said, one, whole, short) for one in (*said.behaviours, None))
    return tuple(one for one in found if one)


def _conflict(
    said: Heard,
    behaviour: Behaviour | None,
    whole: tuple[_Voice, ...],
    short: tuple[_Voice, ...],
) -> Conflict | None:
    name = behaviour.id if behaviour else None
    own = (*_of_signals(said, name), *_of_evals(said, behaviour)) if behaviour else whole
    for_all = tuple(one for one in whole if one.is_good) if behaviour else _all_evals(said)
    voices = (*own, *for_all)
    preferred = tuple(_preferred(said, name))
    is_long = behaviour is not None and behaviour.horizon == Horizon.LONG
    elsewhere = short if is_long else ()
    kinds = tuple(_kinds(voices, own, preferred, elsewhere))
    if not kinds:
        return None
    opposing = _distinct(one.evidence for one in (*own, *preferred) if not one.is_good)
    return Conflict(
        behaviour=name,
        kinds=kinds,
        favouring=_distinct(one.evidence for one in (*voices, *elsewhere) if one.is_good),
        opposing=opposing,
        decision=_decision(said, name, opposing),
        audience=behaviour.audience if behaviour else Audience.PUBLIC,
    )


def _kinds(
    voices: Sequence[_Voice],
    own: Sequence[_Voice],
    preferred: Sequence[_Voice],
    elsewhere: Sequence[_Voice],
) -> Iterator[ConflictKind]:
    """`own` speak of this behaviour itself, `voices` of the whole release too."""

    def any_of(some: Iterable[_Voice], *, good: bool, number: bool) -> bool:
        return any(one.is_good is good and one.is_number is number for one in some)

    uneasy = any_of(own, good=False, number=False)
    if uneasy:
        answered = any_of(voices, good=True, number=True)
        yield ConflictKind.NUMBERS_AGAINST_PEOPLE if answered else ConflictKind.UNANSWERED
    if any_of(own, good=False, number=True) and any_of(own, good=True, number=False):
        yield ConflictKind.PEOPLE_AGAINST_NUMBERS
    long_bad = [one for one in own if not one.is_good and one.horizon == Horizon.LONG]
    short_good = [one for one in voices if one.is_good and one.horizon == Horizon.SHORT]
    if long_bad and (short_good or elsewhere):
        yield ConflictKind.SHORT_AGAINST_LONG
    if preferred:
        yield ConflictKind.PREFERENCE_AGAINST_PRINCIPLE


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))


# -- who says what -----------------------------------------------------------------------------


def _of_signals(said: Heard, behaviour: str | None) -> Iterator[_Voice]:
    for one in said.signals:
        speaks = behaviour in one.behaviours if behaviour else not one.behaviours
        is_good = one.verdict == SignalVerdict.FINE
        if speaks and (one.is_current or not is_good):
            yield _Voice(
                _evidence_of(one), is_good, one.kind in NUMBERS, _horizon(said, one, behaviour)
            )


def _horizon(said: Heard, one: SignalEntry, behaviour: str | None) -> str | None:
    if one.horizon:
        return one.horizon
    own = next((known.horizon for known in said.behaviours if known.id == behaviour), None)
    return own.value if own else None


def _evidence_of(one: SignalEntry) -> Evidence:
    return Evidence(one.path, one.kind, signal_words(one), one.audience)


def signal_words(one: SignalEntry) -> str:
    """ "3 of 8 uneasy", "18,200, fine"; an earlier candidate is named as such."""
    if one.uneasy is not None and one.count is not None and one.verdict != SignalVerdict.FINE:
        words = f"{one.uneasy:,} of {one.count:,} {_ADJECTIVES.get(one.verdict, one.verdict)}"
    elif one.count is not None:
        words = f"{one.verdict} (n = {one.count:,})"
    else:
        words = one.verdict
    return words if one.is_current else f"{words}, on an earlier candidate"


_ADJECTIVES = {"concern": "concerned", "block": "against it"}


def _of_evals(said: Heard, behaviour: Behaviour | None) -> Iterator[_Voice]:
    """What the numbers of a behaviour say: each loss by its name, the rest counted."""
    if behaviour is None:
        return
    horizon = behaviour.horizon.value if behaviour.horizon else None
    rows = [one for one in said.comparisons if one.behaviour == behaviour.id]
    for one in rows:
        if one.verdict in _BAD:
            yield _Voice(_lost(one, said.hidden(one)), False, True, horizon)
    yield from _counted(rows, said.hidden, horizon)


def _lost(one: Comparison, hidden: bool) -> Evidence:
    name = f"{one.task} ({one.metric})"
    return Evidence(name, "eval", one.verdict.value, _audience(hidden))


def _all_evals(said: Heard) -> tuple[_Voice, ...]:
    return tuple(_counted(said.comparisons, said.hidden, None))


def _counted(
    rows: Iterable[Comparison], hidden: Callable[[Comparison], bool], horizon: str | None
) -> Iterator[_Voice]:
    good = [one for one in rows if one.verdict in _GOOD]
    for inside in (False, True):
        counts = Counter(one.verdict.value for one in good if hidden(one) is inside)
        if counts:
            words = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
            yield _Voice(Evidence("evals", "eval", words, _audience(inside)), True, True, horizon)


def _audience(hidden: bool) -> Audience:
    return Audience.INTERNAL if hidden else Audience.PUBLIC


def _preferred(said: Heard, behaviour: str | None) -> Iterator[_Voice]:
    """Tests that the candidate won with something that a principle speaks against."""
    for one in said.signals:
        if behaviour in one.against and one.verdict == SignalVerdict.FINE:
            words = f"{signal_words(one)}, preferred for what the principle speaks against"
            evidence = Evidence(one.path, one.kind, words, one.audience)
            yield _Voice(evidence, False, one.kind in NUMBERS, one.horizon)


def _improved_at_once(said: Heard, known: Mapping[str, Behaviour]) -> tuple[_Voice, ...]:
    """Gains of behaviours that show in a conversation: what a loss in the long run stands
    against."""
    found: list[_Voice] = []
    for behaviour in known.values():
        if behaviour.horizon == Horizon.SHORT:
            rows = [
                one
                for one in said.comparisons
                if one.behaviour == behaviour.id and one.verdict is Verdict.IMPROVED
            ]
            found += _counted(rows, said.hidden, Horizon.SHORT.value)
    return tuple(found)


# -- decisions ---------------------------------------------------------------------------------


def _decision(said: Heard, behaviour: str | None, opposing: Sequence[Evidence]) -> Decided | None:
    """The decision that counts, else the newest that does not, else None."""
    about = [
        (path, one)
        for path, one in sorted(said.decisions.items(), key=lambda item: (item[1].on, item[0]))
        if one.behaviour == behaviour
    ]
    told = [_decided(path, one, said, opposing) for path, one in about]
    return next((one for one in reversed(told) if not one.missing), told[-1] if told else None)


def _decided(path: str, one: Decision, said: Heard, opposing: Sequence[Evidence]) -> Decided:
    return Decided(
        path=path,
        outcome=one.outcome.value,
        role=one.role,
        by=one.by,
        on=one.on.isoformat(),
        reason=one.reason,
        public=one.public,
        missing=_missing(one, said, opposing),
    )


def _missing(one: Decision, said: Heard, opposing: Sequence[Evidence]) -> str:
    if one.outcome != "release":
        return "it was decided to hold"
    if one.candidate is not None and one.candidate != said.runs:
        return "what runs has changed since the decision"
    late = [each.name for each in opposing if each.name not in one.considered]
    return f"it did not consider {', '.join(late)}" if late else ""
