"""Where signals disagree, and what a decision has to cover."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.evals.comparison import Comparison
from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict
from relnotes.release.review.conflicts import Heard, find_conflicts
from relnotes.release.review.record import Conflict, ConflictKind, SignalEntry
from relnotes.release.written.bundle import Audience, Behaviour, Horizon
from relnotes.release.written.review_files import Decision, SignalKind, SignalVerdict

RUNS = "digest-of-now"
PEOPLE, NUMBERS = ConflictKind.NUMBERS_AGAINST_PEOPLE, ConflictKind.PEOPLE_AGAINST_NUMBERS


def signal(kind: str, verdict: str, *behaviours: str, **more: Any) -> SignalEntry:
    fields: dict[str, Any] = {
        "path": f"signals/{kind}-{verdict}.yaml",
        "kind": kind,
        "on": "2026-01-05",
        "verdict": verdict,
        "found": "…",
        "behaviours": behaviours,
        "against": (),
        "role": None,
        "tried": None,
        "count": None,
        "uneasy": None,
        "quotes": (),
        "horizon": None,
        "candidate": RUNS,
        "is_current": True,
        "audience": Audience.INTERNAL,
    }
    return SignalEntry(**{**fields, **more})


def row(behaviour: str, verdict: Verdict) -> Comparison:
    filled = dict.fromkeys(Comparison.__struct_fields__)
    given_ = {"task": behaviour, "metric": "acc", "variant": "", "verdict": verdict, "alpha": 0.05}
    fixed = {"direction": Direction.HIGHER, "reason": "", "method": "", "blocking": False}
    lists = {"remarks": (), "behaviour": behaviour}
    return Comparison(**{**filled, **given_, **fixed, **lists})


def behaviour(name: str, **more: Any) -> Behaviour:
    return Behaviour(id=name, principle="Is so.", **more)


def decision(about: str | None, **more: Any) -> Decision:
    fields: dict[str, Any] = {"behaviour": about, "outcome": "release", "by": "Ada"}
    words = {"on": "2026-01-06", "reason": "r", "public": "p", "candidate": RUNS}
    return Decision(**{**fields, **words, **more})


def conflicts(
    *signals: SignalEntry, rows: Any = (), register: Any = None, decisions: Any = None
) -> tuple[Conflict, ...]:
    known = register or (behaviour("tone"), behaviour("truth"))
    return find_conflicts(Heard(signals, tuple(rows), known, decisions or {}, RUNS))


UNEASY = signal("expert-test", "uneasy", "tone", count=8, uneasy=3)
AB_TEST = signal("ab-test", "fine", "tone", count=18_400)


def test_good_numbers_and_uneasy_people_are_a_conflict():
    (found,) = conflicts(UNEASY, AB_TEST)

    assert (found.behaviour, found.kinds) == ("tone", (PEOPLE,))
    assert [one.words for one in found.opposing] == ["3 of 8 uneasy"]
    assert [one.words for one in found.favouring] == ["fine (n = 18,400)"]


@pytest.mark.parametrize("verdict", [Verdict.IMPROVED, Verdict.HELD])
def test_an_eval_of_the_same_behaviour_is_a_number_too(verdict):
    (found,) = conflicts(UNEASY, rows=[row("tone", verdict)])

    assert found.kinds == (PEOPLE,)


def test_numbers_of_another_behaviour_answer_nobody():
    (found,) = conflicts(UNEASY, rows=[row("truth", Verdict.IMPROVED)])

    assert found.kinds == (ConflictKind.UNANSWERED,)


def test_a_test_of_the_whole_release_stands_against_unease_about_a_part():
    (found,) = conflicts(UNEASY, signal("ab-test", "fine"))

    assert found.kinds == (PEOPLE,)


def test_bad_numbers_and_content_people_are_a_conflict():
    (found,) = conflicts(
        signal("expert-test", "fine", "tone"), rows=[row("tone", Verdict.REGRESSED)]
    )

    assert found.kinds == (NUMBERS,)
    assert [one.name for one in found.opposing] == ["tone (acc)"]


def test_bad_numbers_and_uneasy_people_agree_and_still_need_an_answer():
    (found,) = conflicts(UNEASY, rows=[row("tone", Verdict.REGRESSED)])

    assert found.kinds == (ConflictKind.UNANSWERED,)


def test_better_at_once_and_worse_in_the_long_run_is_a_conflict():
    (found,) = conflicts(
        signal("canary", "fine", "tone", horizon="short"),
        signal("user-feedback", "concern", "tone", horizon="long"),
    )

    assert ConflictKind.SHORT_AGAINST_LONG in found.kinds


def test_what_shows_at_once_may_gain_while_what_shows_late_loses():
    register = (
        behaviour("thumbs", horizon=Horizon.SHORT),
        behaviour("trust", horizon=Horizon.LONG),
    )
    rows = [row("thumbs", Verdict.IMPROVED), row("trust", Verdict.REGRESSED)]

    (found,) = conflicts(signal("canary", "fine", "thumbs"), rows=rows, register=register)

    assert (found.behaviour, found.kinds) == ("trust", (ConflictKind.SHORT_AGAINST_LONG,))


def test_winning_with_what_a_principle_speaks_against_is_a_conflict():
    (found,) = conflicts(signal("ab-test", "fine", "tone", against=("truth",)))

    assert (found.behaviour, found.kinds) == (
        "truth",
        (ConflictKind.PREFERENCE_AGAINST_PRINCIPLE,),
    )


def test_content_people_and_good_numbers_agree():
    assert conflicts(signal("spot-check", "fine", "tone"), AB_TEST) == ()


def test_an_uneasy_word_about_the_whole_release_needs_an_answer():
    (found,) = conflicts(signal("spot-check", "uneasy"), rows=[row("tone", Verdict.HELD)])

    assert (found.behaviour, found.kinds) == (None, (PEOPLE,))


def test_praise_of_an_earlier_candidate_speaks_for_nothing_and_unease_still_does():
    (found,) = conflicts(UNEASY, signal("ab-test", "fine", "tone", is_current=False))
    assert found.kinds == (ConflictKind.UNANSWERED,)

    (found,) = conflicts(signal("expert-test", "uneasy", "tone", is_current=False), AB_TEST)
    assert found.opposing[0].words == "uneasy, on an earlier candidate"


# -- decisions -------------------------------------------------------------------------------------


def decided(**more: Any) -> Conflict:
    considered = {"considered": (UNEASY.path,), **more}
    (found,) = conflicts(UNEASY, AB_TEST, decisions={"d.yaml": decision("tone", **considered)})
    return found


def test_a_decision_counts_for_what_it_considered():
    assert decided().is_decided


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"considered": ()}, f"it did not consider {UNEASY.path}"),
        ({"candidate": "digest-of-then"}, "what runs has changed since the decision"),
        ({"outcome": "hold"}, "it was decided to hold"),
    ],
)
def test_a_decision_that_does_not_fit_says_why(more, missing):
    found = decided(**more)

    assert not found.is_decided
    assert found.decision
    assert found.decision.missing == missing


def test_a_decision_about_another_behaviour_decides_nothing():
    (found,) = conflicts(UNEASY, decisions={"d.yaml": decision("truth", considered=[UNEASY.path])})

    assert found.decision is None


def test_the_decision_that_counts_goes_before_a_newer_one_that_does_not():
    fits = decision("tone", considered=[UNEASY.path])
    newer = decision("tone", on="2026-02-01")

    (found,) = conflicts(UNEASY, decisions={"a.yaml": fits, "b.yaml": newer})

    assert found.is_decided


# -- laws ------------------------------------------------------------------------------------------

SIGNALS = st.builds(
    lambda number, kind, verdict, behaviours, current, horizon: signal(
        kind,
        verdict,
        *sorted(behaviours),
        path=f"signals/{number}.yaml",
        is_current=current,
        horizon=horizon,
    ),
    st.uuids(),
    st.sampled_from([one.value for one in SignalKind]),
    st.sampled_from([one.value for one in SignalVerdict]),
    st.sets(st.sampled_from(["tone", "truth"])),
    st.booleans(),
    st.sampled_from([None, "short", "long"]),
)
ROWS = st.builds(row, st.sampled_from(["tone", "truth"]), st.sampled_from(list(Verdict)))


@given(st.lists(SIGNALS, max_size=5), st.lists(ROWS, max_size=4), SIGNALS)
def test_one_more_signal_never_removes_a_conflict(signals, rows, more):
    before = {one.behaviour for one in conflicts(*signals, rows=rows)}
    after = {one.behaviour for one in conflicts(*signals, more, rows=rows)}

    assert before <= after


@given(st.lists(SIGNALS, max_size=5), st.lists(ROWS, max_size=4), SIGNALS)
def test_one_more_signal_never_decides_anything(signals, rows, more):
    names = [one.path for one in signals if one.verdict != "fine"]
    numbers = [f"{one.task} (acc)" for one in rows]
    all_ = {
        f"{about}.yaml": decision(about, considered=[*names, *numbers])
        for about in ("tone", "truth", None)
    }

    def open_(*given_: SignalEntry) -> set[str | None]:
        found = conflicts(*given_, rows=rows, decisions=all_)
        return {one.behaviour for one in found if not one.is_decided}

    assert open_(*signals) == set()
    assert open_(*signals) <= open_(*signals, more)


@given(st.lists(SIGNALS, max_size=6), st.lists(ROWS, max_size=4))
def test_every_uneasy_person_stands_in_a_conflict_about_what_they_said(signals, rows):
    found = {one.behaviour: one for one in conflicts(*signals, rows=rows)}

    for one in signals:
        if one.verdict != "fine" and one.kind not in (
            "offline-eval",
            "safety-eval",
            "ab-test",
            "canary",
        ):
            for name in one.behaviours or (None,):
                assert one.path in [each.name for each in found[name].opposing]
