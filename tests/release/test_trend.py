"""How evals went from release to release: packed, grown, and cut into what may be compared."""

from __future__ import annotations

import json

import pytest
import records
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from relnotes.evals.comparison import Verdict
from relnotes.evals.evidence import spread
from relnotes.evals.result import Kind, Measurement
from relnotes.evals.statistics import wilson
from relnotes.publish.evals.trend_pages import eval_data
from relnotes.publish.evals.trend_view import Beside
from relnotes.release.over_time.trend import (
    RELEASES_IN_PART,
    Growth,
    Result,
    Series,
    SeriesKey,
    Standing,
    TrendHead,
    series_of,
    stretches,
)
from relnotes.release.record import Record


def a_record(tag: str, **scores: float) -> tuple[Record, list[Measurement]]:
    rows = tuple(records.comparison(task, new=score) for task, score in scores.items())
    measured = [Measurement(row.task, row.metric, None, row.new, stderr=0.01) for row in rows]
    return replace(records.UPDATE, new=tag, evals=rows), measured


class Kept:
    """What was put aside."""

    def __init__(self) -> None:
        self.data = b""

    def put(self, data: bytearray) -> int:
        self.data += data
        return len(self.data) - len(data)

    def get(self, start: int, size: int) -> bytes:
        return self.data[start : start + size]


def grown(
    *releases: tuple[Record, list], step: int = 100, most: int = 1000
) -> dict[str, tuple[Series, ...]]:
    """Every eval after the releases, taken in so many at a time, as so many builds would."""
    heads: dict[str, TrendHead] = {}
    known: dict[str, tuple[Series, ...]] = {}
    for at in range(0, len(releases), step):
        growth = Growth(Kept(), most)
        for record, measured in releases[at : at + step]:
            growth.take(record, measured, 0)
        heads = growth.onto(heads)
        known |= {
            task: series_of(heads[task], before(known.get(task, ())), growth.hand_out(task))
            for task in list(growth.found)
        }
    return {task: known[task] for task in heads}


def before(known: tuple[Series, ...]) -> dict[SeriesKey, Standing]:
    return {one.head.key: Standing([*one.results], [*one.stretches]) for one in known}


def test_a_trend_holds_every_measurement_of_an_eval_in_release_order():
    trends = grown(a_record("v1", mmlu=0.5), a_record("v2", gsm=0.1), a_record("v3", mmlu=0.6))

    (series,) = trends["mmlu"]
    assert list(trends) == ["gsm", "mmlu"]
    assert [(one.tag, one.value) for one in series.results] == [("v1", 0.5), ("v3", 0.6)]
    assert (series.head.first.tag, series.head.last.tag, series.head.count) == ("v1", "v3", 2)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(0, 1)), max_size=8))
def test_growing_release_by_release_gives_the_same_as_all_at_once(scores):
    releases = [a_record(f"v{number}", **one) for number, one in enumerate(scores)]

    assert grown(*releases, step=1) == grown(*releases)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(0, 1)), max_size=8))
def test_what_is_put_aside_meanwhile_comes_back(scores):
    releases = [a_record(f"v{number}", **one) for number, one in enumerate(scores)]

    assert grown(*releases, most=0) == grown(*releases)


def test_a_share_of_right_answers_has_wilsons_interval_and_anything_else_the_normal_one():
    share = Measurement("a", "acc", None, 0.9, n=50, kind=Kind.BINARY, unit="fraction")
    score = Measurement("b", "score", None, 7.0, stderr=0.5)

    assert spread(share, 0.05) == pytest.approx(wilson(0.9, 50, 1.959964))
    assert spread(score, 0.05) == pytest.approx((6.02, 7.98), abs=0.01)
    assert spread(Measurement("c", "score", None, 7.0), 0.05) is None


def a_result(verdict: Verdict, value: float | None = 0.5) -> Result:
    return Result("v1", value, None, None, None, verdict, "")


@pytest.mark.parametrize(
    ("verdicts", "numbers"),
    [
        ([Verdict.ADDED, Verdict.HELD, Verdict.HELD], [1, 1, 1]),
        ([Verdict.ADDED, Verdict.NOT_COMPARABLE, Verdict.HELD], [1, 2, 2]),
        ([Verdict.ADDED, Verdict.REMOVED, Verdict.ADDED], [1, 1, 2]),
    ],
)
def test_a_changed_condition_or_a_gap_starts_a_new_stretch(verdicts, numbers):
    results = [a_result(one, None if one is Verdict.REMOVED else 0.5) for one in verdicts]

    assert list(stretches(results)) == numbers


@given(
    st.lists(st.sampled_from([Verdict.ADDED, Verdict.HELD, Verdict.REMOVED]), max_size=8),
    st.integers(0, 8),
)
def test_stretches_go_on_where_they_stood(verdicts, count):
    results = [a_result(one, None if one is Verdict.REMOVED else 0.5) for one in verdicts]
    older, newer = results[:count], results[count:]
    standing = Standing(older, list(stretches(older)))

    assert [*standing.stretches, *stretches(newer, standing)] == list(stretches(results))


def test_the_numbers_of_a_long_history_are_in_parts_and_only_the_newest_names_the_others():
    tags = [f"v{number}" for number in range(2 * RELEASES_IN_PART + 1)]
    growth = Growth(Kept())
    for number in (0, 1, RELEASES_IN_PART, 2 * RELEASES_IN_PART):
        growth.take(*a_record(tags[number], mmlu=0.5), number)
    trend = growth.onto({})["mmlu"]
    series = series_of(trend, {}, growth.hand_out("mmlu"))
    beside = Beside(dict.fromkeys(tags), frozenset(), {})

    closed, newest = (
        json.loads(eval_data(trend, series, part, "wren", beside, older))
        for part, older in ((0, ()), (2, ["1.json", "2.json"]))
    )

    assert trend.parts == (0, 1, 2)
    assert [one["release"] for one in closed["series"][0]["results"]] == ["v0", "v1"]
    assert [one["release"] for one in newest["series"][0]["results"]] == [tags[-1]]
    assert (closed["older"], newest["older"]) == ([], ["1.json", "2.json"])
