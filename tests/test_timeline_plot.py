"""Bands and points in time: what is certain is solid, what is not is drawn as its range."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relnotes.publish.plots.rollout import rollout_plot
from relnotes.publish.plots.time_axis import axis_over
from relnotes.publish.plots.timeline import Band, Moment, Point, timeline_plot
from relnotes.release.record import RolloutStage

DAY = timedelta(days=1)
START = datetime(2025, 4, 24, tzinfo=UTC)


def day(number: float, uncertain: float = 0) -> Moment:
    return Moment(START + DAY * number, START + DAY * (number + uncertain))


def drawn(bands: list[Band], points: list[Point] = []) -> ElementTree.Element:  # noqa: B006
    svg = timeline_plot(bands, points, identity="t", title="T <&>", description="D")
    return ElementTree.fromstring(svg)


def bars(svg: ElementTree.Element, kind: str) -> list[tuple[float, float]]:
    return [
        (float(bar.get("x").rstrip("%")), float(bar.get("width").rstrip("%")))
        for bar in svg.iter("rect")
        if bar.get("class") == kind
    ]


def test_a_band_with_known_ends_is_one_solid_bar():
    svg = drawn([Band("Exposure", "exposure", day(0), day(4))])

    assert len(bars(svg, "sure")) == 1
    assert not bars(svg, "maybe")


def test_an_uncertain_end_is_a_pale_bar_that_the_solid_one_stops_before():
    svg = drawn([Band("Exposure", "exposure", day(0, 1), day(3, 1))])

    [sure], maybe = bars(svg, "sure"), bars(svg, "maybe")
    assert len(maybe) == 2
    assert sure[0] == pytest.approx(maybe[0][0] + maybe[0][1], abs=0.02)
    assert maybe[1][0] == pytest.approx(sure[0] + sure[1], abs=0.02)


def test_what_may_have_been_over_before_it_surely_began_has_no_solid_part():
    svg = drawn([Band("Mitigation", "mitigation", day(0, 2), day(1, 2))])

    assert not bars(svg, "sure")
    assert len(bars(svg, "maybe")) == 2


def test_a_band_that_still_holds_reaches_the_edge():
    svg = drawn([Band("Rollback", "rollback", day(2))], [Point("seen", "signal", day(0))])

    assert sum(bars(svg, "sure")[0]) == pytest.approx(100)


def test_a_point_known_to_the_day_lies_on_its_day():
    svg = drawn([], [Point("Detected", "detected", day(1, 1)), Point("Told", "public", day(5))])

    assert len(bars(svg, "maybe")) == 1
    assert len(svg.findall("g/svg/path")) == 2


def test_nothing_to_draw_is_no_plot():
    assert timeline_plot([], [], identity="t", title="T", description="D") == ""


def test_words_stay_words_and_the_image_has_a_name():
    svg = drawn([Band("</svg><script>", "exposure", day(0), day(1))])

    assert svg.findtext("title") == "T <&>"
    assert svg.find("g/text").text == "</svg><script>"
    assert not [one for one in svg.iter() if one.tag in ("a", "script", "style")]


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=20_000)))
def test_an_axis_has_a_few_round_ticks_whatever_its_length(width):
    axis = axis_over([START, START + width])

    ticks = axis.ticks()
    assert len(ticks) <= 7
    assert all(0 <= axis.at(moment) <= 100 for moment, _ in ticks)
    assert len(ticks) >= 1 or width < timedelta(hours=1)


def a_stage(name: str, start: str | None, share: float | None = None) -> RolloutStage:
    return RolloutStage(name, share, start, None, None)


def test_a_rollout_is_drawn_from_its_dated_stages():
    stages = [a_stage("canary", "2026-04-24", 0.01), a_stage("full", "2026-04-25", 1.0)]

    svg = ElementTree.fromstring(rollout_plot(stages, "Wren"))

    assert [one.text for one in svg.findall("g/text")] == [
        "canary · 1 % of traffic",
        "full · 100 % of traffic",
    ]
    assert rollout_plot(stages[:1], "Wren") == ""
    assert rollout_plot([a_stage("canary", "soon"), stages[1]], "Wren") == ""
