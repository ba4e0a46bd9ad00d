"""`relnotes compare` on tables that are too large to be read line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compare.comparekit import relnotes

N = 100_000
COLUMNS = ("--column", "score=right", "--column", "key=id", "--direction", "right=higher")


def table(folder: Path, name: str, share: float, extra: str = "") -> None:
    """A question in seven is answered by chance; the same on every machine."""
    right = f"((i * 7919) % 1000 < {1000 * share})::INT"
    rows = (
        f"SELECT 'question-' || md5(i::VARCHAR) AS id, {right} AS right{extra} FROM range({N}) t(i)"
    )
    form = "PARQUET" if name.endswith(".parquet") else "CSV, HEADER"
    duckdb.sql(f"COPY ({rows}) TO '{folder / name}' (FORMAT {form})")


def row_of(folder: Path, *names: str) -> dict[str, Any]:
    done = relnotes("compare", *names, *COLUMNS, "--format", "json", folder=folder)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["evals"]
    return {name: value for name, value in row.items() if not name.startswith("source")}


def test_a_large_table_gives_the_numbers_that_a_small_one_gives(tmp_path: Path) -> None:
    for name, share in (("old", 0.61), ("new", 0.6)):
        table(tmp_path, f"{name}.parquet", share)
        table(tmp_path, f"{name}.csv", share)
    assert (tmp_path / "old.parquet").stat().st_size > 1 << 20
    assert (tmp_path / "old.csv").stat().st_size < 1 << 23

    large = row_of(tmp_path, "old.parquet", "new.parquet")
    small = row_of(tmp_path, "old.csv", "new.csv")

    assert large["verdict"] == "regressed"
    assert large["flips"]["lost"] == 1000
    assert large == {**small, "se": large["se"]}
    assert large["se"] == pytest.approx(small["se"])


def test_what_is_wrong_in_a_large_table_is_said_with_its_place(tmp_path: Path) -> None:
    odd = ", CASE WHEN i = 70000 THEN 'inf' ELSE '1' END::DOUBLE AS odd"
    table(tmp_path, "old.parquet", 0.6, odd)
    done = relnotes(
        "compare", "old.parquet", "old.parquet", "--column", "score=odd", "--column", "key=id",
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode != 0
    assert "old.parquet:row 70001: score is no finite number" in done.stderr


def test_a_column_that_a_large_table_lacks_is_guessed(tmp_path: Path) -> None:
    table(tmp_path, "old.parquet", 0.6)
    done = relnotes(
        "compare", "old.parquet", "old.parquet", "--column", "score=rihgt", "--column", "key=id",
        folder=tmp_path,
    )  # fmt: skip
    assert 'there is no column "rihgt" (did you mean "right"?)' in done.stderr


def test_a_large_table_without_scores_here_and_there_says_so(tmp_path: Path) -> None:
    table(tmp_path, "new.parquet", 0.6)
    odd = ", CASE WHEN i % 1000 < 999 THEN 1.0 END AS maybe"
    table(tmp_path, "old.parquet", 0.6, odd)
    done = relnotes(
        "compare", "old.parquet", "old.parquet", "--column", "score=maybe", "--column", "key=id",
        folder=tmp_path,
    )  # fmt: skip
    assert "99,900 scored, 100 unscored; those are not counted" in " ".join(done.stdout.split())
