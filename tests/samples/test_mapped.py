"""Large tables of a team's own: the engine says what the plain reader says, or steps aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from relnotes.evals.mapping import Mapping
from relnotes.evals.readers import HEAD, mapped
from relnotes.evals.scores import Scores, aggregate, collect
from relnotes.samples.engine import Engine
from relnotes.samples.mapped import load_mapped
from relnotes.samples.tables import Table

QUIZ = {"task": "quiz", "metric": "acc"}
OF = {"key": "id", "score": "score"}

Load = Callable[..., Table | None]


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(memory_mb=200)
    yield engine
    engine.close()


def mapping(**more: Any) -> Mapping:
    columns = {**OF, **more.pop("columns", {})}
    constants = {name: value for name, value in QUIZ.items() if name not in columns}
    return Mapping.model_validate({"path": "*", "columns": columns, **constants, **more})


def loaded(engine: Engine, path: Path, wanted: Mapping) -> Table | None:
    return load_mapped(engine, str(path), wanted, path.read_bytes()[:HEAD], path.name)


def plain(path: Path, wanted: Mapping) -> Scores:
    with path.open("rb") as file:
        return collect(mapped.read_samples(file, path.name, wanted), path.name)


def in_engine(engine: Engine, table: Table) -> Scores:
    samples = (one for key in table.rows for one in engine.samples(table.rows[key], key))
    return collect(samples, "x")


ROWS = [
    {"id": f"q{at}", "score": score, "suite": f"s{at % 2}", "passage": f"p{at // 3}", "failed": ""}
    for at, score in enumerate([1, 0, 0.5, None, True, False, 0.25, -3, 1e-3, 0])
]


def written(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"scores.{kind}"
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if kind == "jsonl":
        path.write_text(lines)
        return path
    (folder / "rows.jsonl").write_text(lines)
    form = "PARQUET" if kind == "parquet" else "CSV, HEADER"
    columns = ", ".join(
        f"'{name}': '{'DOUBLE' if name == 'score' else 'VARCHAR'}'" for name in rows[0]
    )
    source = f"read_json('{folder}/rows.jsonl', columns = {{{columns}}})"
    duckdb.sql(f"COPY (SELECT * FROM {source}) TO '{path}' (FORMAT {form})")
    return path


WAYS = [
    mapping(),
    mapping(columns={"cluster": "passage"}),
    mapping(columns={"task": "suite"}),
    mapping(columns={"task": "suite", "filter": "passage"}),
    mapping(columns={"error": "failed"}),
]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("wanted", WAYS, ids=["plain", "cluster", "task", "filter", "error"])
def test_the_engine_reads_what_the_plain_reader_reads(
    tmp_path: Path, engine: Engine, kind: str, wanted: Mapping
) -> None:
    rows = [{**row, "failed": "timeout" if at == 2 else None} for at, row in enumerate(ROWS)]
    path = written(tmp_path, kind, rows)

    table = loaded(engine, path, wanted)

    assert table is not None
    assert in_engine(engine, table) == plain(path, wanted)


@pytest.mark.parametrize("columns", [{}, {"cluster": "passage"}])
def test_the_engine_adds_up_what_the_plain_reader_adds_up(
    tmp_path: Path, engine: Engine, columns: dict[str, str]
) -> None:
    wanted = mapping(columns=columns)
    path = written(tmp_path, "parquet", ROWS)
    table, series = loaded(engine, path, wanted), plain(path, wanted)
    assert table is not None
    for key in series:
        found, missing = engine.aggregate(table, key)
        expected, absent = aggregate(series[key])
        assert (found.mean, found.stderr) == pytest.approx((expected.mean, expected.stderr))
        assert (found.method, found.n, missing) == (expected.method, expected.n, absent)


def test_repeated_answers_are_averaged(tmp_path: Path, engine: Engine) -> None:
    wanted = mapping(columns={"epoch": "run"})
    path = tmp_path / "runs.csv"
    path.write_text("id,run,score\nq1,a,1\nq1,b,0\nq2,a,1\nq2,b,\n")
    table = loaded(engine, path, wanted)
    assert table is not None
    found, missing = engine.aggregate(table, ("quiz", "acc", None))
    assert (found.mean, found.n, missing) == (0.75, 2, 1)


def test_a_dot_leads_into_an_object(tmp_path: Path, engine: Engine) -> None:
    wanted = mapping(columns={"key": "doc.id", "score": "grade.score"})
    path = tmp_path / "nested.jsonl"
    path.write_text('{"doc": {"id": "q1"}, "grade": {"score": 1}}\n' * 1)
    table = loaded(engine, path, wanted)
    assert table is not None
    assert in_engine(engine, table) == plain(path, wanted)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("words.csv", "id,score\nq1,good\n"),
        ("spaced.csv", "id,score\n q1,1\n"),
        ("nameless.csv", "id,score\n,1\n"),
        ("ragged.csv", "id,score\nq1,1\nq2,1,2,3\n"),
        ("absent.csv", "key,score\nq1,1\n"),
        ("words.jsonl", '{"id": "q1", "score": "1"}\n'),
        ("absent.jsonl", '{"id": "q1"}\n'),
        ("broken.jsonl", '{"id": "q1", "score": 1}\n{"id": "q2", "sc\n'),
        ("infinite.csv", "id,score\nq1,inf\n"),
        ("broken.parquet", "PAR1 and nothing else"),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_plain_reader(
    tmp_path: Path, engine: Engine, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    assert loaded(engine, tmp_path / name, mapping()) is None


def test_names_of_columns_and_values_are_no_sql(tmp_path: Path, engine: Engine) -> None:
    wanted = mapping(columns={"key": 'i"d', "task": "su'ite"})
    path = tmp_path / "odd.csv"
    path.write_text('"i""d",score,su\'ite\nq\'1,1,a\'b\n')
    table = loaded(engine, path, wanted)
    assert table is not None
    assert in_engine(engine, table) == plain(path, wanted)
