"""The engine for any number of samples says what the plain definition says, within its memory."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from relnotes.errors import RelnotesError
from relnotes.evals.overlap import Pairs, Side
from relnotes.evals.pairing import flips, pair
from relnotes.evals.sample import Sample, State, by_position
from relnotes.evals.scores import Scores, Series, collect
from relnotes.samples.engine import Engine
from relnotes.samples.tables import Table, flips_of, pair_tables

KEY = ("quiz", "acc", None)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine(memory_mb=400)
    yield made
    made.close()


def sample(key: str, score: float | None, **more: object) -> Sample:
    state = State.UNSCORED if score is None else State.SCORED
    return Sample(*KEY, key, score=score, state=state)._replace(**more)


def loaded(engine: Engine, samples: list[Sample]) -> Table:
    return engine.load(lambda: samples, "evals/samples.jsonl")


def zero_to_one(_: Side) -> tuple[float, float]:
    return 0.0, 1.0


right_or_wrong = st.sampled_from([0.0, 1.0])
score = right_or_wrong | st.integers(-4000, 4000).map(lambda one: one / 7) | st.none()


@st.composite
def releases(draw: st.DrawFn) -> tuple[list[Sample], list[Sample]]:
    """Two releases whose questions overlap; now and then repeated, clustered, without a score."""
    of = draw(st.sampled_from([right_or_wrong, right_or_wrong | st.none(), score]))
    epochs = draw(st.sampled_from([1, 1, 3]))
    clustered = draw(st.booleans())
    names = [f"q{number}" for number in range(draw(st.integers(1, 25)))]

    def release() -> list[Sample]:
        asked = [name for name in names if draw(st.integers(0, 9))] or names[:1]
        return [
            sample(name, draw(of), epoch=epoch, cluster=_cluster(name) if clustered else None)
            for name in asked
            for epoch in range(1, epochs + 1)
        ]

    return release(), release()


def _cluster(name: str) -> str | None:
    number = int(name[1:])
    return f"p{number % 4}" if number % 5 else None


def said_by_definition(old: list[Sample], new: list[Sample]) -> Pairs:
    sides = [collect(one, "x")[KEY] for one in (old, new)]
    return pair(*sides, zero_to_one)


def assert_close(found: Pairs, expected: Pairs) -> None:
    for name in ("common", "missing", "coverage"):
        assert getattr(found, name) == getattr(expected, name)
    for side in ("old", "new"):
        one, other = getattr(found, side), getattr(expected, side)
        assert (one.asked, one.scored) == (other.asked, other.scored)
        assert (one.mean or 0.0) == pytest.approx(other.mean or 0.0, rel=1e-9, abs=1e-9)
    for sums in ("sums", "at_worst", "at_best"):
        one, other = getattr(found, sums), getattr(expected, sums)
        assert (one is None) == (other is None)
        if one is not None:
            exact = ("n", "clusters", "binary", "gained", "lost")
            assert [getattr(one, name) for name in exact] == [
                getattr(other, name) for name in exact
            ]
            size = max(1.0, other.largest)
            assert one.old == pytest.approx(other.old, abs=1e-9 * size * max(1, one.n))
            assert one.new == pytest.approx(other.new, abs=1e-9 * size * max(1, one.n))
            assert one.spread == pytest.approx(other.spread, rel=1e-5, abs=1e-8 * size * size)


# -- the same as the definition ------------------------------------------------------------------


@given(releases())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_engine_says_what_the_definition_says(
    engine: Engine, drawn: tuple[list[Sample], list[Sample]]
) -> None:
    old, new = (loaded(engine, side) for side in drawn)

    found = pair_tables(old, new, KEY, zero_to_one)

    assert_close(found, said_by_definition(*drawn))
    sides = [collect(one, "x")[KEY] for one in drawn]
    assert flips_of(old, new, KEY, 3) == flips(*sides, 3)


@given(releases(), st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_rows_changes_nothing_to_the_last_bit(
    engine: Engine, drawn: tuple[list[Sample], list[Sample]], dice: random.Random
) -> None:
    old, new = drawn
    shuffled = [dice.sample(side, len(side)) for side in drawn]
    tables = [[loaded(engine, side) for side in sides] for sides in ((old, new), shuffled)]

    found = [pair_tables(*sides, KEY, zero_to_one) for sides in tables]

    assert found[0] == found[1]


def test_scores_of_any_size_keep_their_digits(engine: Engine) -> None:
    dice = random.Random(3)
    for size in (1e-103, 1e-6, 1e6, 1e100):
        sides = [[sample(f"q{i}", size * dice.gauss(5, 1)) for i in range(50)] for _ in range(2)]

        found = pair_tables(*(loaded(engine, side) for side in sides), KEY, lambda _: None).sums

        expected = said_by_definition(*sides).sums
        assert found.spread / size / size == pytest.approx(expected.spread / size / size, rel=1e-6)
        assert found.delta / size == pytest.approx(expected.delta / size, rel=1e-9)
        assert not found.binary


def test_sums_of_thirds_are_the_same_in_any_order(engine: Engine) -> None:
    dice = random.Random(7)
    scores = [dice.choice([0.1, 1 / 3, 0.7]) for _ in range(2000)]
    rows = [sample(f"q{number}", value) for number, value in enumerate(scores)]
    old = loaded(engine, [row._replace(score=0.2) for row in rows])

    found = []
    for _ in range(3):
        dice.shuffle(rows)
        found.append(pair_tables(old, loaded(engine, list(rows)), KEY, zero_to_one))

    assert found[0] == found[1] == found[2]


def test_keys_may_hold_anything(engine: Engine) -> None:
    odd = ["", " ", "a\nb", "\x1f", "\x1e\x1f", "é\u2028", "'; drop table x; --", "🦜", "1,2"]
    rows = [sample(key, float(number % 2), cluster="c\x1f") for number, key in enumerate(odd)]

    found = pair_tables(loaded(engine, rows), loaded(engine, rows), KEY, zero_to_one)

    assert (found.common, found.sums.n, found.sums.clusters) == (len(odd), len(odd), 1)


def test_series_of_one_file_do_not_mix(engine: Engine) -> None:
    strict = [sample(f"q{i}", 0.0, filter="strict") for i in range(10)]
    flexible = [sample(f"q{i}", 1.0, filter="flexible") for i in range(10)]
    table = loaded(engine, [one for both in zip(strict, flexible, strict=True) for one in both])

    keys = [("quiz", "acc", "strict"), ("quiz", "acc", "flexible")]
    means = [pair_tables(table, table, key, zero_to_one).old.mean for key in keys]

    assert list(table.keys) == keys
    assert means == [0.0, 1.0]


def test_values_held_in_memory_can_be_paired_with_a_table(engine: Engine) -> None:
    small: Scores = {KEY: Series({"q1": 1.0, "q2": 0.5, "q3": None}, {"q1": "p"})}
    large = loaded(engine, [sample(f"q{i}", 1.0) for i in range(1, 4)])

    found = pair_tables(engine.table(small, KEY), large, KEY, zero_to_one)

    assert (found.common, found.missing) == (3, 1)
    assert found.sums.new - found.sums.old == 0.5


def test_questions_without_names_are_known_as_such(engine: Engine) -> None:
    table = loaded(engine, [sample(by_position(i), 1.0) for i in range(3)])

    assert pair_tables(table, table, KEY, zero_to_one).old.by_position


# -- bad input -----------------------------------------------------------------------------------


def test_duplicate_keys_are_named(engine: Engine) -> None:
    rows = [sample(f"q{i}", 1.0) for i in range(20)]

    with pytest.raises(RelnotesError) as caught:
        loaded(engine, [*rows, *rows[:6]])

    (problem,) = caught.value.problems
    assert problem.place == "evals/samples.jsonl"
    assert problem.what == ('quiz acc: the same question occurs twice: "q0", "q1", "q2" and 3 more')


def test_the_same_question_in_two_epochs_is_no_duplicate(engine: Engine) -> None:
    table = loaded(engine, [sample("q1", 1.0, epoch=1), sample("q1", 0.0, epoch=2)])

    assert pair_tables(table, table, KEY, zero_to_one).old.mean == 0.5


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_not_finite_is_refused(engine: Engine, value: float) -> None:
    with pytest.raises(RelnotesError, match='the score of "q2" is not finite'):
        loaded(engine, [sample("q1", 1.0), sample("q2", value)])
    with pytest.raises(RelnotesError, match='the score of "q2" is not finite'):
        collect([sample("q1", 1.0), sample("q2", value)], "x")


@pytest.mark.parametrize("rows", [[], [sample("q1", None)], [sample("q1", 1.0)]])
def test_none_and_one_and_no_score_are_no_error(engine: Engine, rows: list[Sample]) -> None:
    table = loaded(engine, rows)
    if not rows:
        assert table.keys == ()
        return

    found = pair_tables(table, table, KEY, zero_to_one)

    assert found.sums == replace(said_by_definition(rows, rows).sums, largest=found.sums.largest)


# -- bounded memory ------------------------------------------------------------------------------

_LARGE = """
from relnotes.samples.engine import Engine
from relnotes.samples.tables import Table, pair_tables

key = ("quiz", "acc", None)
made = Engine(memory_mb={memory_mb})
rows = "SELECT md5(i::VARCHAR) AS key, 1 AS epoch, NULL AS cluster, (i % {each})::DOUBLE AS score"
tables = [
    Table(made, "x", {{key: rows.format(each=each) + " FROM range({rows}) AS t(i)"}})
    for each in (2, 3)
]
found = pair_tables(*tables, key, lambda side: None)
made.close()
print(found.sums.n, open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what was used since exec")
def test_a_comparison_stays_within_the_memory_allowed(project: Path) -> None:
    """Three million pairs take half as much again if they are let."""
    program = _LARGE.replace("% {each}", "% {{each}}").format(rows=3_000_000, memory_mb=200)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    n, peak_kb = (int(number) for number in done.stdout.split())
    assert n == 3_000_000
    assert peak_kb < 330_000  # of which the program itself is about 90 MB
