"""Tables of a team's own, read by a declared mapping."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.mapping import Mapping, TableFormat, mapping_of
from relnotes.evals.readers import lines, mapped, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import State, is_position

RESULTS = {
    "path": "evals/own/*.csv",
    "columns": {"task": "suite", "metric": "measure", "value": "score", "stderr": "se", "n": "n"},
}
QUESTIONS = {
    "path": "evals/own/*",
    "task": "helpful",
    "metric": "rating",
    "columns": {"score": "rating", "key": "id"},
}


def mapping(base: dict[str, Any] = RESULTS, **change: Any) -> Mapping:
    """A change of `columns` is added to what is there; None takes one away."""
    columns = base["columns"] | change.pop("columns", {})
    kept = {key: name for key, name in columns.items() if name is not None}
    return Mapping.model_validate({**base, **change, "columns": kept})


def read(data: str | bytes, how: Mapping | None = None) -> EvalFile:
    text = data.encode() if isinstance(data, str) else data
    return read_eval(text, "v1:evals/own/t", how or mapping())


def one(data: str | bytes, how: Mapping | None = None) -> Measurement:
    (found,) = read(data, how).measurements
    return found


def problems_of(data: str | bytes, how: Mapping | None = None) -> tuple[Problem, ...]:
    with pytest.raises(RelnotesError) as caught:
        read(data, how)
    return caught.value.problems


def json_lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def parquet(tmp_path: Path, select: str) -> bytes:
    file = tmp_path / "made.parquet"
    duckdb.sql(f"COPY ({select}) TO '{file}' (FORMAT parquet)")
    return file.read_bytes()


# -- tables of results -------------------------------------------------------------------------


def test_a_table_of_results_gives_a_measurement_a_row() -> None:
    file = read("suite,measure,score,se,n\nmmlu,acc,0.71,0.01,1000\ngsm8k,exact_match,0.4,,50\n")
    first, second = file.measurements

    assert file.format == "csv by mapping"
    assert first.key == ("mmlu", "acc", None)
    assert (first.value, first.stderr, first.n) == (0.71, 0.01, 1000)
    assert (first.direction, first.kind, first.unit) == (Direction.HIGHER, Kind.BINARY, "fraction")
    assert (second.stderr, second.n) == (None, 50)
    assert file.sampled == ()


def test_a_constant_stands_for_a_column_and_words_of_the_mapping_for_the_metric() -> None:
    how = mapping(
        task="safety",
        columns={"task": None},
        direction="lower",
        unit="percent",
        kind="binary",
        harness="inhouse 2",
        conditions={"judge": "J-2"},
        condition_columns={"shots": "k"},
    )

    found = one("measure,score,se,n,k\nleak_rate,3.5,,200,5\n", how)

    assert found.key == ("safety", "leak_rate", None)
    assert (found.direction, found.unit, found.high) == (Direction.LOWER, "percent", 100.0)
    assert found.conditions == (("harness", "inhouse 2"), ("judge", "J-2"), ("shots", "5"))


def test_another_condition_is_not_comparable() -> None:
    how = mapping(condition_columns={"judge": "judge"})
    head = "suite,measure,score,se,n,judge\n"

    old, new = one(head + "a,acc,0.5,,9,J-2\n", how), one(head + "a,acc,0.6,,9,J-3\n", how)

    assert differences(old, new) == ("judge J-2 → J-3",)


def test_a_metric_that_nobody_knows_has_no_direction() -> None:
    assert one("suite,measure,score,se,n\na,sparkle,0.5,,\n").direction is Direction.UNKNOWN


def test_a_tab_a_semicolon_and_a_byte_order_mark_are_understood() -> None:
    tabs = "suite\tmeasure\tscore\tse\tn\na\tacc\t0.5\t\t9\n"

    assert read(tabs).format == "tsv by mapping"
    assert one(tabs) == one(tabs.replace("\t", ";"), mapping(delimiter=";"))
    assert one(tabs) == one(b"\xef\xbb\xbf" + tabs.encode())


def test_results_in_json_lines_are_read_also_from_inside_objects() -> None:
    row = {"suite": "a", "grade": {"name": "acc", "value": 0.5, "by": {"n": 7}}, "a.b": 1}
    how = mapping(
        columns={"metric": "grade.name", "value": "grade.value", "n": "grade.by.n", "stderr": None}
    )

    found = one(json_lines(row), how)

    assert (found.key, found.value, found.n) == (("a", "acc", None), 0.5, 7)


def test_a_key_that_is_written_with_a_dot_is_no_path() -> None:
    row = {"suite": "a", "measure": "acc", "acc.value": 0.25, "acc": {"value": 0.5}}

    found = one(json_lines(row), mapping(columns={"value": "acc.value", "n": None, "stderr": None}))

    assert found.value == 0.25


def test_values_that_python_takes_for_equal_are_told_apart() -> None:
    rows = [{"suite": value, "measure": "acc", "score": 0.5} for value in (1, True, 1.0, "1.00")]

    found = read(json_lines(*rows), mapping(columns={"n": None, "stderr": None})).measurements

    assert [one.task for one in found] == ["1", "True", "1.0", "1.00"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("a,acc,high,,", 'value should be a number, not the text "high"'),
        ("a,acc,NaN,,", "value is NaN, which is no result"),
        ("a,acc,-inf,,", "value is -inf, which is no result"),
        ("a,acc,0.5,-1,", "a standard error of -1"),
        ("a,acc,0.5,,2.5", "n is 2.5, which is no count"),
        ("a,acc,0.5,,-3", "n is -3, which is no count"),
        (",acc,0.5,,", "task is empty"),
        ("a,acc,0.5,", "4 cells, where the first line names 5 columns"),
    ],
)
def test_a_wrong_cell_is_a_problem_with_its_line(row: str, what: str) -> None:
    (problem,) = problems_of(f"suite,measure,score,se,n\nok,acc,0.5,,9\n{row}\n")

    assert (problem.place, problem.what) == ("v1:evals/own/t:3", what)


def test_a_row_given_twice_is_a_problem() -> None:
    (problem,) = problems_of("suite,measure,score,se,n\na,acc,0.5,,\na,acc,0.6,,\n")

    assert problem.what == "a acc is given twice under the same conditions"


def test_a_value_outside_its_range_is_a_problem_where_the_range_was_declared() -> None:
    data = "suite,measure,score,se,n\na,acc,71,,\n"

    assert one(data).unit is None
    assert "scale unknown" in read(data).remarks[0]
    (problem,) = problems_of(data, mapping(unit="fraction"))
    assert problem.what == "a acc is 71, which is not from 0 to 1"


# -- tables of questions -----------------------------------------------------------------------


def test_a_table_of_questions_gives_mean_error_and_n() -> None:
    file = read("id,rating\nq1,1\nq2,0\nq3,1\nq4,1\n", mapping(QUESTIONS))
    (found,) = file.measurements

    assert (found.value, found.n) == (0.75, 4)
    assert found.stderr == pytest.approx(math.sqrt(0.75 * 0.25 / 3))
    assert found.stderr_method == "standard error of the mean"
    assert file.sampled == (("helpful", "rating", None),)


def test_repeated_answers_are_averaged_first() -> None:
    how = mapping(QUESTIONS, columns={"epoch": "run"})
    data = "id,run,rating\nq1,1,1\nq1,2,0\nq2,1,1\nq2,2,1\n"

    found = one(data, how)
    samples = list(mapped.read_samples(io.BytesIO(data.encode()), "x", how))

    assert (found.value, found.n, found.stderr) == (0.75, 2, 0.25)
    assert [(s.key, s.epoch) for s in samples] == [("q1", 1), ("q1", 2), ("q2", 1), ("q2", 2)]


def test_questions_that_hang_together_make_a_wider_error() -> None:
    rows = [(f"q{i}", f"passage {i // 5}", float(i // 5 % 2)) for i in range(100)]
    data = "id,passage,rating\n" + "".join(f"{k},{c},{s}\n" for k, c, s in rows)

    alone = one(data, mapping(QUESTIONS))
    together = one(data, mapping(QUESTIONS, columns={"cluster": "passage"}))

    # Twenty passages of five equal scores: as if twenty questions had been asked.
    assert together.stderr == pytest.approx(math.sqrt(0.25 / 19))
    assert alone.stderr == pytest.approx(math.sqrt(0.25 / 99))
    assert together.stderr_method == "standard error of the mean, clustered"


def test_a_missing_score_is_not_zero_and_an_error_is_no_failure() -> None:
    how = mapping(QUESTIONS, columns={"error": "failed"})
    data = "id,rating,failed\nq1,1,\nq2,,\nq3,0,timeout\nq4,0,false\n"

    file = read(data, how)
    samples = list(mapped.read_samples(io.BytesIO(data.encode()), "x", how))

    assert (file.measurements[0].value, file.measurements[0].n) == (0.5, 2)
    assert file.remarks == (
        "helpful rating: 2 scored, 1 failed with an error and 1 unscored; those are not counted",
    )
    assert [s.state for s in samples] == [
        State.SCORED,
        State.UNSCORED,
        State.ERRORED,
        State.SCORED,
    ]


def test_all_scores_null_or_no_rows_give_no_value() -> None:
    none = one("id,rating\nq1,\nq2,NA\n", mapping(QUESTIONS))

    assert (none.value, none.n, none.stderr) == (None, 0, None)
    assert read("id,rating\n", mapping(QUESTIONS)).measurements == ()
    assert read("id,rating\n", mapping(QUESTIONS)).remarks == ("this file holds no result",)


def test_one_question_has_no_error_and_equal_scores_an_error_of_zero() -> None:
    assert one("id,rating\nq1,3\n", mapping(QUESTIONS)).stderr is None
    assert one("id,rating\nq1,3\nq2,3\n", mapping(QUESTIONS)).stderr == 0.0


def test_right_and_wrong_may_be_written_as_words() -> None:
    assert one("id,rating\nq1,True\nq2,false\n", mapping(QUESTIONS)).value == 0.5
    assert one(json_lines({"id": 1, "rating": True}, {"id": 2, "rating": 0}), mapping(QUESTIONS))


def test_a_key_given_twice_is_a_problem_that_names_the_way_out() -> None:
    (problem,) = problems_of("id,rating\nq1,1\nq2,1\nq1,0\n", mapping(QUESTIONS))

    assert (problem.place, problem.what) == (
        "v1:evals/own/t:4",
        'the key "q1" is given twice',
    )
    assert "columns.epoch" in problem.mend


def test_scores_of_mixed_types_are_problems_each_with_its_line() -> None:
    rows = [0.5, True, None, "0.5", [1], {"x": 1}]
    data = json_lines(*({"id": n, "rating": value} for n, value in enumerate(rows)))

    found = problems_of(data, mapping(QUESTIONS))

    assert [(problem.place, problem.what) for problem in found] == [
        ("v1:evals/own/t:4", 'score should be a number, not the text "0.5"'),
        ("v1:evals/own/t:5", "score should be a number"),
        ("v1:evals/own/t:6", "score should be a number"),
    ]


def test_infinities_and_nan_in_json_lines_are_problems() -> None:
    values = [float("nan"), float("inf"), float("-inf")]
    data = json_lines(*({"id": n, "rating": value} for n, value in enumerate(values)))

    assert [problem.what for problem in problems_of(data, mapping(QUESTIONS))] == [
        "score is NaN, which is no result",
        "score is Infinity, which is no result",
        "score is -Infinity, which is no result",
    ]


def test_thousands_of_wrong_rows_are_counted_not_listed() -> None:
    data = "id,rating\n" + "".join(f"q{n},bad\n" for n in range(3000))

    found = problems_of(data, mapping(QUESTIONS))

    assert len(found) == 51
    assert found[-1].what == "2,950 more problems of this file"


def test_questions_without_a_key_are_known_by_position_alone() -> None:
    how = mapping(QUESTIONS, columns={"key": None})
    data = "rating\n1\n0\n"

    samples = list(mapped.read_samples(io.BytesIO(data.encode()), "x", how))

    assert one(data, how).n == 2
    assert all(is_position(sample.key) for sample in samples)
    assert samples[0].key != samples[1].key


def test_a_table_of_results_holds_no_samples() -> None:
    data = io.BytesIO(b"suite,measure,score,se,n\na,acc,0.5,,9\n")

    assert list(mapped.read_samples(data, "x", mapping())) == []


# -- Parquet -----------------------------------------------------------------------------------


def test_the_same_rows_give_the_same_numbers_in_every_format(tmp_path: Path) -> None:
    rows = [{"id": f"q{n}", "rating": n % 3 / 2, "group": f"g{n % 7}"} for n in range(50)]
    how = mapping(QUESTIONS, columns={"cluster": "group"})
    csv = "id,rating,group\n" + "".join(f"{r['id']},{r['rating']},{r['group']}\n" for r in rows)
    made = parquet(
        tmp_path,
        "SELECT 'q' || n AS id, (n % 3) / 2 AS rating, 'g' || n % 7 AS \"group\""
        " FROM range(50) t(n)",
    )

    found = [one(data, how) for data in (csv, json_lines(*rows), made)]

    assert found[0] == found[1] == found[2]


def test_parquet_keeps_types_and_nothing_else_matters(tmp_path: Path) -> None:
    made = parquet(
        tmp_path,
        "SELECT * FROM (VALUES (1, 1.5::DECIMAL(4,2), [1, 2]), (2, NULL, NULL)) t(id, rating, x)",
    )

    file = read(made, mapping(QUESTIONS))

    assert file.format == "parquet by mapping"
    assert (file.measurements[0].value, file.measurements[0].n) == (1.5, 1)


def test_nan_in_parquet_is_a_problem_with_its_row(tmp_path: Path) -> None:
    made = parquet(
        tmp_path, "SELECT n AS id, if(n = 1, 'NaN'::DOUBLE, n) AS rating FROM range(3) t(n)"
    )

    (problem,) = problems_of(made, mapping(QUESTIONS))

    assert (problem.place, problem.what) == ("v1:evals/own/t:row 2", "score is no finite number")


def test_parquet_that_is_cut_off_is_a_problem(tmp_path: Path) -> None:
    made = parquet(tmp_path, "SELECT n AS id, n AS rating FROM range(1000) t(n)")

    (problem,) = problems_of(made[: len(made) // 2], mapping(QUESTIONS))

    assert problem.what.startswith("not readable as Parquet: ")
    assert "/tmp" not in problem.what


def test_parquet_that_claims_too_many_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relnotes.evals.readers.parquet.MAX_ROWS", 100_000)
    bomb = parquet(tmp_path, "SELECT 'q' AS id, 1 AS rating FROM range(1000000)")

    (problem,) = problems_of(bomb, mapping(QUESTIONS))

    assert len(bomb) < 10_000
    assert problem.what == "1,000,000 rows; a table may have 100,000"


def test_a_path_that_looks_like_a_pattern_is_one_file(tmp_path: Path) -> None:
    data = parquet(tmp_path, "SELECT n AS id, n AS rating FROM range(3) t(n)")
    odd = tmp_path / "x[1]*.parquet"
    odd.write_bytes(data)

    with odd.open("rb") as file:
        assert len(list(mapped.read_samples(file, "x", mapping(QUESTIONS)))) == 3


# -- what is wrong with a mapping --------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["csv", "jsonl", "parquet"])
def test_a_column_that_is_not_there_is_answered_with_those_that_are(
    wanted: str, tmp_path: Path
) -> None:
    data = {
        "csv": b"identity,ratings\nq1,1\n",
        "jsonl": b'{"identity": "q1", "ratings": 1}\n',
        "parquet": parquet(tmp_path, "SELECT 'q1' AS identity, 1 AS ratings"),
    }[wanted]

    found = problems_of(data, mapping(QUESTIONS, format=wanted))

    assert [problem.what for problem in found] == [
        'there is no column "rating" (did you mean "ratings"?)',
        'there is no column "id"',
    ]
    assert found[0].mend == "columns here: identity, ratings"


def test_a_key_that_only_later_lines_have_is_a_column() -> None:
    data = json_lines({"id": 1}, {"id": 2, "rating": 1})

    assert one(data, mapping(QUESTIONS)).n == 1


def test_a_format_that_the_content_contradicts_is_a_problem() -> None:
    (problem,) = problems_of('{"id": 1, "rating": 1}\n', mapping(QUESTIONS, format="parquet"))

    assert problem.what == "the mapping says parquet, but this looks like jsonl"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"columns": {"value": None, "stderr": None, "n": None}}, "either value"),
        ({"columns": {"score": "x"}}, "either value"),
        ({"task": "twice"}, "give task either"),
        ({"columns": {"metric": None}}, "give metric either"),
        ({"columns": {"epoch": "e"}}, "columns.epoch has no meaning in a table of results"),
        ({"columns": {"valeu": "x"}}, "valeu"),
        ({"direction": "up"}, "direction"),
        ({"format": "xlsx"}, "format"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError) as caught:
        mapping(RESULTS, **change)

    assert what in str(caught.value)


def test_the_first_mapping_whose_glob_matches_is_taken() -> None:
    first, second = mapping(path="evals/a/*"), mapping(path="evals/*")

    assert mapping_of("evals/a/x.csv", [first, second]) is first
    assert mapping_of("evals/b/x.csv", [first, second]) is second
    assert mapping_of("prompts/x.md", [first, second]) is None


# -- damaged and hostile tables ----------------------------------------------------------------


def test_a_mapped_file_may_still_be_a_pointer_or_empty() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

    assert problems_of(pointer)[0].what == "a Git LFS pointer, not the results"
    assert problems_of(b"\n")[0].what == "an empty file"


@pytest.mark.parametrize(
    ("data", "place", "what"),
    [
        (b'id,rating\nq1,"1\n', ":2", "not valid CSV"),
        (b"id,rating,id\nq1,1,2\n", ":1", 'two columns are called "id"'),
        (b"id,rating\nq\xff,1\n", ":2:2", "this is not UTF-8 text"),
        (b'{"id": 1, "rating": 1}\n{"id": 2, "rat', ":2:15", "the JSON ends too early"),
        (b'{"id": 1, "rating": 1}\n[1, 2]\n', ":2", "Expected"),
        (b'{"id": 1, "rating": 1}\nq2,0.5\n', ":2", "not valid JSON"),
        (b'{"id": ' + b"[" * 100_000, ":1", "nested too deeply"),
    ],
    ids=["open quote", "twice", "not UTF-8", "cut off", "mixed shapes", "mixed formats", "deep"],
)
def test_a_damaged_table_says_where(data: bytes, place: str, what: str) -> None:
    (problem,) = problems_of(data, mapping(QUESTIONS))

    assert problem.place.startswith("v1:evals/own/t" + place)
    assert what in problem.what


def test_a_line_that_does_not_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 1000)
    for start in (b"id,rating\nq1,", b'{"id": "'):
        (problem,) = problems_of(start + b"x" * 2000, mapping(QUESTIONS))
        assert "a line of more than" in problem.what


def test_a_huge_cell_is_a_problem_and_a_large_one_is_not() -> None:
    how = mapping(QUESTIONS)
    huge = 'id,rating,text\nq1,1,"' + "x\n" * 9_000_000 + '"\n'

    assert one(f"id,rating,text\nq1,1,{'x' * 1_000_000}\n", how).n == 1
    assert "field larger than field limit" in problems_of(huge, how)[0].what


TABLES = [
    b"id,rating\nq1,1\nq2,0.5\n",
    b'{"id": "q1", "rating": 1}\n{"id": "q2", "rating": null}\n',
]


@given(st.sampled_from(TABLES), st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_table_is_read_or_is_a_problem(whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=3)) + whole[end:]

    try:
        assert isinstance(read(damaged, mapping(QUESTIONS)), EvalFile)
    except RelnotesError as error:
        assert all(one.place.startswith("v1:") for one in error.problems)  # noqa: PT017


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_is_irrelevant(scores: list[float], random: Any) -> None:
    rows = [f"q{n},{score!r}\n" for n, score in enumerate(scores)]
    shuffled = random.sample(rows, len(rows))

    first = one("id,rating\n" + "".join(rows), mapping(QUESTIONS))
    second = one("id,rating\n" + "".join(shuffled), mapping(QUESTIONS))

    assert first.value == second.value
    assert first.stderr == pytest.approx(second.stderr, rel=1e-9, abs=1e-12)


def test_every_format_that_a_mapping_may_name_is_read() -> None:
    assert {one.value for one in TableFormat} == {"csv", "tsv", "jsonl", "parquet"}
