"""What a log says after corrections and retractions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incidentkit import correction, event, minute, retraction
from pydantic import ValidationError

from relnotes.incident.effective import effective_events, read_log
from relnotes.incident.event import Event, Restated
from relnotes.incident.vocabulary import EventKind


def _note(text: str = "first words") -> Event:
    return event(EventKind.NOTE, "2026-05-01 10:00", text=text)


def test_a_correction_replaces_what_it_restates_and_nothing_else() -> None:
    note = _note()

    (now,) = effective_events([note, correction(note, at=minute("2026-05-01 09:00"))])

    assert now.at == minute("2026-05-01 09:00")
    assert (now.id, now.text, now.recorded_at) == (note.id, note.text, note.recorded_at)


def test_what_was_corrected_stays_in_the_history() -> None:
    note = _note()
    fix = correction(note, text="better words")

    (entry,) = read_log([note, fix]).entries

    assert entry.original is note
    assert entry.event.text == "better words"
    assert entry.corrections == (fix,)


def test_of_several_corrections_the_last_recorded_wins_for_each_thing_said() -> None:
    note = _note()
    first = correction(note, text="second words", by="Ada")
    last = correction(note, text="third words")

    (now,) = effective_events([last, note, first])

    assert (now.text, now.by) == ("third words", "Ada")


def test_a_correction_can_say_that_something_is_not_known_after_all() -> None:
    step = event(EventKind.ROLLOUT_STEP, "2026-05-01 10:00", share=0.5)

    (now,) = effective_events([step, correction(step, share=None)])

    assert now.share is None


def test_a_correction_of_a_correction_changes_what_that_one_says() -> None:
    note = _note()
    fix = correction(note, text="bettr words", by="Ada")

    (now,) = effective_events([note, fix, correction(fix, text="better words")])

    assert (now.text, now.by) == ("better words", "Ada")


def test_a_retracted_event_is_in_the_history_and_nowhere_else() -> None:
    note = _note()
    gone = retraction(note)

    log = read_log([note, gone])

    assert log.events == ()
    assert [(one.original, one.retraction) for one in log.entries] == [(note, gone)]


def test_an_amendment_without_its_event_is_said_and_changes_nothing() -> None:
    note, lost = _note(), _note()
    stray = correction(lost, text="better words")
    follower = correction(stray, text="best words")

    log = read_log([note, stray, follower])

    assert log.events == (note,)
    assert log.stray == (stray, follower)


def test_corrections_that_correct_each_other_are_stray() -> None:
    one = correction(_note(), text="a")
    other = correction(one, text="b")
    circle = one.model_copy(update={"corrects": other.id})

    assert read_log([circle, other]).stray == (circle, other)


def test_a_very_long_chain_of_corrections_is_read() -> None:
    chain = [_note()]
    for number in range(3000):
        chain.append(correction(chain[-1], text=f"words {number}"))

    assert effective_events(chain)[0].text == "words 2999"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": EventKind.NOTE, "corrects": "0" * 26}, "corrects is the id"),
        ({"kind": EventKind.RETRACTION}, "corrects is the id"),
        ({"kind": EventKind.CORRECTION, "corrects": "0" * 26}, "restates is what a correction"),
    ],
)
def test_only_corrections_and_retractions_are_about_other_events(
    fields: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        event(at="2026-05-01 10:00", **fields)  # type: ignore[arg-type]


def test_an_event_cannot_lose_its_time_or_turn_into_a_retraction() -> None:
    with pytest.raises(ValidationError, match="at needs a value"):
        Restated(at=None)
    with pytest.raises(ValidationError, match="cannot become a correction"):
        Restated(kind=EventKind.RETRACTION)


_changes = st.fixed_dictionaries(
    {}, optional={"text": st.sampled_from("abc"), "by": st.sampled_from(["Ada", None])}
)


@st.composite
def _logs(draw: st.DrawFn) -> list[Event]:
    """Notes, and amendments of anything that was written before them."""
    log = [_note(text) for text in draw(st.lists(st.sampled_from("xyz"), min_size=1, max_size=3))]
    for _ in range(draw(st.integers(0, 6))):
        target = draw(st.sampled_from(log))
        changes = draw(_changes)
        log.append(correction(target, **changes) if draw(st.booleans()) else retraction(target))
    return log


@given(_logs().flatmap(lambda log: st.tuples(st.just(log), st.permutations(log))))
def test_the_order_of_reading_changes_nothing(logs: tuple[list[Event], list[Event]]) -> None:
    assert read_log(logs[0]) == read_log(logs[1])


@given(_logs(), st.data())
def test_an_amendment_and_its_retraction_restore_what_was(
    log: list[Event], data: st.DataObject
) -> None:
    target = data.draw(st.sampled_from(log))
    amendment = data.draw(
        st.sampled_from([correction(target, text="other words"), retraction(target)])
    )

    assert effective_events([*log, amendment, retraction(amendment)]) == effective_events(log)
