"""What two files need from elsewhere: the old side measured again, and samples that lie apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compare.comparekit import relnotes
from evals.eval_examples import as_json, lm_eval_file

from relnotes.comparing import House, Options, compare_files


def measured(folder: Path, name: str, share: float, date: int = 1, **more: Any) -> None:
    results = {"mmlu": {"acc,none": share, "acc_stderr,none": 0.001}}
    (folder / name).write_bytes(as_json(lm_eval_file(results, date=float(date), **more)))


# Measured again


def test_a_change_must_exceed_what_the_old_side_moved_by_itself(tmp_path: Path) -> None:
    measured(tmp_path, "old.json", 0.61)
    measured(tmp_path, "new.json", 0.60)
    measured(tmp_path, "again.json", 0.59)
    names = [str(tmp_path / f"{name}.json") for name in ("old", "new")]

    (alone,) = compare_files(*names).rows
    (row,) = compare_files(*names, Options(again=(str(tmp_path / "again.json"),))).rows

    assert alone.verdict == "regressed"
    assert (row.verdict, row.noise) == ("inconclusive", 0.02)
    assert row.reason == "regressed by no more than the old release did when measured again (0.02)"


def test_how_far_the_old_side_moved_by_itself_is_said(tmp_path: Path) -> None:
    for name, share in (("old", 0.61), ("new", 0.5), ("again", 0.6)):
        measured(tmp_path, f"{name}.json", share)
    options = ("old.json", "new.json", "--again", "again.json")
    text = relnotes("compare", *options, folder=tmp_path).stdout
    (row,) = json.loads(relnotes("compare", *options, "--format", "json", folder=tmp_path).stdout)[
        "evals"
    ]
    assert "the old one moved by 0.01 when measured again" in text
    assert (row["verdict"], row["noise"]) == ("regressed", 0.01)


def test_what_was_measured_again_in_another_way_tells_no_noise(tmp_path: Path) -> None:
    for name in ("old", "new"):
        measured(tmp_path, f"{name}.json", 0.61)
    other = {"other": {"acc,none": 0.5, "acc_stderr,none": 0.01}}
    (tmp_path / "again.json").write_bytes(as_json(lm_eval_file(other)))
    done = relnotes("compare", "old.json", "new.json", "--again", "again.json", folder=tmp_path)
    said = " ".join(done.stdout.split())
    assert "--again again.json: nothing in it was measured as it was on the old side" in said


def test_a_folder_may_hold_what_was_measured_again(tmp_path: Path) -> None:
    for side, share in (("old", 0.61), ("new", 0.60)):
        (tmp_path / side / "evals/again").mkdir(parents=True)
        measured(tmp_path / side, "evals/mmlu.json", share)
    measured(tmp_path / "new", "evals/again/mmlu.json", 0.59)
    house = House(again=("evals/again/*",))
    names = (str(tmp_path / "old"), str(tmp_path / "new"))
    (row,) = compare_files(*names, Options(house=house)).rows
    assert row.noise == 0.02


# Samples that lie elsewhere

REFERENCE = """\
format: relnotes-samples/1
samples:
  - {{task: quiz, metric: acc, source: "{source}", digest: "{digest}", key: id, score: acc}}
"""


def referred(folder: Path, name: str, source: str) -> None:
    """A reference with the digest that the first try tells."""
    path = folder / f"{name}.yaml"
    path.write_text(REFERENCE.format(source=source, digest=f"rows:1:{'0' * 32}"))
    said = relnotes("compare", path.name, path.name, folder=folder).stderr
    digest = said.partition("is not what it was: ")[2].partition(",")[0]
    assert digest.startswith("rows:"), said
    path.write_text(REFERENCE.format(source=source, digest=digest))


def scores(share: float) -> str:
    right = f"((i * 7919) % 100 < {share * 100})::INT"
    return f"SELECT 'q' || i AS id, {right} AS acc FROM range(500) t(i)"


def test_a_reference_leads_from_where_the_settings_stand(tmp_path: Path) -> None:
    (tmp_path / "relnotes.toml").write_text("")
    (tmp_path / "lake").mkdir()
    for name, share in (("old", 0.8), ("new", 0.6)):
        duckdb.sql(f"COPY ({scores(share)}) TO '{tmp_path}/lake/{name}.parquet' (FORMAT PARQUET)")
        referred(tmp_path, name, f"lake/{name}.parquet")
    (tmp_path / "below").mkdir()

    done = relnotes("compare", "../old.yaml", "../new.yaml", folder=tmp_path / "below")

    assert "0.800 → 0.600" in done.stdout, done.stderr
    assert "n = 500 pairs" in done.stdout


def test_a_table_of_the_warehouse_is_found_by_its_address(tmp_path: Path) -> None:
    pytest.importorskip("ibis")
    lake = tmp_path / "lake.duckdb"
    with duckdb.connect(str(lake)) as connection:
        for name, share in (("old", 0.8), ("new", 0.6)):
            connection.sql(f"CREATE TABLE {name} AS {scores(share)}")
    (tmp_path / "relnotes.toml").write_text(f'[evals]\nwarehouse = "duckdb://{lake}"\n')
    for name in ("old", "new"):
        referred(tmp_path, name, f"table:{name}")

    done = relnotes("compare", "old.yaml", "new.yaml", folder=tmp_path)

    assert "0.800 → 0.600" in done.stdout, done.stderr


def test_a_table_of_the_warehouse_is_compared_with_a_file(tmp_path: Path) -> None:
    pytest.importorskip("ibis")
    lake = tmp_path / "lake.duckdb"
    with duckdb.connect(str(lake)) as connection:
        connection.sql(f"CREATE TABLE old AS {scores(0.8)}")
    duckdb.sql(f"COPY ({scores(0.6)}) TO '{tmp_path}/new.parquet' (FORMAT PARQUET)")
    (tmp_path / "relnotes.toml").write_text(f'[evals]\nwarehouse = "duckdb://{lake}"\n')
    referred(tmp_path, "old", "table:old")
    referred(tmp_path, "new", "new.parquet")

    done = relnotes("compare", "old.yaml", "new.yaml", folder=tmp_path)

    assert "0.800 → 0.600" in done.stdout, done.stderr
    assert "n = 500 pairs" in done.stdout


def test_a_table_without_a_warehouse_says_what_to_set(tmp_path: Path) -> None:
    for name in ("old", "new"):
        digest = f"rows:1:{'0' * 32}"
        (tmp_path / f"{name}.yaml").write_text(REFERENCE.format(source="table:x", digest=digest))
    done = relnotes("compare", "old.yaml", "new.yaml", folder=tmp_path)
    assert "no warehouse is known" in done.stderr
    assert "set RELNOTES_WAREHOUSE" in done.stderr
