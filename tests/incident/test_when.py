"""Reading when something happened, as a person says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.incident.times.moment import Moment
from relnotes.incident.times.when import read_when
from relnotes.incident.vocabulary import Precision

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2025, 4, 27, 10, 31, 20, tzinfo=UTC)  # Sunday 03:31 in San Francisco


def when(text: str, now: datetime = NOW) -> Moment:
    return read_when(text, now, PACIFIC)


def refusal(text: str, now: datetime = NOW) -> str:
    with pytest.raises(RelnotesError) as caught:
        when(text, now)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("now", "2025-04-27T03:31:20-07:00"),
        ("-10m", "2025-04-27T03:21:20-07:00"),
        ("-1h30m", "2025-04-27T02:01:20-07:00"),
        ("2 hours ago", "2025-04-27T01:31:20-07:00"),
        ("-2d", "2025-04-25T03:31:20-07:00"),
        ("03:20", "2025-04-27T03:20:00-07:00"),
        ("22:28", "2025-04-26T22:28:00-07:00"),
        ("10:28 pm", "2025-04-26T22:28:00-07:00"),
        ("yesterday 22:28", "2025-04-26T22:28:00-07:00"),
        ("yesterday 22:28 America/New_York", "2025-04-26T22:28:00-04:00"),
        ("yesterday 22:28 UTC", "2025-04-26T22:28:00+00:00"),
        ("Fri 19:00", "2025-04-25T19:00:00-07:00"),
        ("friday at 19:00", "2025-04-25T19:00:00-07:00"),
        ("Sun 19:00", "2025-04-20T19:00:00-07:00"),
        ("24 April 10:15", "2025-04-24T10:15:00-07:00"),
        ("Thu, April 24th 2025 10:15", "2025-04-24T10:15:00-07:00"),
        ("2025-04-26T22:28-07:00", "2025-04-26T22:28:00-07:00"),
        ("2025-04-26T22:28:10.5Z", "2025-04-26T22:28:10+00:00"),
        ("2025-04-26 22:28 +05:30", "2025-04-26T22:28:00+05:30"),
        ("2025-04-26T22:28", "2025-04-26T22:28:00-07:00"),
    ],
)
def test_a_minute(text: str, value: str) -> None:
    moment = when(text)
    assert moment.value.isoformat() == value
    assert moment.precision is Precision.MINUTE


@pytest.mark.parametrize(
    ("text", "precision", "low", "high"),
    [
        ("2025-04-25", "day", "2025-04-25T00:00-07:00", "2025-04-26T00:00-07:00"),
        ("Thu", "day", "2025-04-24T00:00-07:00", "2025-04-25T00:00-07:00"),
        ("24 April 2025", "day", "2025-04-24T00:00-07:00", "2025-04-25T00:00-07:00"),
        ("2025-04-25 UTC", "day", "2025-04-25T00:00+00:00", "2025-04-26T00:00+00:00"),
        ("Fri late evening", "part_of_day", "2025-04-25T20:00-07:00", "2025-04-26T00:00-07:00"),
        ("late Thursday night", "part_of_day", "2025-04-24T20:00-07:00", "2025-04-25T00:00-07:00"),
        ("Sunday night", "part_of_day", "2025-04-20T20:00-07:00", "2025-04-21T04:00-07:00"),
        ("Fri 7pm", "hour", "2025-04-25T19:00-07:00", "2025-04-25T20:00-07:00"),
        ("Fri 19h", "hour", "2025-04-25T19:00-07:00", "2025-04-25T20:00-07:00"),
        ("Fri about 19:00", "hour", "2025-04-25T18:30-07:00", "2025-04-25T19:30-07:00"),
        (
            "2025-04-24 20:00..2025-04-26 04:00",
            *("range", "2025-04-24T20:00-07:00", "2025-04-26T04:00-07:00"),
        ),
        (
            "24 April..25 April Europe/Paris",
            *("range", "2025-04-24T00:00+02:00", "2025-04-26T00:00+02:00"),
        ),
    ],
)
def test_less_than_a_minute_has_bounds_and_keeps_the_words(
    text: str, precision: str, low: str, high: str
) -> None:
    moment = when(text)
    assert moment.precision == precision
    assert moment.bounds == (datetime.fromisoformat(low), datetime.fromisoformat(high))
    assert moment.said == text


def test_today_ends_now() -> None:
    assert when("today").bounds[1] == NOW.replace(microsecond=0)


def test_the_zone_is_kept_where_local_words_were_read_in_it() -> None:
    assert when("Fri 19:00").zone == "America/Los_Angeles"
    assert when("2025-04-26T22:28-07:00").zone is None
    assert when("-10m").zone is None


def test_a_time_of_day_that_is_still_to_come_is_refused_unless_it_was_last_evening() -> None:
    assert 'write "yesterday 03:40"' in refusal("03:40")


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-28",
        "today 22:28",
        "2025-04-27T12:00Z",
        "tonight",
        "in 2h",
        "tomorrow",
        "next Friday",
    ],
)
def test_the_future_is_refused(text: str) -> None:
    assert "is to come" in refusal(text)


def test_a_minute_ahead_is_a_clock_that_is_wrong_not_the_future() -> None:
    assert when("03:32").value == datetime(2025, 4, 27, 10, 32, tzinfo=UTC)


def test_an_hour_that_happened_twice_is_refused_with_both_readings() -> None:
    said = refusal("2024-11-03 01:30")
    assert "01:30 on 3 November 2024 in America/Los_Angeles happened twice" in said
    assert "write 2024-11-03T01:30-07:00 or 2024-11-03T01:30-08:00" in said


def test_an_hour_that_never_happened_is_refused_with_both_readings() -> None:
    said = refusal("2025-03-09 02:30")
    assert "never happened" in said
    assert "write 2025-03-09T03:30-07:00 or 2025-03-09T01:30-08:00" in said


def test_the_offered_readings_are_read() -> None:
    assert when("2024-11-03T01:30-08:00").value - when("2024-11-03T01:30-07:00").value == (
        timedelta(hours=1)
    )


def test_a_day_on_which_the_clock_changes_has_23_or_25_hours() -> None:
    assert [_length(when(day)) for day in ("2025-03-09", "2024-11-03", "2024-11-04")] == [
        timedelta(hours=23),
        timedelta(hours=25),
        timedelta(hours=24),
    ]


def test_an_abbreviation_that_means_several_zones_is_refused_with_all_of_them() -> None:
    said = refusal("22:28 IST")
    assert '"22:28 Asia/Kolkata" or "22:28 Europe/Dublin" or "22:28 Asia/Jerusalem"' in said


@pytest.mark.parametrize("text", ["", "..", "-", "banana", "25:00", "13pm", "2025-13-01"])
def test_what_cannot_be_read_says_what_can(text: str) -> None:
    assert "such as -10m, 22:28" in refusal(text)


@pytest.mark.parametrize("text", ["2025-4-2", "Fri 24 April 2025", "1745539200", "0001-01-01"])
def test_what_looks_like_a_date_and_is_none_is_refused(text: str) -> None:
    assert "is no time that can be read" in refusal(text)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    assert 'no time zone "America/Los_Angles"' in refusal("Fri 22:28 America/Los_Angles")


def test_a_range_that_is_turned_around_is_refused() -> None:
    assert "ends before it begins" in refusal("2025-04-26..2025-04-25")


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2025, 4, 25), timezones=st.just(UTC))
ZONES = st.sampled_from(
    ["America/Los_Angeles", "Europe/Dublin", "Australia/Lord_Howe", "America/Sao_Paulo"]
).map(ZoneInfo)


@given(MOMENTS, ZONES)
def test_an_exact_stamp_is_that_instant_wherever_one_sits(moment: datetime, zone: ZoneInfo) -> None:
    exact = moment.replace(second=0, microsecond=0)
    said = exact.astimezone(zone).isoformat(timespec="minutes")
    assert read_when(said, NOW, PACIFIC).value == exact


@given(MOMENTS, ZONES)
def test_local_words_are_that_instant_or_are_refused(moment: datetime, zone: ZoneInfo) -> None:
    exact = moment.replace(second=0, microsecond=0)
    local = exact.astimezone(zone)
    try:
        answer: datetime | None = read_when(f"{local:%Y-%m-%d %H:%M}", NOW, zone).value
    except RelnotesError as error:
        offered = str(error)
        answer = exact if local.isoformat(timespec="minutes") in offered else None
    assert answer == exact


@given(MOMENTS, ZONES)
def test_a_day_holds_every_instant_of_it(moment: datetime, zone: ZoneInfo) -> None:
    low, high = read_when(f"{moment.astimezone(zone):%Y-%m-%d}", NOW, zone).bounds
    assert low <= moment < high
    assert timedelta(hours=22) < high - low < timedelta(hours=26)


@given(st.text(st.sampled_from("0123456789:-.TZ ahmpFri+/UC~"), max_size=20))
def test_any_words_are_read_or_refused(text: str) -> None:
    try:
        moment = when(text)
    except RelnotesError:
        return
    low, high = moment.bounds
    assert low <= high <= NOW + timedelta(minutes=2)


def _length(moment: Moment) -> timedelta:
    low, high = moment.bounds
    return high - low
