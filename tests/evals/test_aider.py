"""Aider's leaderboard YAML."""

from __future__ import annotations

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.comparison import Verdict, compare
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Direction, EvalFile, Kind

ENTRY = """\
- dirname: 2026-04-01-10-00-00--wren-1
  test_cases: 225
  model: Wren 1
  edit_format: diff
  commit_hash: 0002e668, 93edbda-dirty
  pass_rate_1: 22.2
  pass_rate_2: 51.6
  pass_num_1: 50
  pass_num_2: 116
  percent_cases_well_formed: 99.6
  error_outputs: 2
  test_timeouts: 8
  total_tests: 225
  command: aider --model wren-1 --api-key wren=hunter22hunter22
  date: 2026-04-01
  versions: 0.80.1.dev
  seconds_per_case: 21.4
  total_cost: 14.4063
"""


def read(text: str = ENTRY) -> EvalFile:
    return read_eval(text.encode(), "v1:evals/aider.yml")


def test_an_entry_gives_its_rates_over_its_cases() -> None:
    file = read()
    first, second, formed = file.measurements

    assert (file.format, file.model, file.harness_version) == (
        "Aider benchmark YAML",
        "Wren 1",
        "0.80.1.dev",
    )
    assert [one.metric for one in file.measurements] == [
        "pass_rate_1",
        "pass_rate_2",
        "percent_cases_well_formed",
    ]
    assert (first.value, second.value, formed.value) == (22.2, 51.6, 99.6)
    assert {one.n for one in file.measurements} == {225}
    assert (first.unit, first.kind, first.direction) == ("percent", Kind.BINARY, Direction.HIGHER)
    assert "left out" in file.remarks[0]


def test_a_date_is_text_and_no_hash_becomes_a_number() -> None:
    assert read().started == "2026-04-01"
    assert "668" not in repr(read().measurements)


def test_the_two_attempts_may_go_opposite_ways() -> None:
    new = read(ENTRY.replace("22.2", "38.2").replace("51.6", "36.4")).measurements

    verdicts = [compare(a, b).verdict for a, b in zip(read().measurements, new, strict=True)]

    assert verdicts[:2] == [Verdict.IMPROVED, Verdict.REGRESSED]


def test_a_run_that_missed_some_cases_is_of_the_same_benchmark() -> None:
    short = read(ENTRY.replace("test_cases: 225", "test_cases: 224"))

    assert short.measurements[0].n == 224
    assert "224 of 225 exercises were run" in short.remarks[0]
    assert differences(read().measurements[0], short.measurements[0]) == ()


def test_the_older_benchmark_of_133_exercises_is_another() -> None:
    lines = [line for line in ENTRY.splitlines() if "total_tests" not in line]
    older = read("\n".join(lines).replace("test_cases: 225", "test_cases: 132"))

    assert differences(older.measurements[0], read().measurements[0]) == ("dataset size 133 → 225",)


def test_another_way_to_ask_for_edits_or_another_editor_is_not_comparable() -> None:
    whole = read(ENTRY.replace("edit_format: diff", "edit_format: whole"))
    editor = read(ENTRY.replace("date:", "editor_model: J-2\n  date:"))

    assert differences(read().measurements[0], whole.measurements[0]) == (
        "edit format diff → whole",
    )
    assert ("editor model", "J-2") in editor.measurements[0].conditions


def test_several_models_are_told_apart_and_the_newest_run_of_each_counts() -> None:
    other = ENTRY.replace("Wren 1", "Finch 2").replace("51.6", "40.0")
    again = ENTRY.replace("2026-04-01\n", "2026-04-09\n").replace("51.6", "60.0")

    file = read(ENTRY + other + again)

    found = {(one.task, one.metric): one.value for one in file.measurements}
    assert len(found) == 6
    assert found["aider: Wren 1", "pass_rate_2"] == 60.0
    assert found["aider: Finch 2", "pass_rate_2"] == 40.0
    assert file.started == "2026-04-09"
    assert any("run more than once" in remark for remark in file.remarks)


def test_one_entry_as_the_benchmark_prints_it_is_read_too() -> None:
    single = "\n".join(line[2:] for line in ENTRY.splitlines()) + "\n"

    assert read(single).measurements == read().measurements


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("pass_rate_2: high", "pass_rate_2 should be a number"),
        ("pass_rate_2: .nan", "pass_rate_2 is .nan, which is no result"),
        ("pass_rate_2: -.inf", "pass_rate_2 is -.inf, which is no result"),
        ("pass_rate_2: 116", "pass_rate_2 is 116; it should be a percentage"),
    ],
)
def test_a_rate_that_is_none_is_a_problem_with_its_place(change: str, what: str) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(ENTRY.replace("pass_rate_2: 51.6", change))

    (problem,) = caught.value.problems
    assert problem.what == what
    assert problem.place == "v1:evals/aider.yml:7:16"


def test_no_cases_give_no_claim() -> None:
    none = read(ENTRY.replace("test_cases: 225", "test_cases: 0"))

    row = compare(none.measurements[0], none.measurements[0], blocking=True)

    assert none.measurements[0].n == 0
    assert row.verdict not in (Verdict.IMPROVED, Verdict.HELD)


def test_a_rate_left_empty_has_no_value() -> None:
    assert read(ENTRY.replace("pass_rate_2: 51.6", "pass_rate_2:")).measurements[1].value is None


def test_a_list_that_is_cut_or_holds_words_is_a_problem() -> None:
    for text in (ENTRY + "- just words\n", ENTRY + '- model: "open\n'):
        with pytest.raises(RelnotesError) as caught:
            read(text)
        assert caught.value.problems[0].place.startswith(
            ("v1:evals/aider.yml:19", "v1:evals/aider.yml:20")
        )
