"""What a release looks like in a terminal."""

from __future__ import annotations

import re

import golden
import pytest
import records
from msgspec.structs import replace

from relnotes.publish import terminal
from relnotes.publish.pen import columns
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record, Relapse

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("name", "record"),
    [("update", records.UPDATE), ("rollback", records.ROLLBACK), ("first", records.FIRST)],
)
def test_a_diff_reads_as_it_was_read(name: str, record: Record, update_golden: bool) -> None:
    text = terminal.diff_text(record, colour=False, width=88)
    golden.check(f"terminal/{name}.diff.txt", text, update=update_golden)


def test_the_notes_read_as_they_were_read(update_golden: bool) -> None:
    text = terminal.notes_text(records.UPDATE, records.UPDATE_LATER)
    golden.check("terminal/update.notes.txt", text, update=update_golden)


def test_the_limitations_read_as_they_were_read(update_golden: bool) -> None:
    text = terminal.limitations_text(records.LIVES)
    golden.check("terminal/limitations.txt", text, update=update_golden)


def test_there_is_no_colour_unless_it_is_wanted() -> None:
    plain = terminal.diff_text(records.UPDATE, colour=False, width=88)
    coloured = terminal.diff_text(records.UPDATE, colour=True, width=88)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_nothing_that_a_repository_says_steers_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2Jall good\r\u202etxt\x9b31m"
    change = records.change("file.added", evil, None, "1", records.Section.OTHER, evil)
    entry = replace(records.LIMITATIONS[0], text=evil, id="KL1")
    record = replace(
        records.UPDATE,
        new=evil,
        title=evil,
        summary=evil,
        changes=(change,),
        limitations=(entry,),
        evals=(records.comparison(evil, evil, verdict=records.Verdict.REGRESSED),),
        notes=(replace(records.NOTES[0], text=evil, area=evil),),
        relapses=(Relapse(evil, evil, evil, evil, 1.0, "full"),),
    )
    life = replace(records.LIVES[0], id=evil, text=evil, since=evil)
    for text in (
        terminal.diff_text(record, colour=False, width=80),
        terminal.notes_text(record, Annotations(summary=evil)),
        terminal.limitations_text([life]),
    ):
        assert not STEERING.search(text)
        assert "all good" in text


def test_a_candidate_is_not_released_yet() -> None:
    record = replace(records.UPDATE, new="(candidate)")
    assert "\nnot released yet, mainline update" in terminal.notes_text(record, Annotations())


def test_a_person_who_let_a_difference_pass_is_quoted() -> None:
    why = "compared in spite of shots 0 → 5: both agree"
    rows = tuple(records.comparison(task, remarks=(why,)) for task in ("facts", "sums"))
    text = terminal.diff_text(replace(records.UPDATE, evals=rows), colour=False, width=100)
    assert f"  ! facts acc and sums acc: {why}" in text


@pytest.mark.parametrize("width", [20, 60, 120])
def test_words_stay_within_the_width(width: int) -> None:
    text = terminal.notes_text(records.UPDATE, records.UPDATE_LATER, width=width)
    figures = re.compile(r"\[|→|—|questions")
    for line in text.splitlines():
        assert columns(line) <= max(width, 44) or figures.search(line)


def test_wide_letters_count_twice() -> None:
    assert columns("日本 ok") == 7
    assert columns("e\u0301") == 1
