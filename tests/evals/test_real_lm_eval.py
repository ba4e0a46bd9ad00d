"""What lm-eval wrote, read, against what it printed; `cases/lm-eval-real/` says how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from relnotes.evals.comparison import Verdict, adjust, compare
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement

CASE = Path(__file__).parent / "cases" / "lm-eval-real"
QUESTIONS = {
    "birds_fi": 120,
    "birds_names": 200,
    "birds_pl": 80,
    "birds_prose": 60,
    "birds_quiz": 300,
    "birds_sums": 250,
}
ARROWS = {"↑": Direction.HIGHER, "↓": Direction.LOWER}

Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class Printed:
    """A row of the table at the end of a run."""

    key: Key
    version: float
    shots: str
    direction: Direction
    value: float
    stderr: float | None


def printed(side: str) -> Iterator[Printed]:
    """The first table; a task stands only in the first of its rows."""
    table, _, _ = (CASE / f"printed-{side}.txt").read_text().partition("\n\n")
    task, version = "", 0.0
    for line in table.splitlines()[2:]:
        cells = [cell.strip(" -") for cell in line.strip("|").split("|")]
        task, version = cells[0] or task, float(cells[1] or version)
        _, _, filter_name, shots, metric, arrow, value, _, error = cells
        yield Printed(
            (task, metric, None if filter_name == "none" else filter_name),
            version,
            shots,
            ARROWS[arrow],
            float(value),
            None if error == "N/A" else float(error),
        )


def result_file(side: str) -> EvalFile:
    (path,) = (CASE / side).glob("results_*.json")
    return read_eval(path.read_bytes(), path.name)


def measured(side: str) -> dict[Key, Measurement]:
    return {one.key: one for one in result_file(side).measurements}


@pytest.mark.parametrize("side", ["old", "new"])
def test_every_printed_number_is_read_and_no_other(side: str) -> None:
    rows, found = list(printed(side)), measured(side)

    assert found.keys() == {row.key for row in rows}
    for row in rows:
        one, conditions = found[row.key], dict(found[row.key].conditions)
        assert one.value == pytest.approx(row.value, abs=5e-5), row.key
        assert one.stderr == (row.stderr and pytest.approx(row.stderr, abs=5e-5)), row.key
        assert one.direction is row.direction, row.key
        assert conditions["shots"] == row.shots, row.key
        assert float(conditions["task version"]) == row.version, row.key


@pytest.mark.parametrize("side", ["old", "new"])
def test_every_number_has_the_n_that_was_asked(side: str) -> None:
    assert {one.task: one.n for one in measured(side).values()} == QUESTIONS


def test_the_run_is_known_by_its_model_harness_and_start() -> None:
    file = result_file("new")

    assert (file.harness, file.harness_version, file.model) == ("lm-eval", "0.4.13", "birds-2")
    assert file.started == "2026-11-21T04:19:39+00:00"
    assert file.remarks == ()


def test_a_standard_error_says_how_it_was_made() -> None:
    found = measured("new")

    assert found["birds_quiz", "acc", None].stderr_method == "standard error of the mean"
    assert found["birds_names", "acc", None].stderr_method == "pooled over subtasks"
    assert found["birds_prose", "word_perplexity", None].stderr_method is None


def test_what_a_question_can_score_is_known() -> None:
    found = measured("new")

    assert found["birds_sums", "exact_match", "strict-match"].kind is Kind.BINARY
    assert found["birds_sums", "exact_match", "strict-match"].unit == "fraction"
    assert found["birds_prose", "bits_per_byte", None].kind is Kind.UNBOUNDED


def test_samples_are_recognised_and_measure_nothing_by_themselves() -> None:
    (path,) = (CASE / "new").glob("samples_*.jsonl")

    assert read_eval(path.read_bytes(), path.name).measurements == ()


def test_two_checkpoints_get_the_verdicts_that_their_numbers_allow() -> None:
    old, new = measured("old"), measured("new")

    rows = {row.key[:3]: row for row in adjust(compare(old[key], new[key]) for key in old)}

    assert {key: row.verdict for key, row in rows.items()} == {
        ("birds_fi", "acc", ""): Verdict.INCONCLUSIVE,
        ("birds_names", "acc", ""): Verdict.HELD,
        ("birds_pl", "acc", ""): Verdict.INCONCLUSIVE,
        ("birds_prose", "bits_per_byte", ""): Verdict.INCONCLUSIVE,
        ("birds_prose", "word_perplexity", ""): Verdict.INCONCLUSIVE,
        ("birds_quiz", "acc", ""): Verdict.REGRESSED,
        ("birds_quiz", "acc_norm", ""): Verdict.REGRESSED,
        ("birds_sums", "exact_match", "flexible-extract"): Verdict.IMPROVED,
        ("birds_sums", "exact_match", "strict-match"): Verdict.INCONCLUSIVE,
    }
    prose = rows["birds_prose", "word_perplexity", ""]
    assert prose.reason == "no standard error is known"
