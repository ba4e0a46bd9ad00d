"""A declared mapping, from the settings file to the verdict of a release."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bundlekit import bundle, project

from relnotes.errors import RelnotesError
from relnotes.evals.comparison import Comparison
from relnotes.evals.readers import mapped
from relnotes.lines import new_fold, walk
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace

DECLARED = """
[[evals.mapping]]
path = "evals/own/*.csv"
metric = "exact_match"
columns.task = "suite"
columns.score = "right"
columns.key = "question"
"""


def table(right: int, of: int = 200) -> str:
    rows = (f"arithmetic,q{number},{int(number < right)}\n" for number in range(of))
    return "suite,question,right\n" + "".join(rows)


def evals_of(path: Path, tag: str) -> tuple[Comparison, ...]:
    workspace = open_workspace(path)
    with workspace.repository as repository:
        settings = workspace.settings()
        (line,) = settings.lines
        fold = new_fold(repository, line, settings)
        points = walk(repository, fold, releases_of(repository, line).known)
        return {release.tag: point.record for release, point in points}[tag].evals


def releases(path: Path, declared: str) -> None:
    project(
        path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/own/a.csv": table(180)},
            "v2": {"evals/own/a.csv": None, "evals/own/b.csv": table(120)},
        },
    )
    settings = path / "relnotes.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + declared, encoding="utf-8")


def test_a_table_of_a_teams_own_is_compared_like_any_other(tmp_path: Path) -> None:
    releases(tmp_path, DECLARED)

    (row,) = evals_of(tmp_path, "v2")

    assert (row.task, row.metric, row.old, row.new) == ("arithmetic", "exact_match", 0.9, 0.6)
    assert row.verdict == "regressed"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('"right"', '"rigth"'), 'there is no column "rigth" (did you mean "right"?)'),
        (('columns.score = "right"', ""), "columns should name either value"),
        (("columns.key", "colums.key"), 'unknown key "colums"'),
        (('metric = "exact_match"', ""), "give metric either as a constant"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_where_it_stands(
    tmp_path: Path, change: tuple[str, str], what: str
) -> None:
    releases(tmp_path, DECLARED.replace(*change))

    with pytest.raises(RelnotesError) as caught:
        evals_of(tmp_path, "v2")

    assert what in str(caught.value)


def test_a_table_without_a_mapping_stops_the_build(tmp_path: Path) -> None:
    releases(tmp_path, "")

    with pytest.raises(RelnotesError) as caught:
        evals_of(tmp_path, "v2")

    assert "no known format of eval results" in str(caught.value)


# -- large ---------------------------------------------------------------------------------------

PARQUET = DECLARED.replace('columns.task = "suite"', 'task = "arithmetic"').replace(
    "csv", "parquet"
)
MANY = 100_000


def large(folder: Path, right: int, score: str = "") -> bytes:
    """More than a megabyte of Parquet, which goes to the engine."""
    file = folder / "large.parquet"
    said = score or f"((i * 7919) % 1000 < {right})::INT"
    rows = f"SELECT 'q' || md5(i::VARCHAR) AS question, {said} AS right FROM range({MANY}) t(i)"
    duckdb.sql(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")
    assert file.stat().st_size > 1 << 20
    return file.read_bytes()


def large_releases(path: Path, declared: str = PARQUET) -> None:
    (path.parent / "made").mkdir()
    project(
        path,
        {
            "v1": {
                "bundle.yaml": bundle(),
                "evals/own/a.parquet": large(path.parent / "made", 610),
            },
            "v2": {
                "evals/own/a.parquet": None,
                "evals/own/b.parquet": large(path.parent / "made", 600),
            },
        },
    )
    settings = path / "relnotes.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + declared, encoding="utf-8")


def test_a_large_table_of_a_bundle_is_read_by_the_engine_alone(tmp_path, monkeypatch) -> None:
    large_releases(tmp_path / "wren")
    with monkeypatch.context() as patched:
        for name in ("read", "read_samples"):
            patched.delattr(mapped, name)
        (quick,) = evals_of(tmp_path / "wren", "v2")
    monkeypatch.setattr("relnotes.samples.long._TABLE_BYTES", 1 << 40)
    (plain,) = evals_of(tmp_path / "wren", "v2")

    assert (quick.old, quick.new, quick.n_common, quick.verdict) == (0.61, 0.6, MANY, "regressed")
    assert quick == plain


def test_a_large_table_may_be_larger_than_a_result_file(tmp_path) -> None:
    large_releases(tmp_path / "wren", PARQUET + "\n[limits]\nmax_file_mb = 1\n")

    (row,) = evals_of(tmp_path / "wren", "v2")

    assert (row.n_common, row.verdict) == (MANY, "regressed")


def test_what_is_wrong_in_a_large_table_is_said_with_its_release_and_row(tmp_path) -> None:
    odd = "CASE WHEN i = 70000 THEN 'inf' ELSE '1' END::DOUBLE"
    files = {"bundle.yaml": bundle(), "evals/own/a.parquet": large(tmp_path, 0, odd)}
    project(tmp_path / "wren", {"v1": files})
    settings = tmp_path / "wren" / "relnotes.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + PARQUET, encoding="utf-8")

    with pytest.raises(RelnotesError, match="row 70001: score is no finite number") as caught:
        evals_of(tmp_path / "wren", "v1")

    assert "v1:bundle/evals/own/a.parquet" in str(caught.value)
