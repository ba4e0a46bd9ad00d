"""One git repository on this machine, and every question that may be put to it."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from relnotes.errors import Exit, RelnotesError, fail
from relnotes.repository import edits, objects, tags, worktree
from relnotes.repository.discovery import Place, find_repository
from relnotes.repository.edits import Edit
from relnotes.repository.foreseen import Foreseen
from relnotes.repository.objects import Blob, FileChange, TreeFile, inner_path
from relnotes.repository.process import Git, Question, environment_of
from relnotes.repository.tags import Tag
from relnotes.repository.worktree import WorkTree

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_NO_LIMIT = 1 << 62


class Repository:
    """Reads only; close it (or use `with`) to drop what `worktree_tree` wrote elsewhere."""

    def __init__(self, place: Place) -> None:
        self.root = place.root
        self.git_dir = place.git_dir
        self.common_dir = place.common_dir
        self.object_format = place.object_format
        self.empty_tree = _EMPTY_TREES[place.object_format]
        self._shallow = place.shallow
        folder = place.root or place.git_dir
        environment = environment_of(place.git_dir, place.common_dir, place.root)
        self._own_git = self._git = Git(folder, environment)
        self._store: TemporaryDirectory[str] | None = None
        self._foreseen = Foreseen()

    def __getstate__(self) -> dict[str, Any]:
        """For another process, which asks git itself: what is foreseen would be much to send."""
        return {**vars(self), "_foreseen": Foreseen(), "_git": self._git.knowing({})}

    @classmethod
    def open(cls, start: Path) -> Self:
        """The repository around `start`; exit code 3 when there is none."""
        return cls(find_repository(start))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._store is not None:
            self._git = self._own_git
            self._store.cleanup()
            self._store = None

    @contextmanager
    def noting(self) -> Iterator[dict[Question, bytes]]:
        """What git answers meanwhile, streams apart."""
        before = self._git
        self._git = before.knowing({}, notes=True)
        try:
            yield self._git.answers
        finally:
            self._git = before

    def foresee(self, foreseen: Foreseen) -> None:
        """Ask git nothing of what is known from here on."""
        self._foreseen = foreseen
        self._git = self._git.knowing(foreseen.answers)

    def check_complete(self) -> None:
        """Refuse a shallow clone: releases would be missing without a word."""
        if self._shallow:
            raise fail(
                str(self.root or self.git_dir),
                "this is a shallow clone: older releases are missing from it",
                "git fetch --unshallow --tags",
                Exit.NO_REPOSITORY,
            )

    def refs_fingerprint(self) -> str:
        """Changes whenever a tag or HEAD does."""
        # Exit code 1: there is nothing to list, which is a state like any other.
        refs = self._git.ask("show-ref", "--head", "--tags", refusals=(1,))
        return hashlib.sha256(refs).hexdigest()

    def tags(self, pattern: str = "*", known: Iterable[Tag] = ()) -> tuple[Tag, ...]:
        """Tags whose whole name matches the glob ("v*", "finch/*"), in release order.

        Those of `known` that have not moved since are not read again.
        """
        return tags.list_tags(self._git, pattern, known)

    def head(self) -> str | None:
        """The commit checked out, None before the first one."""
        return self.resolve("HEAD")

    def resolve(self, name: str) -> str | None:
        """The commit that a revision names, None when it names none."""
        if not name or name.startswith("-") or "\0" in name:
            return None
        done = self._git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def person(self) -> str | None:
        """The name under which git would commit here; None where nobody said it."""
        if said := os.environ.get("GIT_AUTHOR_NAME"):
            return said
        said = self._git.ask("config", "user.name", refusals=(1,)).decode("utf-8", "replace")
        return said.strip() or None

    def commit_date(self, name: str) -> datetime | None:
        """When the committer made the commit; None when the name leads to no commit."""
        commit = self.resolve(name)
        if commit is None:
            return None
        headers, _, _ = self._git.ask("cat-file", "commit", commit).partition(b"\n\n")
        committer = next(line for line in headers.split(b"\n") if line.startswith(b"committer "))
        return tags.parse_date(committer.rpartition(b"> ")[2].decode(), f"commit {commit}")

    def leads_to(self, commit: str) -> bool:
        """Whether HEAD, a branch or a tag leads to the commit; after a rebase none may."""
        if self.resolve(commit) is None:
            return False
        if self._git.ask("for-each-ref", "--count=1", "--contains", commit):
            return True
        return self._git.run("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0

    def edits(
        self, paths: Sequence[str], *, start: str = "HEAD", limit: int = 1000
    ) -> tuple[Edit, ...]:
        """The commits behind `start` that changed one of `paths`, newest first."""
        return edits.edits(self._git, start, tuple(paths), limit)

    def text_at(self, commit: str, path: str) -> str | None:
        """A file as it was at a commit; None where it was not there."""
        blob = objects.find_file(self._git, commit, path)
        return None if blob is None else self._contents([blob])[0].decode("utf-8", "replace")

    def text_diff(self, old: str | None, new: str | None, path: str) -> str:
        """Git's own diff of a file; None is nothing on the old side, the work tree on the new."""
        return edits.text_diff(self._git, old or self.empty_tree, new, path)

    def trees(self, commits: Sequence[str], path: str) -> list[str | None]:
        """The folder's tree at each commit, None where it is missing."""
        return objects.read_trees(self._git, commits, path)

    def changes(
        self, pairs: Sequence[tuple[str | None, str | None]]
    ) -> Iterator[tuple[FileChange, ...]]:
        """For each pair of trees (old, new), the files that differ; None is an empty tree."""
        empty = self.empty_tree
        trees = [(old or empty, new or empty) for old, new in pairs]
        return self._foreseen.changes_of(self._git, trees)

    def blobs(self, ids: Iterable[str], limit: int = _NO_LIMIT) -> Generator[Blob]:
        """Contents in the order asked, one held at a time; above `limit` bytes only the size.

        `ids` is consumed by another thread and must not wait for the answers. Close the
        iterator when you leave it early.
        """
        return self._foreseen.contents(self._git, ids, limit)

    def open_blob(self, oid: str) -> BinaryIO:
        """One blob as a seekable file of any size, which is removed when it is closed."""
        return objects.open_blob(self._git, oid)

    def files(self, tree: str) -> tuple[TreeFile, ...]:
        """Every file of a tree, sorted by path."""
        return objects.list_files(self._git, tree)

    def worktree_tree(self, path: str) -> WorkTree | None:
        """The folder as it lies in the work tree; None without a work tree.

        Trees and blobs of it can be read from this object until it is closed.
        """
        if self.root is None:
            return None
        inside = inner_path(path)
        head = self.head()
        committed = self.trees([head], inside)[0] if head else None
        if not worktree.differs_from_head(self._git, inside):
            return WorkTree(committed, dirty=False)
        store = self._open_store()
        tree = worktree.write_tree(self._git, self.root, inside, store)
        return WorkTree(tree, dirty=tree != committed)

    def _open_store(self) -> Path:
        """The folder for objects that the repository itself must not get."""
        if self._store is None:
            from tempfile import TemporaryDirectory  # 10 ms that a clean work tree need not pay

            self._store = TemporaryDirectory(prefix="relnotes-")
            objects_there = worktree.object_store(self._own_git, Path(self._store.name))
            self._git = self._own_git.with_environment(**objects_there)
        return Path(self._store.name)

    def read_folder(self, path: str) -> dict[str, bytes]:
        """A small folder's files by path inside it: of the work tree, or of HEAD without one."""
        inside = inner_path(path)
        if self.root is None:
            return self._read_from_head(inside)
        return worktree.read_folder(self._git, self.root, inside)

    def read_head_file(self, path: str) -> bytes | None:
        """A committed file, such as the settings of a bare repository."""
        head = self.head()
        blob = objects.find_file(self._git, head, path) if head else None
        return None if blob is None else self._contents([blob])[0]

    def _read_from_head(self, folder: str) -> dict[str, bytes]:
        head = self.head()
        tree = self.trees([head], folder)[0] if head else None
        files = self.files(tree) if tree else ()
        problems = objects.unreadable_modes(files, prefix=f"HEAD:{folder}/")
        if problems:
            raise RelnotesError(problems)
        contents = self._contents([file.blob for file in files])
        return dict(zip((file.path for file in files), contents, strict=True))

    def _contents(self, blobs: Sequence[str]) -> list[bytes]:
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        output = self._git.ask("cat-file", "--batch", feed=asked)
        return [blob.data or b"" for blob in objects.parse_batch(io.BytesIO(output), _NO_LIMIT)]
