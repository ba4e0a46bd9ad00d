"""Files with the scores of single questions: read when asked, in bounded memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from msgspec.structs import replace

from relnotes.errors import RelnotesError
from relnotes.evals.held import Held
from relnotes.evals.overlap import Side
from relnotes.evals.readers.by_question import read_samples
from relnotes.evals.sample import Sample
from relnotes.samples import Book

KEY = ("quiz", "acc", None)
NAME = "evals/samples_quiz_2026-01-05T10-00-00.000001.jsonl"


def line(number: int, score: Any = 1.0, **more: Any) -> dict[str, Any]:
    """As lm-evaluation-harness 0.4.9 writes it."""
    return {
        "doc_id": number,
        "doc": {"question": f"What is {number}?"},
        "target": "1",
        "arguments": {"gen_args_0": {"arg_0": f"What is {number}?", "arg_1": " one"}},
        "resps": [[["-1.5", "False"]]],
        "filtered_resps": [["-1.5", "False"]],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"{number:064x}",
        "prompt_hash": "0" * 64,
        "target_hash": "0" * 64,
        "acc": score,
    } | more


def jsonl(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


def no_range(_: Side) -> None:
    return None


class Shelf:
    """Files by blob, and how often each was opened."""

    def __init__(self, **files: bytes) -> None:
        self.files, self.opened = files, list[str]()

    def open(self, held: Held) -> BinaryIO:
        self.opened.append(held.blob)
        return io.BytesIO(self.files[held.blob])


def read(file: BinaryIO, _: str, place: str) -> Iterator[Sample]:
    return read_samples(file, place)


@pytest.fixture
def book_of() -> Iterator[Callable[..., Book]]:
    books: list[Book] = []

    def make(shelf: Shelf, **more: Any) -> Book:
        books.append(Book(shelf.open, read, **more))
        return books[-1]

    yield make
    for one in books:
        one.close()


# -- keeping -------------------------------------------------------------------------------------


def test_a_file_that_was_taken_is_not_read_again(book_of) -> None:
    shelf = Shelf(old=jsonl(line(1), line(2)), new=jsonl(line(1), line(2, 0.0)))
    book = book_of(shelf)

    for blob, data in shelf.files.items():
        assert book.take(Held(NAME, blob), data) == (KEY,)
    found = book.pair(Held(NAME, "old"), Held(NAME, "new"), KEY, no_range)

    assert (found.sums.n, found.sums.lost) == (2, 1)
    assert shelf.opened == []


def test_a_file_that_was_not_taken_is_read_when_asked(book_of) -> None:
    shelf = Shelf(old=jsonl(line(1)), new=jsonl(line(1)))
    book = book_of(shelf)

    book.pair(Held(NAME, "old"), Held(NAME, "new"), KEY, no_range)
    book.flips(Held(NAME, "old"), Held(NAME, "new"), KEY, 3)

    assert shelf.opened == ["old", "new"]


def test_what_has_no_room_is_dropped_and_read_again(book_of, monkeypatch) -> None:
    monkeypatch.setattr("relnotes.samples.book._ROOM", 3)
    shelf = Shelf(**{name: jsonl(line(1), line(2)) for name in "abc"})
    book = book_of(shelf)

    for name in "abca":
        book.pair(Held(NAME, name), Held(NAME, name), KEY, no_range)

    assert shelf.opened == ["a", "b", "c", "a"]


def test_many_samples_go_to_the_engine_and_say_the_same(book_of) -> None:
    lines = [line(number, float(number % 3 == 0)) for number in range(40)]
    turned = [line(number, float(number % 4 == 0)) for number in range(40)]
    shelf = Shelf(old=jsonl(*lines), new=jsonl(*turned))
    held = Held(NAME, "old"), Held(NAME, "new")

    found = []
    for many in (1000, 10):
        book = book_of(shelf, many=many)
        found.append((book.pair(*held, KEY, no_range), book.flips(*held, KEY, 5)))

    assert found[0][1] == found[1][1]
    sums = [replace(one.sums, spread=pytest.approx(one.sums.spread)) for one, _ in found]
    assert found[0][0].sums == sums[1]
    assert found[0][0].old == found[1][0].old


def test_few_samples_and_many_can_be_paired(book_of) -> None:
    shelf = Shelf(few=jsonl(line(1), line(2)), many=jsonl(*(line(number) for number in range(40))))

    found = book_of(shelf, many=10).pair(Held(NAME, "few"), Held(NAME, "many"), KEY, no_range)

    assert (found.common, found.asked) == (2, 40)


def test_few_samples_import_no_engine(project: Path) -> None:
    program = f"""
import io, sys
from relnotes.evals.held import Held
from relnotes.evals.readers.by_question import read_samples
from relnotes.samples import Book
book = Book(lambda held: io.BytesIO({jsonl(line(1), line(2))!r}),
            lambda file, path, place: read_samples(file, place))
book.pair(Held({NAME!r}, "a"), Held({NAME!r}, "b"), {KEY!r}, lambda side: None)
print("duckdb" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"


# -- what lm-eval writes -------------------------------------------------------------------------


def samples_of(*lines: dict[str, Any], name: str = NAME) -> list[Sample]:
    return list(read_samples(io.BytesIO(jsonl(*lines)), name))


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("samples_gsm8k_2026-01-05T10-00-00.000001.jsonl", "gsm8k"),
        ("wren/samples_mmlu_law_2026-01-05T10:00:00.000001.jsonl", "mmlu_law"),
        ("samples_arc_easy.jsonl", "arc_easy"),
        ("pretrained=wren_samples_arc_easy.jsonl", "arc_easy"),
        ("mine.jsonl", "mine"),
    ],
)
def test_the_task_is_in_the_name_of_the_file(name: str, task: str) -> None:
    assert samples_of(line(1), name=name)[0].task == task


def test_filters_do_not_mix() -> None:
    found = samples_of(line(1, 0.0, filter="strict-match"), line(1, 1.0, filter="flexible-extract"))

    assert [(one.filter, one.score) for one in found] == [
        ("strict-match", 0.0),
        ("flexible-extract", 1.0),
    ]
    assert {one.key for one in found} == {f"{1:064x}"}


def test_a_position_is_no_key() -> None:
    """With another order or a limit the same doc_id is another question."""
    (one,) = samples_of(line(7))

    assert one.key == f"{7:064x}"


def test_without_a_hash_the_document_is_the_key() -> None:
    there, back = (
        [{**line(number), "doc_hash": None} for number in numbers] for numbers in ((1, 2), (2, 1))
    )
    for one in (*there, *back):
        del one["doc_hash"]

    assert {one.key for one in samples_of(*there)} == {one.key for one in samples_of(*back)}


def test_a_document_that_the_data_set_holds_twice_is_two_questions() -> None:
    twice = [line(number, doc_hash="ab" * 32) for number in (3, 9)]

    first, second = samples_of(*twice)

    assert first.key != second.key


def test_the_same_line_twice_is_refused(book_of) -> None:
    shelf = Shelf(a=jsonl(line(1), line(2), line(1)))

    with pytest.raises(RelnotesError, match="the same question occurs twice"):
        book_of(shelf).take(Held(NAME, "a"))
    with pytest.raises(RelnotesError, match="the same question occurs twice"):
        book_of(shelf, many=1).take(Held(NAME, "a"))


def test_lists_are_parts_of_a_corpus_metric_and_no_scores() -> None:
    found = samples_of(line(1, metrics=["acc", "f1", "bleu"], f1=[1, 0], bleu=["a", "b"]))

    assert [one.metric for one in found] == ["acc"]


def test_lines_may_have_other_metrics_than_the_first() -> None:
    refused = {**line(2, metrics=["refused"]), "refused": 0.0}
    del refused["acc"]

    found = samples_of(line(1), refused, line(3), line(4, metrics=["acc", "f1"], f1=0.5))

    assert [(one.metric, int(one.key, 16)) for one in found] == [
        *(("acc", 1), ("refused", 2), ("acc", 3), ("acc", 4), ("f1", 4)),
    ]


def test_right_and_wrong_may_be_written_as_words_of_json() -> None:
    found = samples_of(line(1, True), line(2, False), line(3, 1), line(4, None))

    assert [one.score for one in found] == [1.0, 0.0, 1.0, None]
    assert found[-1].state == "unscored"


def test_older_files_do_not_list_their_metrics() -> None:
    old = line(1)
    del old["metrics"]

    assert [one.metric for one in samples_of(old)] == ["acc"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("high", "acc should be a number, and is 'high'"),
        (float("nan"), "acc is NaN, which is no result"),
        (float("-inf"), "acc is -Infinity, which is no result"),
    ],
)
def test_a_score_of_another_kind_is_named_with_its_line(bad: object, said: str) -> None:
    with pytest.raises(RelnotesError) as caught:
        samples_of(line(1), line(2, bad))

    assert str(caught.value).startswith(f"{NAME}:2: {said}")


def test_a_line_that_ends_too_early_is_named() -> None:
    data = jsonl(line(1), line(2))[:-40]

    with pytest.raises(RelnotesError, match=r"jsonl:2:\d+: the JSON ends too early"):
        list(read_samples(io.BytesIO(data), NAME))


def test_a_file_of_nothing_has_no_samples(book_of) -> None:
    assert book_of(Shelf(a=b"")).take(Held(NAME, "a")) == ()


# -- bounded memory ------------------------------------------------------------------------------

_LARGE = """
import io
from relnotes.evals.held import Held
from relnotes.evals.readers.by_question import read_samples
from relnotes.samples import Book

FILL = b'"doc": {{"question": "' + b"why " * 600 + b'"}}, "filter": "none", "metrics": ["acc"], '

class Endless(io.RawIOBase):
    '''A file of any size that lies nowhere.'''
    def __init__(self): self.at, self.rest = 0, b""
    def readable(self): return True
    def seekable(self): return True
    def seek(self, to, whence=0):
        self.at, self.rest = 0, b""
        return 0
    def readinto(self, buffer):
        while len(self.rest) < len(buffer) and self.at < {lines}:
            key = b'"doc_hash": "%064x", "acc": %d.0}}\\n' % (self.at, self.at % 3 == 0)
            self.rest += b'{{"doc_id": %d, ' % self.at + FILL + key
            self.at += 1
        taken, self.rest = self.rest[:len(buffer)], self.rest[len(buffer):]
        buffer[:len(taken)] = taken
        return len(taken)

book = Book(lambda held: io.BufferedReader(Endless()),
            lambda file, path, place: read_samples(file, place), memory_mb=100, many=1000)
peak = lambda: open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
before = peak()
book.take(Held("samples_quiz.jsonl", "a"))
found = book.pair(Held("x", "a"), Held("x", "a"), ("quiz", "acc", None), lambda side: None)
print(found.sums.n, before, peak())
book.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what was used since exec")
def test_a_huge_file_is_read_in_bounded_memory(project: Path) -> None:
    """200 MB of JSON lines; of a file of 2 GB no more would be in memory at once."""
    done = subprocess.run(
        [sys.executable, "-c", _LARGE.format(lines=80_000)],
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    n, before_kb, peak_kb = (int(number) for number in done.stdout.split())
    assert n == 80_000
    assert peak_kb - before_kb < 150_000


# -- huge files on disk --------------------------------------------------------------------------


class Disk(Shelf):
    """Files that have a name, which the engine may read itself."""

    def __init__(self, folder: Path, **files: bytes) -> None:
        super().__init__(**files)
        self.folder = folder
        for name, data in files.items():
            (folder / f"{name}.jsonl").write_bytes(data)

    def open(self, held: Held) -> BinaryIO:
        self.opened.append(held.blob)
        return (self.folder / f"{held.blob}.jsonl").open("rb")


@pytest.fixture
def no_python(monkeypatch) -> Callable[[], None]:
    """Whatever is on disk is huge; and afterwards nobody may read it line by line."""
    monkeypatch.setattr("relnotes.samples.long._TEXT_BYTES", 0)

    def forbid(*_: object) -> None:
        raise AssertionError("read line by line")

    return lambda: monkeypatch.setattr("relnotes.samples.book.collect", forbid)


def test_a_huge_file_is_read_by_the_engine_and_says_the_same(book_of, tmp_path, no_python) -> None:
    def lines(every: int) -> bytes:
        metrics = ["acc", "f1", "exact match"]
        return jsonl(
            *(
                line(
                    number,
                    number % every == 0,
                    filter=name,
                    metrics=metrics,
                    f1=[1, 0],
                    **{"exact match": number % 2 if number % 5 else None},
                )
                for name in ("none", "it's")
                for number in range(60)
            )
        )

    disk = Disk(tmp_path, old=lines(3), new=lines(4))
    held = Held(NAME, "old"), Held(NAME, "new")
    plain = book_of(Shelf(**disk.files))
    keys = plain.take(held[0])
    expected = [plain.pair(*held, key, no_range) for key in sorted(keys, key=str)]

    no_python()
    book = book_of(disk)

    assert sorted(book.take(held[0]), key=str) == sorted(keys, key=str)
    for key, one in zip(sorted(keys, key=str), expected, strict=True):
        found = book.pair(*held, key, no_range)
        assert (found.old, found.new, found.missing) == (one.old, one.new, one.missing)
        assert (found.sums.gained, found.sums.lost) == (one.sums.gained, one.sums.lost)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((line(1), line(2, "high")), "2: acc should be a number, and is 'high'"),
        ((line(1), line(2, "1.0")), "2: acc should be a number, and is '1.0'"),
        ((line(1), line(2, float("nan"))), "2: acc is NaN"),
        ((line(1), line(2), line(1)), "the same question occurs twice"),
    ],
)
def test_what_is_wrong_in_a_huge_file_is_said_as_of_any_other(
    book_of, tmp_path, no_python, lines, said
) -> None:
    with pytest.raises(RelnotesError, match=said):
        book_of(Disk(tmp_path, a=jsonl(*lines))).take(Held(NAME, "a"))


def test_a_huge_file_whose_lines_differ_in_their_metrics_is_left_to_the_plain_reader(
    book_of, tmp_path, no_python
) -> None:
    other = line(2, metrics=["refused"], refused=0.0)
    disk = Disk(tmp_path, a=jsonl(line(1), other))

    assert set(book_of(disk).take(Held(NAME, "a"))) == {KEY, ("quiz", "refused", None)}


def test_a_huge_file_with_a_document_twice_is_left_to_the_plain_reader(
    book_of, tmp_path, no_python
) -> None:
    disk = Disk(tmp_path, a=jsonl(line(3, doc_hash="ab" * 32), line(9, doc_hash="ab" * 32)))

    found = book_of(disk).pair(Held(NAME, "a"), Held(NAME, "a"), KEY, no_range)

    assert found.common == 2
