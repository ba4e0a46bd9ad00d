"""The plot of an eval across releases: small, readable without colour, honest where it thins."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.evals.comparison import Verdict
from relnotes.publish.plots.axis import axis_around
from relnotes.publish.plots.trend import MOST_DRAWN, Point, thinned, trend_plot
from relnotes.release.over_time.trend import Result, stretches


def points(
    *values: float | None,
    verdicts: dict[int, Verdict] | None = None,
    withdrawn: tuple[int, ...] = (),
    name: str = "v",
) -> list[Point]:
    results = [
        Result(
            f"{name}{number}",
            value,
            None if value is None else value - 0.02,
            None if value is None else value + 0.02,
            1000,
            (verdicts or {}).get(number, Verdict.HELD),
            "the judge changed",
        )
        for number, value in enumerate(values)
    ]
    return [
        Point(one, one.tag, f"{one.value}", number, at in withdrawn)
        for at, (one, number) in enumerate(zip(results, stretches(results), strict=True))
    ]


def drawn(some: list[Point]) -> ElementTree.Element:
    svg = trend_plot(
        some, identity="acc", title="T <&> T", description="D", better="higher is better"
    )
    return ElementTree.fromstring(svg)


def test_a_plot_is_an_image_with_a_title_and_a_description_and_no_link_script_or_style():
    svg = drawn(points(0.5, 0.6, 0.7))

    assert svg.get("role") == "img"
    assert svg.findtext("title") == "T <&> T"
    assert svg.get("aria-labelledby") == "acc-title acc-desc"
    names = {one.tag for one in svg.iter()}
    assert not names & {"a", "script", "style", "image", "foreignObject"}
    assert not [one for one in svg.iter() if any(key in one.attrib for key in ("style", "fill"))]


def test_results_that_cannot_be_compared_are_not_joined_and_the_break_says_why():
    svg = drawn(points(0.5, 0.6, 0.7, verdicts={1: Verdict.NOT_COMPARABLE}))

    assert len(svg.findall("line[@class='run']")) == 1
    assert [
        one.findtext("title")
        for one in svg.findall("g")
        if one.find("line[@class='break']") is not None
    ] == ["the judge changed"]


def test_no_name_below_the_axis_runs_into_the_first_which_begins_at_its_mark():
    for count in range(2, 40):
        names = [
            one
            for one in drawn(points(*[0.5] * count)).iter("text")
            if "tick" in one.get("class", "")
        ]
        first, *others = [
            float(one.get("x", "").rstrip("%")) for one in names if one.text.startswith("v")
        ]
        assert len(others) >= 1
        assert all(at - first >= 15 for at in others[:-1])


def test_a_withdrawn_release_is_marked_by_shape_and_by_word():
    svg = drawn(points(0.5, 0.4, 0.5, withdrawn=(1,)))

    marked = [one for one in svg.findall("g") if "gone" in one.get("class", "")]
    assert len(marked) == 1
    assert marked[0].findtext("title").endswith("withdrawn")
    assert "withdrawn" in [one.text for one in svg.findall("text")]


def test_a_single_result_and_results_without_an_interval_are_drawn_too():
    alone = drawn(points(0.5))
    bare = Point(Result("v1", 3.0, None, None, None, Verdict.ADDED, ""), "v1", "3", 1, False)

    assert len(alone.findall("g/svg/path")) == 1
    assert not drawn([bare]).findall("g/line")


def of(some: list[Point], withdrawn: frozenset[str] = frozenset()) -> list[int]:
    return thinned([one.result for one in some], withdrawn)


@pytest.mark.parametrize("count", [41, 500, 2000])
def test_a_plot_of_any_history_stays_below_fifteen_kilobytes(count):
    verdicts = dict.fromkeys(range(0, count, 3), Verdict.REGRESSED)
    verdicts |= dict.fromkeys(range(1, count, 7), Verdict.NOT_COMPARABLE)
    many = points(*(0.5 + at % 9 / 50 for at in range(count)), verdicts=verdicts, name="wren/2026-")
    kept = [many[at] for at in of(many)]

    svg = trend_plot(kept, identity="a", title="T" * 80, description="D" * 200, better="b")

    assert len(svg.encode()) <= 15_000


@given(st.integers(1, 300), st.sets(st.integers(0, 299)), st.sets(st.integers(0, 299)))
def test_what_is_thinned_keeps_order_both_ends_and_never_more_than_the_most(count, moved, gone):
    some = points(*[0.5] * count, verdicts=dict.fromkeys(moved, Verdict.REGRESSED))

    kept = of(some, frozenset(f"v{at}" for at in gone))

    assert len(kept) == min(count, MOST_DRAWN)
    assert (kept[0], kept[-1]) == (0, count - 1)
    assert kept == sorted(set(kept))


def test_thinning_keeps_the_regression_among_hundreds_that_held():
    some = points(*[0.5] * 400, verdicts={123: Verdict.REGRESSED})

    assert 123 in of(some)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_an_axis_holds_every_value_and_its_ticks_are_inside(values):
    axis = axis_around(values, 100, 0)

    assert all(0 <= axis.at(value) <= 100 for value in values)
    slack = (axis.high - axis.low) * 1e-6 + 1e-9  # ticks are rounded to nine places
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in axis.ticks(4))


def test_a_hostile_name_stays_words():
    svg = trend_plot(
        points(0.5, 0.6, name="</svg><script>"),
        identity="a",
        title="</title><script>alert(1)</script>",
        description="x",
        better="b",
    )

    assert not re.search("<script", svg)
