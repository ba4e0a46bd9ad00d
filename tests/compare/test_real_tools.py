"""What lm-eval, Inspect and promptfoo wrote themselves, through `relnotes compare`.

Each has a planted regression, which is to be found, and a run whose numbers fell because it was
measured in another way, which is to be refused. How the files were made stands beside them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relnotes.comparing import Compared, compare_files
from relnotes.evals.verdict import Verdict

EVALS = Path(__file__).parents[1] / "evals"
LM_EVAL, INSPECT, PROMPTFOO = (
    EVALS / folder for folder in ("cases/lm-eval-real", "fixtures/inspect", "fixtures/promptfoo")
)

Shown = dict[tuple[str, str], tuple[float | None, float | None]]


def compared(old: Path, new: Path) -> Compared:
    return compare_files(str(old), str(new))


def shown(found: Compared) -> Shown:
    """Old and new by metric and filter, of all that is on both sides."""
    return {
        (f"{row.task} {row.metric}", row.filter or ""): (row.old, row.new) for row in found.rows
    }


def verdicts(found: Compared) -> dict[tuple[str, str], Verdict]:
    return {(f"{row.task} {row.metric}", row.filter or ""): row.verdict for row in found.rows}


def printed_by_lm_eval(side: str) -> dict[tuple[str, str], float]:
    """The table at the end of a run."""
    table, _, _ = (LM_EVAL / f"printed-{side}.txt").read_text().partition("\n\n")
    found, task = {}, ""
    for line in table.splitlines()[2:]:
        cells = [cell.strip(" -") for cell in line.strip("|").split("|")]
        task = cells[0] or task
        filter_name = "" if cells[2] == "none" else cells[2]
        found[f"{task} {cells[4]}", filter_name] = float(cells[6])
    return found


# -- lm-evaluation-harness -------------------------------------------------------------------------


def test_lm_evals_own_table_is_what_is_compared() -> None:
    found = shown(compared(LM_EVAL / "old", LM_EVAL / "new"))
    old, new = printed_by_lm_eval("old"), printed_by_lm_eval("new")
    assert found.keys() == old.keys() == new.keys()
    for key, (before, after) in found.items():
        assert before == pytest.approx(old[key], abs=5e-5)
        assert after == pytest.approx(new[key], abs=5e-5)


def test_a_regression_planted_in_a_run_of_lm_eval_is_found() -> None:
    found = verdicts(compared(LM_EVAL / "old", LM_EVAL / "new"))
    worse = {key for key, verdict in found.items() if verdict is Verdict.REGRESSED}
    assert worse == {("birds_quiz acc", ""), ("birds_quiz acc_norm", "")}


def test_a_run_of_lm_eval_with_other_shots_is_refused() -> None:
    found = compared(LM_EVAL / "old", LM_EVAL / "otherwise")
    both = [row for row in found.rows if row.old is not None and row.new is not None]
    assert {(row.metric, row.old > row.new) for row in both} == {("acc", True), ("acc_norm", True)}
    assert {row.verdict for row in both} == {Verdict.NOT_COMPARABLE}
    assert {row.reason for row in both} == {"shots 0 → 3"}


# -- Inspect ---------------------------------------------------------------------------------------


def inspect(old: str, new: str) -> Compared:
    return compared(INSPECT / f"{old}.eval", INSPECT / f"{new}.eval")


def test_what_inspect_printed_is_what_is_compared() -> None:
    text = (INSPECT / "README.md").read_text()
    many, worse = (
        re.search(rf"^{name}.*\n((?:   .*\n)+)", text, re.MULTILINE) for name in ("many", "worse,")
    )
    assert many
    assert worse
    found = shown(inspect("many", "worse"))
    for line_old, line_new in zip(many[1].splitlines(), worse[1].splitlines(), strict=True):
        scorer, reducer = line_old.split()[:2]
        filter_name = scorer if reducer == "mean" else f"{scorer}, {reducer}"
        metric = "accuracy" if scorer == "match" else "mean"
        values = (re.findall(rf"'{metric}': ([\d.]+)", one)[0] for one in (line_old, line_new))
        assert found[f"sums {metric}", filter_name] == pytest.approx(tuple(map(float, values)))
    assert len(found) == 4


def test_a_regression_planted_in_a_run_of_inspect_is_found_question_by_question() -> None:
    found = inspect("many", "worse")
    (row,) = (one for one in found.rows if one.filter == "match")
    assert (row.verdict, row.paired, row.n) == (Verdict.REGRESSED, True, 120)
    flips = found.flips[row.key]
    assert (flips.lost_count, flips.gained_count) == (23, 0)


def test_another_version_of_the_task_of_inspect_is_refused() -> None:
    found = inspect("many", "otherwise")
    assert {row.verdict for row in found.rows} == {Verdict.NOT_COMPARABLE}
    assert all("task version 3 → 4" in row.reason for row in found.rows)


# -- promptfoo -------------------------------------------------------------------------------------


def promptfoo(old: str, new: str) -> Compared:
    return compared(PROMPTFOO / f"{old}.jsonl", PROMPTFOO / f"{new}.jsonl")


def test_what_promptfoo_printed_is_what_is_compared() -> None:
    found = {row.metric: (row.old, row.new) for row in promptfoo("many", "worse").rows}
    assert found["pass_rate"] == (pytest.approx(32 / 40), pytest.approx(24 / 40))


def test_a_regression_planted_in_a_run_of_promptfoo_is_found_test_by_test() -> None:
    found = promptfoo("many", "worse")
    (row,) = (one for one in found.rows if one.metric == "pass_rate")
    assert (row.verdict, row.paired, row.n) == (Verdict.REGRESSED, True, 40)
    assert (found.flips[row.key].lost_count, found.flips[row.key].gained_count) == (8, 0)


def test_another_assertion_of_promptfoo_is_refused() -> None:
    found = promptfoo("many", "otherwise")
    assert {row.verdict for row in found.rows} == {Verdict.NOT_COMPARABLE}
    assert all(row.reason.startswith("assertions contains") for row in found.rows)


# -- names -----------------------------------------------------------------------------------------


def test_two_forms_that_name_a_suite_otherwise_are_told_how_to_meet() -> None:
    found = compared(PROMPTFOO / "old.jsonl", PROMPTFOO / "new.json")
    hint = "--rename 'promptfoo (answer, first, question, second)=times three'"
    assert any(hint in remark for remark in found.remarks)
