"""The way of a postmortem from a draft to its publication, and back when its words change."""

from __future__ import annotations

from datetime import date

from relnotes.errors import RelnotesError, fail
from relnotes.incident.postmortem.document import Approval, Postmortem, read
from relnotes.incident.record import Incident
from relnotes.incident.vocabulary import Review


def submitted(postmortem: Postmortem, on: date) -> Postmortem:
    """Given to its readers; no question to the author may be left in it."""
    _refuse_questions(postmortem)
    return postmortem.reviewed(
        review=Review.IN_REVIEW, submitted_on=on, approvals=(), published_on=None, waived=None
    )


def approved(postmortem: Postmortem, name: str, on: date) -> Postmortem:
    """`name` has read it as it stands; an earlier approval of theirs gives way."""
    if postmortem.front.review in (Review.NOT_STARTED, Review.DRAFT, Review.WAIVED):
        mend = "submit it first: relnotes incident postmortem --submit"
        raise fail(postmortem.place, f"it is {_words(postmortem)}, not in review", mend)
    others = tuple(one for one in postmortem.front.approvals if one.by != name)
    approval = Approval(by=name, on=on, text=postmortem.digest)
    kept = postmortem.front.review is Review.PUBLISHED
    return postmortem.reviewed(
        review=Review.PUBLISHED if kept else Review.APPROVED, approvals=(*others, approval)
    )


def published(postmortem: Postmortem, on: date) -> Postmortem:
    """On the site from the next build on; somebody must have approved what it says now."""
    _refuse_questions(postmortem)
    if not postmortem.approved_by:
        what = "nobody has approved what it says now"
        if postmortem.front.approvals:
            names = ", ".join(one.by for one in postmortem.front.approvals)
            what = f"its text has changed since it was approved by {names}"
        mend = "ask for it: relnotes incident postmortem --approve --as NAME"
        raise fail(postmortem.place, what, mend)
    first = postmortem.front.published_on or on
    return postmortem.reviewed(review=Review.PUBLISHED, published_on=first)


def waived(postmortem: Postmortem, reason: str) -> Postmortem:
    """There will be none, and why."""
    return postmortem.reviewed(review=Review.WAIVED, waived=reason)


def standing(postmortem: Postmortem | None) -> Review:
    """Where it is, counting only approvals of what it says now."""
    if postmortem is None:
        return Review.NOT_STARTED
    if postmortem.front.review is Review.APPROVED and not postmortem.approved_by:
        return Review.IN_REVIEW
    return postmortem.front.review


def review_of(incident: Incident) -> Review:
    """The same from what is on file; a draft where the file cannot be read."""
    try:
        return standing(postmortem_of(incident))
    except RelnotesError:
        return Review.DRAFT


def postmortem_of(incident: Incident) -> Postmortem | None:
    """None where there is none; RelnotesError where its markers or its head are damaged."""
    place = f"{incident.folder}/postmortem.md"
    if unread := [one for one in incident.problems if one.place.startswith(place)]:
        raise RelnotesError(unread)
    return None if incident.postmortem is None else read(incident.postmortem, place)


def _refuse_questions(postmortem: Postmortem) -> None:
    if left := postmortem.questions:
        count = "a question is" if len(left) == 1 else f"{len(left)} questions are"
        place = f"{postmortem.place}:{left[0].line}"
        what = f"{count} not answered yet: {' '.join(left[0].content.split())}"
        raise fail(place, what, "write the answer and take the question out")


def _words(postmortem: Postmortem) -> str:
    return postmortem.front.review.value.replace("_", " ")
