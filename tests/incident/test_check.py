"""`incident check`: each obstacle by its code, and what makes it go away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from incidentkit import correction, event, incident, minute, retraction

from relnotes.errors import Problem
from relnotes.incident.check.checking import obstacles
from relnotes.incident.check.debt import debts
from relnotes.incident.check.duties import duties
from relnotes.incident.event import Mitigation, Rollback
from relnotes.incident.facts import NOTHING_ASKED, Comeback, Facts
from relnotes.incident.postmortem import review
from relnotes.incident.postmortem.document import begun
from relnotes.incident.record import (
    Accepted,
    BlindSpot,
    EvalToAdd,
    Filed,
    FollowUp,
    Releases,
)
from relnotes.incident.vocabulary import (
    EventKind,
    FollowUpState,
    FollowUpType,
    Gate,
    IncidentKind,
    Outcome,
    Review,
    Visibility,
)

TODAY = date(2026, 6, 1)
COMMIT = "4be1" * 10
TIMES = {
    EventKind.ROLLOUT_STARTED: "2026-05-12 08:00",
    EventKind.DETECTED: "2026-05-14 08:00",
    EventKind.DECLARED: "2026-05-14 09:00",
    EventKind.MITIGATION_APPLIED: "2026-05-15 20:00",
    EventKind.ROLLBACK_STARTED: "2026-05-18 07:00",
    EventKind.ROLLBACK_COMPLETED: "2026-05-18 14:00",
    EventKind.RESOLVED: "2026-05-18 15:00",
    EventKind.PUBLIC_STATEMENT: "2026-05-15 21:00",
}
FACTS = Facts(
    releases=frozenset({"v1", "v2"}),
    commits=frozenset({COMMIT}),
    evals={"sycophancy": "v3"},
    told={"KL0031": "2026-05-21"},
)


def events(**without_or_changed):
    more = {
        EventKind.MITIGATION_APPLIED: {"mitigation": Mitigation(commit=COMMIT)},
        EventKind.ROLLBACK_STARTED: {"rollback": Rollback(to="v1")},
    }
    return [
        event(kind, without_or_changed.get(kind.value, at), **more.get(kind, {}))
        for kind, at in TIMES.items()
        if without_or_changed.get(kind.value, at) is not None
    ]


def followup(**fields):
    values = {"what": "Run the eval.", "type": FollowUpType.EVAL, "owner": "Ines", **fields}
    return Filed("01-run", "incidents/x/followups/01-run.yaml", FollowUp(**values))


def whole(logged=None, **head):
    """An incident that nothing is missing from, but for what is given."""
    made = begun("# What happened\n\nIt flattered people.\n", "incidents/x/postmortem.md")
    approved = review.approved(review.submitted(made, TODAY), "Ines", TODAY)
    values = {
        "visibility": Visibility.PUBLIC,
        "releases": Releases(line="wren", introduced_in="v2", rolled_back_to="v1"),
        "blind_spots": (BlindSpot(gate=Gate.OFFLINE_EVALS, what="No eval."),),
        "evals_to_add": (EvalToAdd(eval="sycophancy"),),
        "limitations": ("KL0031",),
        **head,
    }
    filed = values.pop("followups", (followup(),))
    one = incident(events() if logged is None else logged, filed, **values)
    return replace(one, postmortem=approved.text)


def codes(one, facts=FACTS):
    return [found.code for found in obstacles(one, facts, TODAY)]


def test_a_whole_record_has_no_obstacle():
    assert obstacles(whole(), FACTS, TODAY) == ()


@pytest.mark.parametrize("kind", ["rollout_started", "detected", "declared"])
def test_a_milestone_that_nobody_logged_is_missing(kind):
    (found,) = obstacles(whole(events(**{kind: None})), FACTS, TODAY)

    assert (found.code, found.subject, found.blocking) == ("MISSING_MILESTONE", kind, True)


def test_what_is_over_was_softened_somehow():
    logged = events(mitigation_applied=None, rollback_started=None, rollback_completed=None)

    assert codes(whole(logged)) == ["MISSING_MILESTONE"]
    assert codes(whole([one for one in logged if one.kind is not EventKind.RESOLVED])) == []


def test_what_ends_before_it_begins_is_named_with_by_how_much():
    logged = events(rollback_completed="2026-05-18 04:00")

    (found,) = obstacles(whole(logged), FACTS, TODAY)

    assert found.code == "EVENT_ORDER"
    assert found.what == "rollback completed 3 h before rollback started"


def test_an_event_before_the_rollout_is_out_of_order_and_a_retracted_one_is_not():
    early = event(EventKind.DETECTED, "2026-05-10 08:00")

    assert codes(whole([*events(detected=None), early])) == ["EVENT_ORDER"]
    assert codes(whole([*events(), early, retraction(early)])) == []


def test_a_rollback_says_to_what_and_that_is_a_release():
    nameless = event(EventKind.ROLLBACK_STARTED, "2026-05-18 07:00")
    logged = [nameless, *events(rollback_started=None)]
    unnamed = Releases(introduced_in="v2")

    assert codes(whole(logged, releases=unnamed)) == ["NO_ROLLBACK_TARGET"]
    assert codes(whole(), replace(FACTS, releases=frozenset({"v2"}))) == [
        "ROLLBACK_TARGET_NOT_IN_GIT"
    ]
    assert codes(whole(), replace(FACTS, releases=None)) == []


def test_a_mitigation_has_its_commit_and_the_history_has_it_too():
    nameless = event(EventKind.MITIGATION_APPLIED, "2026-05-15 20:00")

    assert codes(whole([nameless, *events(mitigation_applied=None)])) == [
        "MITIGATION_COMMIT_UNKNOWN"
    ]
    (found,) = obstacles(whole(), replace(FACTS, commits=frozenset()), TODAY)
    assert found.what == (
        "the mitigation's commit 4be14be14be1 is not in the history; was it rebased?"
    )


def test_an_incident_teaches_something():
    found = codes(whole(blind_spots=(), evals_to_add=(), followups=(followup(owner=None),)))

    assert found == ["NO_BLIND_SPOT", "NO_EVAL_PLANNED", "FOLLOWUP_WITHOUT_OWNER"]


def test_a_follow_up_is_overdue_the_day_after_it_is_due():
    late = followup(due=date(2026, 5, 31))

    (found,) = obstacles(whole(followups=(late,)), FACTS, TODAY)

    assert (found.code, found.what) == ("FOLLOWUP_OVERDUE", "Run the eval: 1 day late (Ines)")
    assert codes(whole(followups=(followup(due=TODAY),))) == []
    done = followup(due=date(2026, 5, 31), state=FollowUpState.DONE)
    assert codes(whole(followups=(done,))) == []


def test_an_eval_that_was_promised_is_a_debt_until_a_later_release_has_it():
    (unpaid,) = obstacles(whole(), replace(FACTS, evals={}), TODAY)

    assert (unpaid.code, unpaid.subject, unpaid.blocking) == ("EVAL_DEBT", "sycophancy", False)
    assert [one.paid_in for one in debts(whole(), FACTS.evals)] == ["v3"]


def test_a_follow_up_and_the_record_that_promise_one_eval_are_one_debt():
    both = whole(followups=(followup(eval="sycophancy"), followup(eval="flattery")))

    assert [(one.eval, one.followup) for one in debts(both, {})] == [
        ("sycophancy", "01-run"),
        ("flattery", "01-run"),
    ]


def test_a_removed_line_that_stands_again_blocks_and_one_that_is_close_is_said():
    line = "Match the user's mood."
    back = Comeback("x", "v4", "bundle/prompts/system.md", line, line, 1.0)
    near = replace(back, found="Try to match the mood.", similarity=0.81)

    verbatim, reworded = obstacles(whole(), replace(FACTS, comebacks=(back, near)), TODAY)

    assert verbatim.code == reworded.code == "RELAPSED"
    assert (verbatim.blocking, reworded.blocking) == (True, False)
    assert verbatim.what == (
        'the line "Match the user\'s mood.", taken out by a mitigation, stands in v4 again'
    )
    assert "(81 % alike)" in reworded.what


def test_the_affected_release_tells_of_it():
    (found,) = obstacles(whole(limitations=()), replace(FACTS, told={}), TODAY)

    assert (found.code, found.subject) == ("LIMITATION_NOT_BACKFILLED", "v2")
    assert codes(whole(), replace(FACTS, told={})) == ["LIMITATION_NOT_BACKFILLED"]
    assert codes(whole(), replace(FACTS, told=None)) == []


def test_what_is_public_was_said_in_public():
    logged = events(public_statement=None)

    assert codes(whole(logged)) == ["NO_PUBLIC_STATEMENT"]
    assert codes(whole(logged, visibility=Visibility.INTERNAL)) == []


def test_an_event_that_a_correction_keeps_from_the_public_is_said():
    told = events()
    word = told[-1].model_copy(update={"visibility": Visibility.PUBLIC})
    fix = correction(word, text="Not for everybody.")

    (found,) = obstacles(whole([*told[:-1], word, fix]), FACTS, TODAY)
    assert (found.code, found.subject, found.blocking) == (
        *("EVENT_WITHHELD", "public_statement"),
        False,
    )


def test_a_postmortem_is_approved_as_it_stands():
    edited = replace(whole(), postmortem=whole().postmortem.replace("people", "everybody"))
    found = [
        (one.code, one.subject)
        for text in (None, begun("Prose.\n", "x").text)
        for one in obstacles(replace(whole(), postmortem=text), FACTS, TODAY)
    ]

    assert found == [
        ("REVIEW_NOT_APPROVED", Review.NOT_STARTED),
        ("REVIEW_NOT_APPROVED", Review.DRAFT),
    ]
    assert [one.subject for one in obstacles(edited, FACTS, TODAY)] == [Review.IN_REVIEW]


def test_questions_and_blaming_words_are_said_with_their_place_and_do_not_block():
    text = whole().postmortem + "<!-- relnotes:ask Why? -->\nHuman error.\n"

    found = {one.code: one for one in obstacles(replace(whole(), postmortem=text), FACTS, TODAY)}

    assert found["QUESTION_OPEN"].what == "not answered: Why?"
    assert found["BLAMING_WORDS"].place.endswith("/postmortem.md:13:1")
    assert [one.blocking for one in found.values()][-2:] == [False, False]


def test_a_file_that_cannot_be_read_is_an_obstacle_and_hides_no_other():
    broken = replace(
        whole(followups=(followup(owner=None),)),
        problems=(Problem("incidents/x/events/1.yaml:3:1", "unknown key", "mend it"),),
        postmortem="<!-- relnotes:internal -->",
    )

    assert codes(broken) == ["FILE_UNREADABLE", "FOLLOWUP_WITHOUT_OWNER", "FILE_UNREADABLE"]


def test_a_record_may_accept_an_obstacle_with_a_reason():
    accepted = (Accepted(code="NO_PUBLIC_STATEMENT", why="Said in person."),)

    (found,) = obstacles(whole(events(public_statement=None), accepted=accepted), FACTS, TODAY)

    assert not found.blocking
    assert found.what.endswith("(accepted: Said in person.)")


def test_a_drill_has_no_rollout_no_statement_and_no_limitation():
    assert (
        codes(
            whole(
                [event(EventKind.DETECTED, minute("2026-05-14 08:00"))],
                kind=IncidentKind.DRILL,
                limitations=(),
            )
        )
        == []
    )


def test_what_was_a_false_alarm_asks_for_nothing():
    alarm = [event(EventKind.CLOSED, "2026-05-14 08:00", outcome=Outcome.FALSE_ALARM)]

    assert codes(replace(whole(alarm, blind_spots=()), postmortem=None)) == []


def test_what_lasts_is_asked_for_at_every_later_release():
    one = whole(followups=(followup(due=date(2026, 5, 1)),))
    back = Comeback("x", "v4", "prompts/system.md", "a line of it", "a line of it", 1.0)

    found = duties(one, replace(FACTS, evals={}, comebacks=(back,)), TODAY)

    assert [one.code for one in found] == ["FOLLOWUP_OVERDUE", "EVAL_DEBT", "RELAPSED"]
    assert duties(whole(), FACTS, TODAY) == ()


def test_without_a_repository_nothing_is_claimed_of_it():
    assert codes(whole(), NOTHING_ASKED) == ["EVAL_DEBT"]
