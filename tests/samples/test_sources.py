"""Samples that lie outside the bundle: found, checked by their digest, compared where they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from bundlekit import SETTINGS, bundle, lm_eval, project
from test_history import records_of, refusal

from relnotes.errors import RelnotesError
from relnotes.evals.held import Held
from relnotes.evals.overlap import Side
from relnotes.evals.readers import read_eval
from relnotes.evals.referred import read_references
from relnotes.samples import Book

KEY = ("quiz", "acc", None)
FILE = "evals/samples.yaml"


def parquet(path: Path, rows: str, options: str = "") -> Path:
    """A file with what a query gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json"}.get(path.suffix, "parquet")
    duckdb.sql(f"COPY ({rows}) TO '{path}' (FORMAT {kind}{options})")
    return path


def answers(right: int, n: int = 1000, columns: str = "") -> str:
    """Questions of which the first are right."""
    return f"SELECT 'q' || i AS id, i < {right} AS correct{columns} FROM range({n}) AS t(i)"


def reference(source: str | Path, **more: Any) -> str:
    one = {"task": "quiz", "metric": "acc", "source": str(source), "key": "id", "score": "correct"}
    return yaml.safe_dump({"format": "relnotes-samples/1", "samples": [one | more]})


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(lambda _: io.BytesIO(), lambda *_: iter(()), folder=tmp_path)
    yield made
    made.close()


def told_digest(book: Book, text: str) -> str:
    """What is said of a reference without one."""
    with pytest.raises(RelnotesError, match="the digest is missing") as caught:
        book.take(Held(FILE, "x"), text.encode(), FILE)
    return caught.value.problems[0].mend.removeprefix("digest: ")


def taken(book: Book, source: str | Path, blob: str, **more: Any) -> Held:
    digest = told_digest(book, reference(source, **more))
    held = Held(FILE, blob)
    book.take(held, reference(source, digest=digest, **more).encode(), FILE)
    return held


def zero_to_one(_: Side) -> tuple[float, float]:
    return 0.0, 1.0


def refused(book: Book, text: str) -> str:
    with pytest.raises(RelnotesError) as caught:
        book.take(Held(FILE, "x"), text.encode(), FILE)
    return str(caught.value)


# -- where they lie ------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_files_of_every_kind_are_compared_where_they_are(book, tmp_path, ending):
    old = taken(book, parquet(tmp_path / f"old.{ending}", answers(600)).name, "old")
    new = taken(book, parquet(tmp_path / f"new.{ending}", answers(700)).name, "new")

    found = book.pair(old, new, KEY, zero_to_one)

    assert (found.sums.n, found.sums.gained, found.sums.lost) == (1000, 100, 0)
    assert book.flips(old, new, KEY, 2).gained == ("q600", "q601")
    assert book.source(new, KEY).startswith(f"new.{ending} rows:1000:")


@pytest.mark.parametrize("shown", [0, 2, 50])
@pytest.mark.parametrize("cluster", [None, "part"])
def test_the_questions_that_flipped_are_the_same_whether_compared_before_or_not(
    book, tmp_path, shown, cluster
):
    rows = [answers(right, columns=", i % 4 AS part") for right in (600, 700)]
    old, new = (
        taken(book, parquet(tmp_path / f"{at}.parquet", one).name, str(at), cluster=cluster)
        for at, one in enumerate(rows)
    )

    asked = book.flips(old, new, KEY, shown)
    book.pair(old, new, KEY, zero_to_one)

    assert book.flips(old, new, KEY, shown) == asked
    assert len(asked.gained) == shown


def test_a_folder_is_a_parquet_dataset_and_its_names_are_columns(book, tmp_path):
    rows = answers(600, columns=", i % 4 AS part")
    parquet(tmp_path / "runs" / "wren-7", rows, ", PARTITION_BY (part)")

    held = taken(book, "runs/wren-7", "x", cluster="part")

    assert book.pair(held, held, KEY, zero_to_one).sums.clusters == 4


def test_the_digest_is_of_the_rows_and_not_of_how_they_are_stored(book, tmp_path):
    rows = "SELECT 'q' || i AS id, (i % 7) / 7 AS correct FROM range(500) AS t(i)"
    names = [
        parquet(tmp_path / "one.parquet", rows).name,
        parquet(tmp_path / "other.parquet", f"{rows} ORDER BY hash(i)").name,
        parquet(tmp_path / "text.csv", rows).name,
    ]

    digests = {told_digest(book, reference(name)) for name in names}

    assert len(digests) == 1


def test_one_other_score_is_another_digest(book, tmp_path):
    names = [parquet(tmp_path / f"{right}.parquet", answers(right)).name for right in (600, 601)]

    first, second = (told_digest(book, reference(name)) for name in names)

    assert first != second


def test_only_rows_that_are_asked_for_count(book, tmp_path):
    both = f"SELECT *, 'wren-7' AS run FROM ({answers(600)}) UNION ALL BY NAME"
    both += f" SELECT *, 'wren-6' AS run FROM ({answers(500)})"
    parquet(tmp_path / "all.parquet", both)

    held = taken(book, "all.parquet", "x", where={"run": "wren-7"})

    assert book.pair(held, held, KEY, zero_to_one).old.mean == 0.6


# -- what is wrong -------------------------------------------------------------------------------


def test_rows_that_changed_since_are_noticed(book, tmp_path):
    parquet(tmp_path / "s.parquet", answers(600))
    digest = told_digest(book, reference("s.parquet"))
    parquet(tmp_path / "s.parquet", answers(601))

    said = refused(book, reference("s.parquet", digest=digest))

    assert "s.parquet is not what it was" in said
    assert digest in said


def test_a_wrong_column_is_named_with_what_it_may_be(book, tmp_path):
    parquet(tmp_path / "s.parquet", answers(600))

    said = refused(book, reference("s.parquet", score="corect"))

    assert f'{FILE}:3:3: there is no column "corect" (did you mean "correct"?)' in said
    assert "columns here: id, correct" in said


def test_scores_that_are_text_are_refused(book, tmp_path):
    parquet(tmp_path / "s.parquet", "SELECT 'q1' AS id, 'good' AS correct")

    assert 'the column "correct" holds VARCHAR' in refused(book, reference("s.parquet"))


def test_scores_that_are_not_finite_are_refused(book, tmp_path):
    parquet(tmp_path / "s.parquet", "SELECT 'q1' AS id, 'inf'::DOUBLE AS correct")

    assert 'quiz acc: the score of "q1" is not finite' in refused(book, reference("s.parquet"))


def test_duplicate_keys_are_named(book, tmp_path):
    parquet(tmp_path / "s.parquet", f"{answers(6, 10)} UNION ALL {answers(3, 3)}")
    held = taken(book, "s.parquet", "x")

    with pytest.raises(RelnotesError, match='the same question occurs twice: "q0", "q1", "q2"'):
        book.pair(held, held, KEY, zero_to_one)


def test_duplicate_keys_are_named_where_the_other_side_lacks_them(book, tmp_path):
    parquet(tmp_path / "s.parquet", f"{answers(6, 10)} UNION ALL {answers(3, 3)}")
    parquet(tmp_path / "t.parquet", "SELECT 'q9' AS id, true AS correct")
    held, other = taken(book, "s.parquet", "x"), taken(book, "t.parquet", "y")

    with pytest.raises(RelnotesError, match="the same question occurs twice"):
        book.pair(other, held, KEY, zero_to_one)


def test_a_row_without_a_key_is_refused(book, tmp_path):
    parquet(tmp_path / "s.parquet", f"{answers(6, 10)} UNION ALL SELECT NULL, true")

    assert "quiz acc: 1 row has no key" in refused(book, reference("s.parquet"))


def test_a_text_among_the_numbers_of_a_table_is_refused(book, tmp_path):
    rows = [f"q{number},{number % 2}" for number in range(50_000)]
    (tmp_path / "s.csv").write_text("\n".join(["id,correct", *rows, "q,good"]))

    said = refused(book, reference("s.csv"))

    assert "s.csv cannot be read: Conversion Error" in said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gone.parquet", "gone.parquet: there is no such file or folder"),
        ("gone/*.parquet", "gone/*.parquet cannot be read: IO Error: No files found"),
        ("notes.txt", "notes.txt: the name tells no format"),
        ("broken.parquet", "broken.parquet cannot be read:"),
        ("ftp://host/x.parquet", "ftp:// is not known"),
        ("table:scores", "a table of a warehouse, and no warehouse is known"),
    ],
)
def test_a_source_that_cannot_be_read_says_why(book, tmp_path, source, said):
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")

    assert said in refused(book, reference(source))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (reference("x.parquet", digest="sha256:aa"), '"sha256:aa" is no digest of rows'),
        (reference("x.parquet", kee="id"), 'unknown key "kee"'),
        ("format: relnotes-samples/2\nsamples: []\n", "format"),
        ("format: relnotes-samples/1\nsamples: []\n", "there is no reference in this file"),
    ],
)
def test_a_file_of_references_is_checked_strictly(text, said):
    with pytest.raises(RelnotesError) as caught:
        read_references(text.encode(), FILE)

    assert said in str(caught.value)


def test_two_references_to_the_same_are_refused():
    twice = yaml.safe_load(reference("x.parquet"))
    twice["samples"].append(dict(twice["samples"][0]))

    with pytest.raises(RelnotesError, match="quiz acc is referred to twice"):
        read_eval(yaml.safe_dump(twice).encode(), FILE)


# -- in releases ---------------------------------------------------------------------------------


def test_a_release_may_refer_to_its_samples(tmp_path):
    for tag, right in (("v1", 875), ("v2", 850)):
        shuffled = f"SELECT * REPLACE (id || 'x' AS id) FROM ({answers(right)})"
        parquet(tmp_path / f"lake/{tag}.parquet", shuffled)
    book = Book(lambda _: io.BytesIO(), lambda *_: iter(()), folder=tmp_path)
    releases: dict[str, dict[str, str | bytes | None]] = {}
    for tag, value in (("v1", 0.875), ("v2", 0.85)):
        source = f"lake/{tag}.parquet"
        digest = told_digest(book, reference(source))
        releases[tag] = {
            "bundle.yaml": bundle(decoding={"top_p": value}),
            "evals/results.json": lm_eval({"quiz": value}),
            FILE: reference(source, digest=digest),
        }
    book.close()
    project(tmp_path / "wren", releases)
    (tmp_path / "wren/lake").symlink_to(tmp_path / "lake")

    (row,) = records_of(tmp_path / "wren")["v2"].evals

    assert row.paired
    assert row.verdict == "regressed"
    assert row.samples_new.startswith("lake/v2.parquet rows:1000:")


def test_a_release_whose_source_is_gone_says_where_it_is_referred_to(tmp_path):
    digest = "rows:3:" + "0" * 32
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(), FILE: reference("gone.parquet", digest=digest)}},
    )

    said = refusal(tmp_path)

    assert f"v1:bundle/{FILE}:3:3: gone.parquet: there is no such file or folder" in said
    assert "[[evals.ignore]]" in said
    ignored = '[[evals.ignore]]\npath = "evals/samples.yaml"\nreason = "the lake was drained"\n'
    (tmp_path / "relnotes.toml").write_text(SETTINGS + ignored)
    assert records_of(tmp_path)["v1"].evals == ()
