"""Comparing question by question: what the totals could not show, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compare.comparekit import relnotes
from evals.eval_examples import as_json, lm_eval_file

from relnotes.cli.compare_options import asked
from relnotes.comparing import Compared, Options, compare_files
from relnotes.errors import RelnotesError
from relnotes.evals.verdict import Verdict

N = 500
Score = Callable[[int], float | None]


def of_columns(*columns: str) -> Options:
    return asked(
        Options(),
        None,
        **dict.fromkeys(("margins", "overrides", "directions"), ()),  # type: ignore[arg-type]
        **dict.fromkeys(("alpha", "power", "min_overlap")),  # type: ignore[arg-type]
        columns=columns,
    )


def tables(folder: Path, old: Score, new: Score, *columns: str) -> Compared:
    """Two tables with a line a question, `id,acc,text`; ten questions share a text."""
    for name, score in (("old.csv", old), ("new.csv", new)):
        lines = (
            f"q{at:03},{'' if score(at) is None else score(at)},t{at // 10}" for at in range(N)
        )
        (folder / name).write_text("id,acc,text\n" + "\n".join(lines) + "\n")
    names = (str(folder / "old.csv"), str(folder / "new.csv"))
    return compare_files(*names, of_columns("score=acc", "key=id", *columns))


def right(at: int) -> float:
    return float(at % 2 == 0)


def a_little_worse(at: int) -> float:
    """Twenty answers go wrong, and two get right."""
    return 0.0 if at % 50 in (0, 2) else 1.0 if at in (3, 5) else right(at)


# Pairs


def test_pairs_show_what_totals_cannot(tmp_path: Path) -> None:
    (row,) = tables(tmp_path, right, a_little_worse).rows

    assert (row.verdict, row.paired, row.n, row.n_common) == (Verdict.REGRESSED, True, N, N)
    assert row.coverage == 1.0
    assert row.se is not None
    assert row.se < (2 * 0.25 / N) ** 0.5 / 2  # what the totals would have given


def test_the_questions_that_flipped_are_shown(tmp_path: Path) -> None:
    tables(tmp_path, right, a_little_worse)
    options = ("--column", "score=acc", "--column", "key=id")

    text = relnotes("compare", "old.csv", "new.csv", *options, folder=tmp_path).stdout
    record = relnotes(
        "compare", "old.csv", "new.csv", *options, "--format", "json", folder=tmp_path
    ).stdout

    assert "20 from right to wrong (q000, q002, q050 and 17 more)" in text
    assert "2 from wrong to right (q003 and q005)" in text
    flips = json.loads(record)["evals"][0]["flips"]
    assert (flips["lost"], flips["gained"]) == (20, 2)
    assert flips["gained_keys"] == ["q003", "q005"]


def test_questions_about_one_text_are_weighed_by_text(tmp_path: Path) -> None:
    (row,) = tables(tmp_path, right, a_little_worse, "cluster=text").rows

    assert row.method == "paired t with clustered errors"


def test_scores_that_are_missing_could_turn_the_verdict(tmp_path: Path) -> None:
    def with_gaps(at: int) -> float | None:
        return None if at % 10 == 1 else a_little_worse(at)

    (row,) = tables(tmp_path, right, with_gaps).rows

    assert row.verdict is Verdict.INCONCLUSIVE
    assert "50 questions have no" in row.reason or "50 questions have none" in row.reason
    assert row.n_common == N - 50
    assert row.worst is not None
    assert row.best is not None
    assert row.worst < -0.04 < 0.05 < row.best


def test_two_sides_of_other_questions_are_not_comparable(tmp_path: Path) -> None:
    for name, first in (("old.csv", 0), ("new.csv", 400)):
        lines = (f"q{at},{int(right(at))}" for at in range(first, first + N))
        (tmp_path / name).write_text("id,acc\n" + "\n".join(lines) + "\n")
    names = (str(tmp_path / "old.csv"), str(tmp_path / "new.csv"))

    (row,) = compare_files(*names, of_columns("score=acc", "key=id")).rows

    assert row.verdict is Verdict.NOT_COMPARABLE
    assert row.reason == "questions: only 100 of 900 were asked in both releases"


def test_how_much_must_be_shared_can_be_said(tmp_path: Path) -> None:
    for name, first in (("old.csv", 0), ("new.csv", 400)):
        lines = (f"q{at},{int(right(at))}" for at in range(first, first + N))
        (tmp_path / name).write_text("id,acc\n" + "\n".join(lines) + "\n")
    columns = ("--column", "score=acc", "--column", "key=id", "--format", "json")

    answer = relnotes("compare", "old.csv", "new.csv", *columns, "--min-overlap", "0.1",
                      folder=tmp_path)  # fmt: skip

    (row,) = json.loads(answer.stdout)["evals"]
    assert (row["paired"], row["n_common"], row["verdict"]) == (True, 100, "inconclusive")
    assert row["coverage"] == pytest.approx(100 / 900)


def test_a_question_asked_twice_is_a_problem_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("id,acc\nq1,1\nq1,0\n")
    names = (str(tmp_path / "old.csv"), str(tmp_path / "old.csv"))

    with pytest.raises(RelnotesError, match='the key "q1" is given twice'):
        compare_files(*names, of_columns("score=acc", "key=id"))


# lm-eval


def lm_eval_folder(folder: Path, score: Score, *, totals: bool = True) -> str:
    """Results and samples as lm-evaluation-harness writes them."""
    folder.mkdir()
    scores = [score(at) or 0.0 for at in range(N)]
    mean = sum(scores) / N
    results = lm_eval_file({"quiz": {"acc,none": mean, "acc_stderr,none": 0.022}}, n=N)
    if totals:
        (folder / "results_2026-03-01T10-00-00.json").write_bytes(as_json(results))
    lines = (json.dumps(_line(at, value)) for at, value in enumerate(scores))
    (folder / "samples_quiz_2026-03-01T10-00-00.jsonl").write_text("\n".join(lines) + "\n")
    return str(folder)


def _line(at: int, score: float) -> dict[str, Any]:
    return {
        "doc_id": at,
        "doc": {"question": f"What is {at}?"},
        "resps": [],
        "filtered_resps": [],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"{at:064x}",
        "acc": score,
    }


def test_samples_beside_the_results_are_paired(tmp_path: Path) -> None:
    old = lm_eval_folder(tmp_path / "old", right)
    new = lm_eval_folder(tmp_path / "new", a_little_worse)

    (row,) = compare_files(old, new).rows

    assert (row.verdict, row.paired, row.n) == (Verdict.REGRESSED, True, N)
    assert (row.source_new or "").endswith("results_2026-03-01T10-00-00.json")


def test_samples_alone_say_how_many_were_right(tmp_path: Path) -> None:
    old = lm_eval_folder(tmp_path / "old", right, totals=False)
    new = lm_eval_folder(tmp_path / "new", a_little_worse, totals=False)

    found = compare_files(old, new)

    (row,) = found.rows
    assert (row.old, row.new, row.paired) == (0.5, 0.464, True)
    assert "no totals are given" in found.old.files[0].results.remarks[0]


def test_totals_alone_point_to_the_samples_beside_them(tmp_path: Path) -> None:
    old = lm_eval_folder(tmp_path / "old", right)
    new = lm_eval_folder(tmp_path / "new", a_little_worse)
    files = [f"{side}/results_2026-03-01T10-00-00.json" for side in (old, new)]

    found = compare_files(*files)

    assert found.rows[0].paired is False
    assert found.remarks[-1] == (
        "samples_*.jsonl lie beside both files: name the folders, and every question is compared"
    )
