"""Nothing of an incident reaches the public but what is marked public."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incidentkit import correction, event, incident, retraction
from planted import KEPT_INSIDE, planted_incident

from relnotes.incident.effective import effective_events, read_log
from relnotes.incident.event import Event, Mitigation
from relnotes.incident.public import for_public, withheld
from relnotes.incident.vocabulary import (
    EventKind,
    Visibility,
)

PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


def test_of_what_is_all_public_everything_is_shown_but_what_is_never_published() -> None:
    """A new field stays inside until it is named in public.py; then it belongs here."""
    whole, canaries = planted_incident(lambda _: PUBLIC)

    seen = canaries.found_in(repr(for_public(whole)))

    assert set(canaries.marks.values()) - seen == KEPT_INSIDE


@given(st.data())
def test_no_mark_of_an_internal_item_reaches_the_public(data: st.DataObject) -> None:
    whole, canaries = planted_incident(lambda _: data.draw(st.sampled_from(Visibility)))
    shown = canaries.shown

    seen = canaries.found_in(repr(for_public(whole)))

    if shown["head"] is INTERNAL:
        assert not seen
    for path in seen:
        item = max((one for one in shown if f"{path}.".startswith(f"{one}.")), key=len)
        if item == "fix.restates":
            assert shown["fix.restates"] is PUBLIC
        elif path == "event.assumptions":
            assert PUBLIC in (shown["event"], shown["fix.restates"])
        else:
            assert shown[item] is PUBLIC, path
    assert not seen & KEPT_INSIDE


def test_an_internal_incident_has_no_public_side() -> None:
    assert for_public(incident(visibility=INTERNAL)) is None
    assert for_public(replace(incident(visibility=PUBLIC), head=None)) is None


def _events(*events: Event) -> tuple[Event, ...]:
    shown = for_public(incident(events, visibility=PUBLIC))
    assert shown is not None
    return shown.events


def _note(visibility: Visibility) -> Event:
    return event(EventKind.NOTE, "2026-05-04 10:00", text="first", visibility=visibility)


def _open(amendment: Event) -> Event:
    return amendment.model_copy(update={"visibility": PUBLIC})


def test_a_public_correction_of_a_public_event_is_shown_with_what_it_corrected() -> None:
    note = _note(PUBLIC)

    (entry,) = read_log(_events(note, _open(correction(note, text="second")))).entries

    assert (entry.original.text, entry.event.text) == ("first", "second")


def test_an_event_made_public_later_shows_nothing_of_what_it_said_before() -> None:
    note = _note(INTERNAL)
    fix = correction(note, text="second", visibility=PUBLIC)

    (shown,) = _events(note, fix)

    assert (shown.kind, shown.text, shown.id) == (EventKind.NOTE, "second", note.id)


def test_an_event_made_internal_later_is_gone() -> None:
    note = _note(PUBLIC)

    assert _events(note, correction(note, visibility=INTERNAL)) == ()


def test_a_public_event_with_an_internal_correction_is_withheld() -> None:
    note = _note(PUBLIC)
    fix = correction(note, text="second")

    assert _events(note, fix) == ()
    assert [one.original for one in withheld(incident([note, fix]))] == [note]
    assert _events(note, fix, retraction(fix)) != ()


def test_an_event_that_is_made_public_again_is_public_as_it_stands() -> None:
    note = _note(PUBLIC)
    fix = correction(note, text="second")
    again = correction(note, visibility=PUBLIC)

    (shown,) = _events(note, fix, again)
    assert (shown.text, shown.restates) == ("second", None)
    assert _events(note, fix, again, correction(note, text="third")) == ()


@pytest.mark.parametrize("visibility", Visibility)
def test_a_retracted_event_is_shown_as_such_where_the_retraction_is_public(
    visibility: Visibility,
) -> None:
    note = _note(PUBLIC)
    gone = retraction(note).model_copy(update={"visibility": visibility})

    shown = _events(note, gone)

    assert effective_events(shown) == ()
    assert bool(shown) is (visibility is PUBLIC)


def test_prompt_text_and_attachments_need_a_mark_of_their_own() -> None:
    diff = Mitigation(diff="- Match the user's mood.", removed=("Match the user's mood.",))
    fields: dict[str, Any] = {"visibility": PUBLIC, "attachments": ("ab-shot.png",)}

    (kept,) = _events(event(EventKind.NOTE, "2026-05-04 10:00", mitigation=diff, **fields))
    assert (kept.attachments, kept.mitigation) == ((), Mitigation())

    marked = diff.model_copy(update={"publish_diff": True})
    fields["publish_attachments"] = True
    (told,) = _events(event(EventKind.NOTE, "2026-05-04 10:00", mitigation=marked, **fields))
    assert (told.attachments, told.mitigation) == (("ab-shot.png",), marked)


def test_limitations_are_named_where_the_public_knows_them() -> None:
    shown = for_public(incident(visibility=PUBLIC, limitations=("KL0031", "KL0032")), ["KL0032"])

    assert shown is not None
    assert shown.head is not None
    assert shown.head.limitations == ("KL0032",)
