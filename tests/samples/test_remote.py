"""Samples in object storage: read where they lie, checked and compared as files on disk are."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from bundlekit import bundle, lm_eval, project
from objectstore import KEY, SECRET, object_store, put
from test_history import records_of

from relnotes.errors import RelnotesError
from relnotes.evals.held import Held
from relnotes.evals.overlap import Side
from relnotes.samples import Book

QUIZ = ("quiz", "acc", None)
FILE = "evals/samples.yaml"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with object_store(monkeypatch):
        yield


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(lambda _: io.BytesIO(), lambda *_: iter(()), folder=tmp_path)
    yield made
    made.close()


def answers(path: Path, right: int, n: int = 1000) -> Path:
    """Questions of which the first are right."""
    rows = f"SELECT 'q' || i AS id, i < {right} AS correct FROM range({n}) AS t(i)"
    kind = "parquet" if path.suffix == ".parquet" else "csv"
    duckdb.sql(f"COPY ({rows}) TO '{path}' (FORMAT {kind})")
    return path


def reference(source: str, digest: str | None = None) -> str:
    one = {"task": "quiz", "metric": "acc", "source": source, "key": "id", "score": "correct"}
    samples = [one | ({"digest": digest} if digest else {})]
    return yaml.safe_dump({"format": "relnotes-samples/1", "samples": samples})


def refused(book: Book, text: str) -> str:
    with pytest.raises(RelnotesError) as caught:
        book.take(Held(FILE, "x"), text.encode(), FILE)
    return str(caught.value)


def told_digest(book: Book, source: str) -> str:
    return refused(book, reference(source)).partition("digest: ")[2].strip()


def taken(book: Book, source: str) -> Held:
    held = Held(FILE, source)
    book.take(held, reference(source, told_digest(book, source)).encode(), FILE)
    return held


def zero_to_one(_: Side) -> tuple[float, float]:
    return 0.0, 1.0


# -- read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_objects_are_compared_where_they_lie(store, book, tmp_path, ending):
    old, new = (
        taken(
            book, put(answers(tmp_path / f"{right}.{ending}", right), "lake", f"{right}.{ending}")
        )
        for right in (600, 700)
    )

    found = book.pair(old, new, QUIZ, zero_to_one)

    assert (found.sums.n, found.sums.gained, found.sums.lost) == (1000, 100, 0)
    assert book.source(new, QUIZ).startswith(f"s3://lake/700.{ending} rows:1000:")


def test_a_prefix_is_a_parquet_dataset(store, book, tmp_path):
    for part, right in enumerate((600, 700)):
        rows = f"SELECT 'p{part}q' || i AS id, i < {right} AS correct FROM range(1000) AS t(i)"
        duckdb.sql(f"COPY ({rows}) TO '{tmp_path}/{part}.parquet' (FORMAT parquet)")
        put(tmp_path / f"{part}.parquet", "lake", f"wren-7/part={part}/0.parquet")

    held = taken(book, "s3://lake/wren-7/")

    assert book.pair(held, held, QUIZ, zero_to_one).old.mean == 0.65


def test_the_digest_is_that_of_the_same_rows_on_disk(store, book, tmp_path):
    local = answers(tmp_path / "s.parquet", 600)

    assert told_digest(book, put(local, "lake", "s.parquet")) == told_digest(book, "s.parquet")


def test_an_object_that_changed_since_is_noticed(store, book, tmp_path):
    source = put(answers(tmp_path / "s.parquet", 600), "lake", "s.parquet")
    digest = told_digest(book, source)
    put(answers(tmp_path / "s.parquet", 601), "lake", "s.parquet")

    assert f"{source} is not what it was: rows:1000:" in refused(book, reference(source, digest))


def test_a_release_may_refer_to_objects(store, book, tmp_path):
    releases = {}
    for tag, right in (("v1", 875), ("v2", 850)):
        source = put(answers(tmp_path / "s.parquet", right), "lake", f"{tag}.parquet")
        releases[tag] = {
            "bundle.yaml": bundle(decoding={"top_p": right / 1000}),
            "evals/results.json": lm_eval({"quiz": right / 1000}),
            FILE: reference(source, told_digest(book, source)),
        }
    project(tmp_path / "wren", releases)

    (row,) = records_of(tmp_path / "wren")["v2"].evals

    assert row.paired
    assert row.verdict == "regressed"
    assert row.samples_new.startswith("s3://lake/v2.parquet rows:1000:")


_MEASURED = """
import io, resource, sys
from relnotes.evals.held import Held
from relnotes.errors import RelnotesError
from relnotes.samples import Book

book = Book(lambda _: io.BytesIO(), lambda *_: iter(()), memory_mb=150)
try:
    book.take(Held("s.yaml", "x"), sys.stdin.buffer.read(), "s.yaml")
except RelnotesError as error:
    print(error)
book.close()
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say")
def test_a_large_object_is_read_in_bounded_memory(store, tmp_path):
    path = tmp_path / "large.parquet"
    rows = "SELECT md5(CAST(i AS VARCHAR)) AS id, random() AS correct FROM range(1_500_000) AS t(i)"
    duckdb.sql(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    assert path.stat().st_size > 50_000_000
    text = reference(put(path, "lake", "large.parquet")).encode()

    done = subprocess.run(
        [sys.executable, "-c", _MEASURED], input=text, capture_output=True, check=True
    )

    said, peak = done.stdout.decode().rsplit("\n", 2)[:2]
    assert "digest: rows:1500000:" in said
    assert int(peak) < 400_000, f"{peak} kB"


# -- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("s3://lake/gone.parquet", "cannot be read: IO Error: No files found"),
        ("s3://lake/gone/", "cannot be read: IO Error: No files found"),
        ("s3://no-lake/", "cannot be read: FileNotFoundError: The specified bucket does not exist"),
        ("s3://lake/x.txt", "the name tells no format"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(store, book, tmp_path, source, why):
    put(answers(tmp_path / "s.parquet", 600), "lake", "s.parquet")

    said = refused(book, reference(source))

    assert f"{FILE}:3:3: {source}" in said
    assert why in said


def test_without_credentials_it_says_that_there_are_none(store, book, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    said = refused(book, reference("s3://lake/s.parquet"))

    assert "NoCredentialsError: Unable to locate credentials" in said
    assert "Traceback" not in said


def test_a_store_that_does_not_answer_says_so_without_a_secret(store, book, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    said = refused(book, reference("s3://lake/s.parquet"))

    assert "EndpointConnectionError: Could not connect" in said
    assert KEY not in said
    assert SECRET not in said


def test_an_object_that_is_broken_says_so(store, book, tmp_path):
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and no more")

    said = refused(book, reference(put(tmp_path / "b.parquet", "lake", "b.parquet")))

    assert "s3://lake/b.parquet cannot be read:" in said


@pytest.mark.parametrize(
    ("source", "library", "install"),
    [
        ("s3://lake/s.parquet", "s3fs", "relnotes[s3]"),
        ("gs://lake/s.parquet", "gcsfs", "gcsfs"),
        ("az://lake/s.parquet", "adlfs", "adlfs"),
    ],
)
def test_a_library_that_is_not_installed_is_named(book, monkeypatch, source, library, install):
    monkeypatch.setitem(sys.modules, library, None)

    said = refused(book, reference(source))

    assert f"is read by way of {library}, which is not installed" in said
    assert f"pip install '{install}'" in said


def test_a_secret_in_an_address_is_not_shown(book):
    signed = "s3://lake/s.txt?secret=0123456789abcdef0123"

    assert "0123456789abcdef0123" not in refused(book, reference(signed))


def test_nothing_of_it_is_imported_for_files_on_disk(tmp_path):
    answers(tmp_path / "s.parquet", 600)
    script = _MEASURED + "\nassert not {'fsspec', 's3fs', 'botocore'} & set(sys.modules)"

    subprocess.run(
        [sys.executable, "-c", script],
        input=reference(str(tmp_path / "s.parquet")).encode(),
        check=True,
        capture_output=True,
    )
