"""The front matter of a postmortem, its review, and wording that blames."""

from __future__ import annotations

from datetime import date

import pytest

from relnotes.errors import RelnotesError
from relnotes.incident.postmortem import review
from relnotes.incident.postmortem.blameless import blaming
from relnotes.incident.postmortem.document import begun, read
from relnotes.incident.vocabulary import Review

PLACE = "incidents/a/postmortem.md"
DAY = date(2026, 5, 21)
LATER = date(2026, 5, 22)


def draft(body="# What happened\n\nIt flattered people.\n"):
    return begun(body, PLACE)


def test_a_new_postmortem_is_a_draft_that_reads_back_as_it_was_written():
    made = draft()

    assert made.text.startswith('---\nschema: "relnotes.postmortem/1"\nreview: "draft"\n---\n')
    assert read(made.text, PLACE) == made
    assert review.standing(made) is Review.DRAFT
    assert review.standing(None) is Review.NOT_STARTED


def test_it_goes_from_draft_to_review_to_approval_to_publication():
    submitted = review.submitted(draft(), DAY)
    approved = review.approved(submitted, "Ines", LATER)
    published = review.published(approved, LATER)

    states = [review.standing(one) for one in (submitted, approved, published)]
    assert states == [Review.IN_REVIEW, Review.APPROVED, Review.PUBLISHED]
    assert [(one.by, one.on) for one in published.front.approvals] == [("Ines", LATER)]
    assert published.front.published_on == LATER
    assert read(published.text, PLACE).text == published.text


def test_an_approval_holds_for_the_words_that_were_read():
    approved = review.approved(review.submitted(draft(), DAY), "Ines", DAY)
    edited = read(approved.text.replace("flattered", "praised"), PLACE)

    assert review.standing(edited) is Review.IN_REVIEW
    with pytest.raises(RelnotesError, match="its text has changed since it was approved by Ines"):
        review.published(edited, LATER)


def test_a_refreshed_block_asks_for_no_new_approval():
    body = "<!-- relnotes:timeline -->\n<!-- /relnotes:timeline -->\nProse.\n"
    approved = review.approved(review.submitted(draft(body), DAY), "Ines", DAY)

    fresh = approved.with_blocks({"timeline": "| now |"})

    assert "| now |" in fresh.text
    assert review.standing(fresh) is Review.APPROVED


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (lambda made: review.approved(made, "Ines", DAY), "it is draft, not in review"),
        (lambda made: review.published(made, DAY), "nobody has approved what it says now"),
    ],
)
def test_a_step_that_comes_too_early_is_refused(step, what):
    with pytest.raises(RelnotesError, match=what):
        step(draft())


def test_it_is_not_submitted_with_a_question_left_in_it():
    made = draft("# Luck\n\n<!-- relnotes:ask Where were\nyou lucky? -->\n")

    with pytest.raises(RelnotesError, match=r"postmortem\.md:8: a question is not answered yet"):
        review.submitted(made, DAY)


def test_a_waiver_has_a_reason():
    waived = review.waived(draft(), "A drill.")

    assert review.standing(waived) is Review.WAIVED
    assert 'waived: "A drill."' in waived.text
    with pytest.raises(RelnotesError, match=r":2:9: a waived postmortem says why"):
        read("---\nreview: waived\n---\n", PLACE)


def test_front_matter_and_body_are_refused_together():
    with pytest.raises(RelnotesError) as error:
        read("---\nreveiw: draft\n---\n\n<!-- relnotes:internal -->\n", PLACE)

    assert f'{PLACE}:2:1: unknown key "reveiw" (did you mean "review"?)' in str(error.value)
    assert f"{PLACE}:5: <!-- relnotes:internal --> is never closed" in str(error.value)


def test_a_merge_conflict_is_named_and_nothing_is_read():
    with pytest.raises(RelnotesError, match=":4: a merge conflict is left in this file"):
        read("---\nreview: draft\n---\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", PLACE)


def test_a_file_without_front_matter_is_a_draft():
    assert read("# Only prose\n", PLACE).text == "# Only prose\n"


def test_a_change_of_the_review_leaves_the_body_and_its_line_ends_alone():
    windows = read("---\r\nreview: draft\r\n---\r\n# Prose  \r\n", PLACE)

    after = review.submitted(windows, DAY).text

    assert after.endswith("---\r\n# Prose  \r\n")
    assert "\n" not in after.replace("\r\n", "")


def test_blame_is_warned_of_with_its_place_and_better_words():
    made = draft("One.\n\nThis was human error, and they should have seen it.\n\n> human error\n")

    found = blaming(made.body)

    assert [(one.line, one.column, one.words) for one in found] == [
        (8, 10, "human error"),
        (8, 32, "should have"),
    ]
    assert found[1].better == "say what they knew at the time"
