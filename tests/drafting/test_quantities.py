"""Every way to write a number is read, and says only what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.drafting.quantities import stands
from relnotes.drafting.reading import read_quantities

FACT = (
    "TruthfulQA fell from 0.612 to 0.581 on 25 April 2026 (change −0.031, 95 % interval −0.052"
    " to −0.010); 14,042 pairs; three of eight testers; the first release; at 10:31 UTC; one third"
)


@pytest.mark.parametrize(
    "said",
    [
        *("0.612", "0.581", "61.2 %", "61.2%", "58.1 percent", "58.1 per cent"),
        *("−0.031", "-0.031", "0.031", "3.1 points", "3.1 percentage points", "3.1pp", "3.1-point"),
        *(
            "14,042",
            "14042",
            "14\N{NO-BREAK SPACE}042",
            "14.042k",
            "\u0660.\u0666\u0661\u0662",
            "0\u200b.612",
        ),
        *("three of eight", "3 of 8", "1/3", "one third"),
        *("25 April 2026", "April 25, 2026", "April 25th, 2026", "25th of April", "2026-04-25"),
        *("25 Apr", "April 2026", "in April", "in 2026", "Saturday", "the first", "the 1st"),
        *("10:31", "95 %", "ninety-five percent", "fourteen thousand and forty-two"),
    ],
)
def test_what_the_fact_says_stands_in_it_however_it_is_written(said):
    reading = read_quantities(said)

    assert reading.quantities
    assert all(stands(one, read_quantities(FACT).quantities) for one in reading.quantities)


@pytest.mark.parametrize(
    "said",
    [
        *("0.613", "0.61", "61 %", "612", "0.612 %", "6.12 %", "61.2", "31 %", "3.2 points"),
        *("+0.031", "+3.1 points", "−0.612", "0,0031", "14,043", "14.042", "140,42", "14 042"),
        *("two of eight", "nine", "twenty-one", "two thirds", "half", "twice", "doubled", "½"),
        *("26 April 2026", "25 April 2025", "25 May", "May 25", "2025", "in May", "2026-04-24"),
        *("Friday", "the second", "the 25th", "22nd", "10:32", "04/25/2026", "1e3", "\u2163", "四"),
        *("three times", "tenfold", "5x", "hundreds", "a dozen", "1.2 million", "1 in 5"),
        *(
            "24–25 April 2026",
            "one and two",
            "three point one",
            "1.2.3",
            "\u0663.\u0662 %",
            "\uff13\uff11",
        ),
    ],
)
def test_what_the_fact_does_not_say_does_not_stand_in_it(said):
    reading = read_quantities(said)

    known = read_quantities(FACT).quantities
    assert reading.quantities
    assert not all(stands(one, known) for one in reading.quantities), reading


@pytest.mark.parametrize(
    "words", ["no one knows", "the one that was live", "It may be so", "They march on", "an hour"]
)
def test_words_that_are_no_numbers_are_not_read(words):
    assert read_quantities(words).quantities == ()


@pytest.mark.parametrize("name", ["GPT-4o", "v1.2", "KL0031", "gsm8k", "wren/2026-05", "a1b2c3"])
def test_a_name_with_digits_is_left_for_whoever_knows_names(name):
    reading = read_quantities(f"It is {name}.")

    assert reading.quantities == ()
    assert name in reading.rest


NUMBERS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.integers(1000, 10**9).map(lambda number: f"{number:,}"),
    st.floats(0, 1e6).map(lambda number: f"{number:.3f}"),
    st.floats(0, 100).map(lambda number: f"{number:.1f} %"),
    st.dates().map(lambda day: f"{day:%d %B %Y}"),
    st.dates().map(str),
)


@given(NUMBERS)
def test_no_digit_is_left_unread(written):
    reading = read_quantities(f"It was {written}, they say.")

    assert not any(char.isdigit() for char in reading.rest)


@given(NUMBERS)
def test_what_is_written_twice_stands_in_itself(written):
    quantities = read_quantities(written).quantities

    assert all(stands(one, quantities) for one in quantities)
