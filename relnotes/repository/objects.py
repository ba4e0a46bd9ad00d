"""Read trees and blobs in bulk: one git process however many there are.

Everything is a stream in the order of the questions; one blob at a time is held.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import PurePosixPath
from sys import intern
from typing import BinaryIO, NamedTuple, cast

import msgspec

from relnotes.errors import Exit, Problem, RelnotesError, fail
from relnotes.repository.process import COMPLETE_CLONE, Git, GitStoppedEarlyError

_CHUNK = 1 << 20
HEAD = 1 << 18
_IN_MEMORY = 1 << 26
_ABSENT = "000000"


class FileChange(NamedTuple):  # a frozen dataclass takes four times as long to make
    """One file that differs between two trees; its path starts at those trees."""

    path: str
    old: str | None  # blob id, None where the file is absent
    new: str | None
    old_mode: str  # "000000" where the file is absent
    new_mode: str


class TreeFile(msgspec.Struct, frozen=True):
    """One file of a tree, at any depth."""

    path: str
    blob: str
    mode: str
    size: int | None  # None for a submodule


class Blob(NamedTuple):
    """A file's content; `data` is None when it was larger than the limit of the reading.

    `head` is then its beginning, enough to recognise it by; else it is empty.
    """

    id: str
    size: int
    data: bytes | None
    head: bytes = b""


def read_trees(git: Git, commits: Sequence[str], path: str) -> list[str | None]:
    """The tree of one folder at each commit, None where the folder is missing."""
    inside = inner_path(path)
    asked = "".join(f"{commit}:{inside}\n" for commit in commits).encode()
    lines = _batch_check(git, asked) if commits else []
    trees: list[str | None] = []
    problems: list[Problem] = []
    for commit, line in zip(commits, lines, strict=True):
        oid, _, kind = line.rpartition(" ")
        trees.append(oid if kind == "tree" else None)
        if kind not in ("tree", "missing"):
            problems.append(_not_a_folder(commit, inside))
    if problems:
        raise RelnotesError(problems)
    _check_readable(git, [c for c, tree in zip(commits, trees, strict=True) if tree is None])
    return trees


def find_file(git: Git, commit: str, path: str) -> str | None:
    """The blob of one file at a commit, None where it is missing."""
    (line,) = _batch_check(git, f"{commit}:{inner_path(path)}\n".encode())
    oid, _, kind = line.rpartition(" ")
    if kind == "blob":
        return oid
    if kind != "missing":
        raise fail(f"{commit}:{path}", "is a folder or a submodule, where a file is expected")
    _check_readable(git, [commit])
    return None


def inner_path(path: str) -> str:
    """A path as git writes it, "" for the top folder."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or set(path) & {"\n", "\0"}:
        raise fail(repr(path), "is not a path inside the repository")
    return "" if path in ("", ".") else str(pure)


def _not_a_folder(commit: str, path: str) -> Problem:
    what = "is a file or a submodule, where a folder is expected"
    return Problem(f"{commit}:{path}", what)


def _check_readable(git: Git, commits: Sequence[str]) -> None:
    """Git says "missing" both for a folder that is not there and for a tree it cannot read."""
    asked = "".join(f"{commit}^{{tree}}\n" for commit in commits).encode()
    lines = _batch_check(git, asked) if commits else []
    unreadable = [c for c, line in zip(commits, lines, strict=True) if not line.endswith(" tree")]
    if unreadable:
        what = "this commit, or its tree, is not in the repository"
        raise RelnotesError(
            [Problem(commit, what, COMPLETE_CLONE) for commit in unreadable], Exit.NO_REPOSITORY
        )


def _batch_check(git: Git, asked: bytes) -> list[str]:
    answers = git.ask("cat-file", "--batch-check=%(objectname) %(objecttype)", feed=asked)
    return answers.decode("utf-8", "replace").split("\n")[:-1]


def read_changes(git: Git, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[FileChange, ...]]:
    """For each pair of trees (old, new), the files that differ, sorted by path."""
    if all(old == new for old, new in pairs):
        yield from (() for _ in pairs)
        return
    feed = (f"{old} {new}\n".encode() for old, new in pairs if old != new)
    with git.stream(*_DIFF_TREE, feed=feed) as output:
        answers = _answers(output)
        for old, new in pairs:
            if old == new:
                yield ()
                continue
            header, changes = next(answers, ("", []))
            if header != f"{old} {new}":
                raise GitStoppedEarlyError
            yield tuple(changes)


_DIFF_TREE = (
    *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames"),
    *("--no-color", "--no-ext-diff", "--ignore-submodules=none"),
)


def _answers(output: BufferedReader) -> Iterator[tuple[str, list[FileChange]]]:
    """Groups of `:old_mode new_mode old new status NUL path NUL` under `old new LF`.

    A header has no NUL of its own, so it arrives glued to the front of what follows it.
    """
    header = ""
    changes: list[FileChange] = []
    fields = _fields(output)
    for field in fields:
        meta = field
        if not meta.startswith(":"):
            *headers, meta = field.split("\n")
            for following in headers:
                if header:
                    yield header, changes
                header, changes = following, []
        if meta:
            changes.append(_change(meta, next(fields, "")))
    if header:
        yield header, changes


def _change(meta: str, path: str) -> FileChange:
    if not path:
        raise GitStoppedEarlyError
    # Interned: in a long history the same paths and ids come again and again.
    old_mode, new_mode, old, new, _ = map(intern, meta[1:].split(" "))
    return FileChange(
        intern(path),
        None if old_mode == _ABSENT else old,
        None if new_mode == _ABSENT else new,
        old_mode,
        new_mode,
    )


def _fields(output: BufferedReader) -> Iterator[str]:
    rest = b""
    while chunk := output.read1(_CHUNK):
        whole, nul, tail = chunk.rpartition(b"\0")
        if nul:
            yield from (rest + whole).decode("utf-8", "backslashreplace").split("\0")
            rest = tail
        else:
            rest += chunk
    if rest:
        yield rest.decode("utf-8", "backslashreplace")


def read_blobs(git: Git, ids: Iterable[str], limit: int) -> Generator[Blob]:
    """Blobs in the order asked. `ids` is consumed by another thread, ahead of the answers."""
    feed = (f"{oid}\n".encode() for oid in ids)
    with git.stream("cat-file", "--batch", "--buffer", feed=feed) as output:
        yield from parse_batch(output, limit)


def open_blob(git: Git, oid: str) -> BinaryIO:
    """A blob in memory or, if it is large, in a file that goes when it is closed."""
    from tempfile import SpooledTemporaryFile  # 10 ms, and few have to be read again

    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (the caller closes it)
    with git.stream("cat-file", "blob", oid, feed=()) as output:
        while chunk := output.read(_CHUNK):
            file.write(chunk)
    file.seek(0)
    return cast("BinaryIO", file)


def parse_batch(output: BinaryIO, limit: int) -> Iterator[Blob]:
    """The blobs in what `cat-file --batch` prints."""
    while header := output.readline():
        oid, kind, length = _header(header)
        if kind != b"blob":
            raise fail(oid.decode(), f"is a {kind.decode()}, where a file is expected")
        size = int(length)
        if size > limit:
            head, data = output.read(min(size, HEAD)), None
            _drain(output, size - len(head))
        else:
            head, data = b"", output.read(size)
        if output.read(1) != b"\n":
            raise GitStoppedEarlyError
        yield Blob(oid.decode(), size, data, head)


def _header(line: bytes) -> list[bytes]:
    words = line.split()
    if len(words) == 3:
        return words
    raise _not_here(words[0].decode(), "this file")


def _not_here(blob: str, name: str) -> RelnotesError:
    what = f"the content of {name} is not in the repository"
    return fail(blob, what, COMPLETE_CLONE, Exit.NO_REPOSITORY)


def _drain(output: BinaryIO, size: int) -> None:
    while size > 0:
        chunk = output.read(min(size, _CHUNK))
        if not chunk:
            raise GitStoppedEarlyError
        size -= len(chunk)


def list_files(git: Git, tree: str) -> tuple[TreeFile, ...]:
    """Every file of a tree, sorted by path."""
    listing = git.ask("ls-tree", "-r", "-z", "-l", "--full-tree", tree)
    lines = listing.decode("utf-8", "backslashreplace").split("\0")[:-1]
    return tuple(_tree_file(line) for line in lines)


def _tree_file(line: str) -> TreeFile:
    meta, _, path = line.partition("\t")
    mode, _, blob, size = meta.split()
    if size == "BAD":
        raise _not_here(blob, path)
    return TreeFile(path, blob, mode, None if size == "-" else int(size))


_UNREADABLE = {
    "120000": ("is a symbolic link", "commit the file itself in its place"),
    "160000": ("is a submodule", "copy the files that the release needs into this repository"),
}


def unreadable_modes(
    entries: Iterable[FileChange | TreeFile], *, prefix: str = ""
) -> list[Problem]:
    """Entries that hold no content of their own, on either side of a change.

    `prefix` goes before each path in the place, such as "v1.2.0:bundle/".
    """
    return [
        Problem(f"{prefix}{entry.path}", f"{what}; a bundle holds plain files only", mend)
        for entry in entries
        for mode in sorted(_modes(entry) & _UNREADABLE.keys())
        for what, mend in (_UNREADABLE[mode],)
    ]


def _modes(entry: FileChange | TreeFile) -> set[str]:
    return {entry.mode} if isinstance(entry, TreeFile) else {entry.old_mode, entry.new_mode}


_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\n"


def is_lfs_pointer(data: bytes) -> bool:
    """Whether this is what Git LFS commits in place of a large file."""
    return data.startswith(_LFS_POINTER) and len(data) < 1024
