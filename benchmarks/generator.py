"""Write a made-up history as a packed git repository, and keep it for the next benchmark.

python -m benchmarks.generator --releases 2000 --files 200
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import IO

from benchmarks import history
from benchmarks.history import Files, Release, Shape
from benchmarks.options import parser
from benchmarks.processes import environment

BUNDLE = "bundle"
_PERSON = b"Bench <bench@example.org>"
_QUICK_WRITING = ("-c", "core.compression=1", "-c", "fastimport.unpackLimit=1")


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--releases", type=int, default=2000)
    asked.add_argument("--files", type=int, default=200, help="eval results in the bundle")
    asked.add_argument("--unrelated", type=int, default=0, help="commits beside the bundle")
    given = asked.parse_args()
    start = perf_counter()
    shape = replace(history.wide(given.releases, given.files), unrelated=given.unrelated)
    folder = stored(shape, given.cache)
    print(f"{folder} ({perf_counter() - start:.1f} s)")


def stored(shape: Shape, cache: Path) -> Path:
    """The repository of that shape: the one of an earlier run, or a new one."""
    folder = cache / f"{shape.releases}x{shape.files}-{_fingerprint(shape)}"
    if not folder.exists():
        unfinished = folder.with_name(folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        write(shape, unfinished)
        unfinished.rename(folder)
    return folder


@contextmanager
def working_copy(shape: Shape, cache: Path) -> Iterator[Path]:
    """A clone to build in; it goes when the block ends."""
    original = stored(shape, cache)
    with TemporaryDirectory(prefix="clone-", dir=cache) as folder:
        copy = Path(folder) / "repository"
        git(cache, "clone", "--quiet", "--local", str(original), str(copy))
        yield copy


def write(shape: Shape, folder: Path) -> None:
    """A new repository with the whole history, packed as a clone would be."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    _import(folder, _stream(shape, history.releases(shape)))
    git(folder, "pack-refs", "--all")
    git(folder, "reset", "--quiet", "--hard")


def add_release(shape: Shape, folder: Path, number: int) -> None:
    """The release after `number - 1` others, committed and tagged in a working copy."""
    longer = replace(shape, releases=number, unrelated=0)
    new = islice(history.releases(longer), number - 1, None)
    _import(folder, _commits(new, onto=b"refs/heads/main^0"))
    git(folder, "reset", "--quiet", "--hard")


def git(folder: Path, *arguments: str, feed: bytes = b"") -> bytes:
    """What git prints; the user's configuration has no part in it."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(
        command, input=feed, stdout=subprocess.PIPE, env=environment(), check=True
    )
    return done.stdout


def _fingerprint(shape: Shape) -> str:
    sources = [
        path.read_bytes()
        for path in sorted(Path(__file__).parent.glob("*.py"))
        if path.stem in ("generator", "history", "results")
    ]
    return hashlib.sha256(b"".join([repr(astuple(shape)).encode(), *sources])).hexdigest()[:12]


def _import(folder: Path, stream: Iterable[bytes]) -> None:
    command = ["git", *_QUICK_WRITING, "fast-import", "--depth=0", "--quiet", "--force"]
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, env=environment())
    pipe: IO[bytes] | None = process.stdin
    assert pipe is not None
    with pipe:
        pipe.writelines(stream)
    if process.wait():
        raise SystemExit("git fast-import failed")


# -- the stream that `git fast-import` reads -------------------------------------------------------


def _stream(shape: Shape, releases: Iterable[Release]) -> Iterator[bytes]:
    yield from _commit(history.FIRST_DAY, "chore: settings", {"relnotes.toml": history.SETTINGS})
    done = 0
    for release in releases:
        due = shape.unrelated * release.number // shape.releases
        for number in range(done, due):
            path = f"src/part{number % 50:02}.py"
            date = release.date - history.DAY // 2
            yield from _commit(date, f"refactor: part {number}", {path: b"N = %d\n" % number})
        done = due
        yield from _commits([release])


def _commits(releases: Iterable[Release], onto: bytes = b"") -> Iterator[bytes]:
    """`onto`: what the first goes on from, where this stream has not made it itself."""
    for release in releases:
        files = {f"{BUNDLE}/{path}": data for path, data in release.files.items()}
        yield from _commit(release.date, f"feat: update {release.number}", files, onto)
        onto = b""
        yield b"tag %s\nfrom refs/heads/main\n" % release.tag.encode()
        yield b"tagger %s %d +0000\n" % (_PERSON, release.date)
        yield from _data(release.tag.encode() + b"\n")


def _commit(date: int, message: str, files: Files, onto: bytes = b"") -> Iterator[bytes]:
    yield b"commit refs/heads/main\ncommitter %s %d +0000\n" % (_PERSON, date)
    yield from _data(message.encode() + b"\n")
    if onto:
        yield b"from %s\n" % onto
    for path, data in files.items():
        if data is None:
            yield b"D %s\n" % path.encode()
        else:
            yield b"M 100644 inline %s\n" % path.encode()
            yield from _data(data)


def _data(content: bytes) -> Iterator[bytes]:
    yield b"data %d\n" % len(content)
    yield content
    yield b"\n"


if __name__ == "__main__":
    main()
