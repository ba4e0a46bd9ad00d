"""The comparison in a warehouse says what the one here says, to the last digit."""

from __future__ import annotations

import io
import random
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from relnotes.errors import RelnotesError
from relnotes.evals.held import Held
from relnotes.evals.overlap import Pairs, Side
from relnotes.evals.pairing import Flips
from relnotes.evals.referred import Reference
from relnotes.evals.sample import Sample, State
from relnotes.samples import Book
from relnotes.samples.engine import Engine
from relnotes.samples.tables import Table, flips_of, pair_tables
from relnotes.samples.warehouse import Warehouse

pytestmark = pytest.mark.filterwarnings("ignore")  # of the drivers, which are not ours

KEY = ("quiz", "acc", None)
COLUMNS = "key VARCHAR, epoch BIGINT, cluster VARCHAR, score DOUBLE"
Row = tuple[str, int, str | None, float | None]


def answers(
    seed: int, *, epochs: int = 1, clustered: bool = False, binary: bool = True
) -> list[Row]:
    """Some questions were not asked, some have no score."""
    dice, rows = random.Random(seed), list[Row]()
    for number in range(60):
        if dice.random() < 0.1:
            continue
        cluster = f"passage {number % 7}" if clustered and number % 5 else None
        for epoch in range(1, epochs + 1):
            score = float(dice.random() < 0.6) if binary else dice.gauss(3, 1) * 100
            missing = dice.random() < 0.1
            rows.append((f"q{number:03}", epoch, cluster, None if missing else score))
    dice.shuffle(rows)
    return rows


def bounds(_: Side) -> tuple[float, float]:
    return -500.0, 900.0


def reference(name: str, **more: Any) -> Reference:
    said = {"task": "quiz", "metric": "acc", "source": f"table:{name}", "key": "key"}
    return Reference(**said, score="score", epoch="epoch", cluster="cluster", **more)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine(memory_mb=300)
    yield made
    made.close()


def here(engine: Engine, rows: list[Row]) -> Table:
    def samples() -> Iterator[Sample]:
        for key, epoch, cluster, score in rows:
            state = State.UNSCORED if score is None else State.SCORED
            yield Sample(*KEY, key, epoch, cluster, score, state)

    return engine.load(samples, "x")


def there(warehouse: Warehouse, name: str) -> Table:
    return Table(warehouse, "x", {KEY: warehouse.rows(reference(name), "x")})


def said(old: Table, new: Table) -> tuple[Pairs, Flips, str]:
    return pair_tables(old, new, KEY, bounds), flips_of(old, new, KEY, 3), new.digest(KEY)


KINDS = [
    {},
    {"binary": False},
    {"clustered": True},
    {"binary": False, "clustered": True, "epochs": 3},
]


# -- ibis over DuckDB ----------------------------------------------------------------------------


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A database with tables of both releases, of every kind."""
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as connection:
        for number, kind in enumerate(KINDS):
            for seed, side in enumerate(("old", "new")):
                connection.execute(f"CREATE TABLE {side}_{number} ({COLUMNS})")
                connection.executemany(
                    f"INSERT INTO {side}_{number} VALUES (?, ?, ?, ?)",
                    answers(10 * number + seed, **kind),
                )
    return path


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_the_numbers_are_the_same_by_way_of_ibis(engine, lake, number):
    warehouse = Warehouse.at(f"duckdb://{lake}", "x")
    rows = [answers(10 * number + seed, **KINDS[number]) for seed in (0, 1)]

    found = said(*(there(warehouse, f"{side}_{number}") for side in ("old", "new")))
    warehouse.close()

    assert found == said(*(here(engine, one) for one in rows))


def test_a_bundle_may_refer_to_a_table(engine, lake):
    book = Book(lambda _: io.BytesIO(), lambda *_: iter(()), warehouse=f"duckdb://{lake}")
    expected = here(engine, answers(1))
    one = reference("new_0", digest=expected.digest(KEY)).model_dump(exclude_defaults=True)
    text = yaml.safe_dump({"format": "relnotes-samples/1", "samples": [one]})
    held = Held("evals/samples.yaml", "x")

    assert book.take(held, text.encode()) == (KEY,)
    assert book.pair(held, held, KEY, bounds) == pair_tables(expected, expected, KEY, bounds)
    assert book.source(held, KEY) == f"table:new_0 {expected.digest(KEY)}"
    book.close()


def test_a_table_that_is_not_there_is_named(lake):
    warehouse = Warehouse.at(f"duckdb://{lake}", "x")

    with pytest.raises(RelnotesError, match=r"evals/samples\.yaml:3: table:scores: "):
        warehouse.rows(reference("scores"), "evals/samples.yaml:3")
    with pytest.raises(RelnotesError, match='no column "scor" \\(did you mean "score"\\?\\)'):
        warehouse.rows(reference("old_0").model_copy(update={"score": "scor"}), "x")
    with pytest.raises(RelnotesError, match='the column "cluster" holds string'):
        warehouse.rows(reference("old_0").model_copy(update={"score": "cluster"}), "x")
    warehouse.close()


def test_an_address_is_not_repeated_as_it_may_hold_a_password():
    with pytest.raises(RelnotesError) as caught:
        Warehouse.at("postgres://me:secret@nowhere.invalid/scores", "x")

    assert "secret" not in str(caught.value)


def test_duplicate_keys_and_infinities_are_named_there_too(lake):
    with duckdb.connect(str(lake)) as connection:
        connection.execute(f"CREATE TABLE twice ({COLUMNS})")
        connection.execute("INSERT INTO twice VALUES ('q1', 1, NULL, 1), ('q1', 1, NULL, 0)")
        connection.execute(
            "CREATE TABLE endless AS SELECT * REPLACE ('inf'::DOUBLE AS score) FROM twice"
        )
    warehouse = Warehouse.at(f"duckdb://{lake}", "x")

    with pytest.raises(RelnotesError, match='the same question occurs twice: "q1"'):
        said(there(warehouse, "twice"), there(warehouse, "twice"))
    with pytest.raises(RelnotesError, match='the score of "q1" is not finite'):
        said(there(warehouse, "endless"), there(warehouse, "endless"))
    warehouse.close()


def test_a_warehouse_that_stops_answering_is_a_problem_with_its_place(engine, lake):
    warehouse = Warehouse.at(f"duckdb://{lake}", "x")
    old, new = there(warehouse, "old_0"), there(warehouse, "new_0")
    said(old, new)
    warehouse._connection.raw_sql("DROP TABLE new_0")

    for ask in (
        lambda: pair_tables(old, new, KEY, bounds),
        lambda: flips_of(old, new, KEY, 3),
        lambda: engine.table(new, KEY),
        lambda: new.digest(KEY),
    ):
        with pytest.raises(RelnotesError, match="the warehouse does not answer") as caught:
            ask()
        assert "new_0" in str(caught.value)
        assert "see that what it refers to can be reached" in caught.value.problems[0].mend
    warehouse.close()


def test_a_table_of_duckdb_is_compared_with_a_file(engine, lake):
    warehouse = Warehouse.at(f"duckdb://{lake}", "x")
    tables = [there(warehouse, f"{side}_0") for side in ("old", "new")]
    rows = [here(engine, answers(seed, **KINDS[0])) for seed in (0, 1)]
    mixed = pair_tables(rows[0], engine.table(tables[1], KEY), KEY, bounds)
    assert mixed == pair_tables(*rows, KEY, bounds)
    warehouse.close()


# -- ibis over PySpark ---------------------------------------------------------------------------


# Nothing here is worth compiling, or worth a task of its own.
_FOR_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session in this process; the only thing it needs beside its package is Java."""
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java, which is not installed")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    for name in ("spark.driver.bindAddress", "spark.driver.host"):
        builder = builder.config(name, socket.gethostbyname("localhost"))
    for name, value in _FOR_FEW_ROWS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def test_the_numbers_are_the_same_on_pyspark(engine, spark):
    import ibis

    warehouse = Warehouse(ibis.pyspark.connect(spark))
    kind = KINDS[-1]
    rows = [answers(seed, **kind) for seed in (0, 1)]
    for side, answered in zip(("old", "new"), rows, strict=True):
        of_spark = COLUMNS.replace("VARCHAR", "STRING")
        spark.createDataFrame(answered, of_spark).createOrReplaceTempView(side)

    tables = [there(warehouse, side) for side in ("old", "new")]
    expected = [here(engine, one) for one in rows]

    assert said(*tables) == said(*expected)
    # Brought here, where the other side lies in a file.
    mixed = pair_tables(expected[0], engine.table(tables[1], KEY), KEY, bounds)
    assert mixed == pair_tables(*expected, KEY, bounds)
