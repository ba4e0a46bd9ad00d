"""Everything that stands between an incident and a postmortem that can be published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from relnotes.errors import Problem, RelnotesError
from relnotes.incident.check import gaps
from relnotes.incident.check.duties import duties
from relnotes.incident.effective import read_log
from relnotes.incident.facts import Facts
from relnotes.incident.postmortem.blameless import blaming
from relnotes.incident.postmortem.review import postmortem_of, standing
from relnotes.incident.record import Incident
from relnotes.incident.status import OVER, status_from
from relnotes.incident.vocabulary import IncidentKind, Review, Status
from relnotes.obstacles import Obstacle

_NONE_OF_OURS = frozenset({Status.DECLINED, Status.DUPLICATE, Status.FALSE_ALARM})
_HAPPENED = frozenset({IncidentKind.INCIDENT})
_REVIEWED = frozenset({Review.APPROVED, Review.PUBLISHED, Review.WAIVED})


def obstacles(incident: Incident, facts: Facts, today: date) -> tuple[Obstacle, ...]:
    """In the order in which they are best cleared; what the record accepts does not block."""
    found = tuple(dict.fromkeys(_found(incident, facts, today)))
    accepted = {one.code: one.why for one in incident.head.accepted} if incident.head else {}
    return tuple(
        replace(one, what=f"{one.what} (accepted: {accepted[one.code]})", blocking=False)
        if one.code in accepted
        else one
        for one in found
    )


def _found(incident: Incident, facts: Facts, today: date) -> Iterator[Obstacle]:
    yield from (_unreadable(problem) for problem in incident.problems)
    head, log = incident.head, read_log(incident.events)
    for event in log.stray:
        what = f"this {event.kind} is about {event.corrects}, which is not on file"
        yield Obstacle("FILE_UNREADABLE", what, f"{incident.folder}/events", "find the file")
    status = status_from(log.events)
    if head is None or status in _NONE_OF_OURS:
        return
    if head.kind in _HAPPENED:
        yield from gaps.milestones(incident, log.events, over=status in OVER)
    yield from gaps.order(incident, log.events)
    yield from gaps.rollback(incident, head, log.events, facts)
    yield from gaps.mitigations(incident, log.events, facts)
    yield from gaps.lessons(incident, head)
    yield from duties(incident, facts, today)
    if head.kind in _HAPPENED:
        yield from gaps.limitation(incident, head, facts)
        yield from gaps.public_words(incident, head, log.events)
    yield from gaps.withheld_events(incident, head)
    yield from _postmortem(incident)


def _unreadable(problem: Problem) -> Obstacle:
    mend = problem.mend or "mend the file"
    return Obstacle("FILE_UNREADABLE", problem.what, problem.place, mend)


def _postmortem(incident: Incident) -> Iterator[Obstacle]:
    """REVIEW_NOT_APPROVED, QUESTION_OPEN, BLAMING_WORDS."""
    place = f"{incident.folder}/postmortem.md"
    try:
        postmortem = postmortem_of(incident)
    except RelnotesError as error:
        yield from (_unreadable(problem) for problem in error.problems)
        return
    review = standing(postmortem)
    if review not in _REVIEWED:
        yield _not_approved(review, place)
    if postmortem is None or review is Review.WAIVED:
        return
    for question in postmortem.questions:
        what = f"not answered: {' '.join(question.content.split())}"
        mend = "write the answer and take the question out"
        yield Obstacle("QUESTION_OPEN", what, f"{place}:{question.line}", mend, blocking=False)
    for one in blaming(postmortem.body):
        at = f"{place}:{one.line}:{one.column}"
        yield Obstacle("BLAMING_WORDS", f'"{one.words}"', at, one.better, blocking=False)


def _not_approved(review: Review, place: str) -> Obstacle:
    next_step = {
        Review.NOT_STARTED: ("there is no postmortem yet", "relnotes incident postmortem"),
        Review.DRAFT: ("the postmortem is a draft", "relnotes incident postmortem --submit"),
        Review.IN_REVIEW: (
            "nobody has approved the postmortem as it stands",
            "relnotes incident postmortem --approve --as NAME",
        ),
    }
    what, clear = next_step[review]
    return Obstacle("REVIEW_NOT_APPROVED", what, place, clear, subject=review.value)
