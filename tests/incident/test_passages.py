"""A postmortem's prose stays to the byte, and what is internal never comes out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.incident.postmortem.passages import (
    Kind,
    block,
    joined,
    passages,
    public,
    refreshed,
)

NAMES = ("timeline", "metrics")
PLACE = "incidents/a/postmortem.md"
WORDS = st.text(st.sampled_from("ab é\n\r\t#`|*-_[]()!&;:/\\0—<>"), max_size=40).filter(
    lambda text: "<!" not in text and "-->" not in text
)
PIECES = st.lists(
    st.one_of(
        WORDS,
        st.builds(lambda text: f"<!-- relnotes:ask {text} -->", st.text("abc \n?", max_size=20)),
        st.builds(
            lambda text: f"<!-- relnotes:internal -->{text}<!-- /relnotes:internal -->",
            WORDS.map(lambda text: f"KESTREL{text}KESTREL"),
        ),
        st.builds(block, st.sampled_from(NAMES), WORDS.map(lambda text: text.replace("\r", ""))),
    ),
    max_size=8,
).map("".join)


def read(text):
    return passages(text, PLACE, NAMES)


def said(text):
    with pytest.raises(RelnotesError) as error:
        read(text)
    return str(error.value)


@given(PIECES)
def test_a_file_taken_apart_and_put_together_is_the_same_file(text):
    assert joined(read(text)) == text


@given(PIECES, st.text("ab|\n", max_size=30))
def test_refreshing_the_blocks_leaves_everything_else_as_it_was(text, content):
    before = read(text)
    after = refreshed(before, {"timeline": content, "metrics": content}, PLACE)

    outside = [one.raw for one in before if one.kind is not Kind.BLOCK]
    assert outside == [one.raw for one in after if one.kind is not Kind.BLOCK]
    again = refreshed(read(joined(after)), {"timeline": content, "metrics": content}, PLACE)
    assert joined(again) == joined(after)


@given(PIECES)
def test_nothing_internal_is_public(text):
    assert "KESTREL" not in joined(public(read(text)))
    assert "relnotes:ask" not in joined(public(read(text)))


@given(PIECES, st.data())
def test_a_file_with_a_hole_is_an_error_or_keeps_its_secrets(text, data):
    """Taking any stretch of characters out never turns an internal passage into a public one."""
    assume("KESTREL" in text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 12, len(text))))
    torn = text[:start] + text[end:]
    try:
        found = read(torn)
    except RelnotesError:
        return
    shown = joined(public(found))
    assert shown.count("KESTREL") == 0 or _whole_markers_are_gone(text, torn)


def _whole_markers_are_gone(text, torn):
    """Both markers of a passage were shorter than the hole: then nobody marked it."""
    return torn.count("relnotes:internal") < text.count("relnotes:internal") - 1


def test_a_passage_that_is_not_closed_is_an_error_with_its_line():
    assert said("one\n<!-- relnotes:internal -->\ntwo\n").startswith(
        f"{PLACE}:2: <!-- relnotes:internal --> is never closed"
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!-- /relnotes:internal -->", "an internal passage ends where none began"),
        (
            "<!-- relnotes:internal --><!-- relnotes:internal -->a<!-- /relnotes:internal -->",
            "an internal passage begins inside another",
        ),
        ("<!-- relnotes:timline -->", 'there is no block "timline" (did you mean "timeline"?)'),
        ("<!-- relnotes:timeline -->", "<!-- relnotes:timeline --> is never closed"),
        ("<!-- /relnotes:timeline -->", "the block timeline ends where none began"),
        (
            "<!-- relnotes:timeline --><!-- relnotes:metrics --><!-- /relnotes:timeline -->",
            "this marker stands inside the block timeline",
        ),
        (
            "<!-- relnotes:timeline xyz --><!-- /relnotes:timeline -->",
            '"xyz" is not what relnotes writes into this marker',
        ),
        ("<!-- Relnotes:Internal -->", "looks like a marker or a comment"),
        ("<!-- relnotes:internal --", "looks like a marker or a comment"),
        ("<! -- relnotes:internal -->", "looks like a marker or a comment"),
        ("relnotes:internal", "looks like a marker or a comment"),
        ("<!-- internal -->", "looks like a marker or a comment"),
    ],
)
def test_a_damaged_marker_is_an_error(text, what):
    assert what in said(f"before {text} after")


def test_every_damaged_marker_is_named_at_once():
    assert said("<!-- a -->\n<!-- /relnotes:internal -->\n").count(PLACE) == 2


def test_words_written_into_a_block_are_not_overwritten():
    text = block("timeline", "| a table |").replace("a table", "my own words")

    with pytest.raises(RelnotesError, match='the block "timeline" was changed by hand'):
        refreshed(read(text), {"timeline": "| another |"}, PLACE)


def test_a_block_that_was_emptied_is_filled_again():
    text = "<!-- relnotes:timeline -->\n\n<!-- /relnotes:timeline -->\n"

    after = joined(refreshed(read(text), {"timeline": "| a table |"}, PLACE))

    assert after == block("timeline", "| a table |") + "\n"


def test_a_block_keeps_the_line_ends_of_its_file():
    text = block("timeline", "| a |").replace("\n", "\r\n")

    after = joined(refreshed(read(text), {"timeline": "| b |"}, PLACE))

    assert "| b |" in after
    assert "\n" not in after.replace("\r\n", "")
