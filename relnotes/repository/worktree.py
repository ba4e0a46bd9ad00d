"""What would be committed now: a folder of the work tree as a tree, with the user's git untouched.

The index is a copy and new objects go to a temporary folder; hooks do not run. Filters such as
Git LFS do, as they would in a commit.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from relnotes.errors import Exit, Problem, RelnotesError, fail
from relnotes.repository.objects import read_trees
from relnotes.repository.process import Git

_NO_SIDE_EFFECTS = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "core.splitIndex=false", "-c", "core.safecrlf=false"),
)
_UPDATE_INDEX = (
    *_NO_SIDE_EFFECTS,
    *("update-index", "--add", "--remove", "--replace", "--ignore-skip-worktree-entries"),
    *("-z", "--stdin"),
)
_CONFLICTS = frozenset({"DD", "AU", "UD", "UA", "DU", "AA", "UU"})


class WorkTree(msgspec.Struct, frozen=True):
    """A folder of the work tree, with uncommitted and untracked files, without ignored ones."""

    tree: str | None  # None: the folder has no files
    dirty: bool  # differs from HEAD


def differs_from_head(git: Git, path: str) -> bool:
    """Whether git sees anything in the folder that HEAD does not have."""
    status = git.ask(
        *("--no-optional-locks", "status", "--porcelain", "-z", "--no-renames"),
        *("--untracked-files=all", "--ignore-submodules=none", "--", path or "."),
    )
    entries = status.decode("utf-8", "backslashreplace").split("\0")[:-1]
    conflicts = [entry[3:] for entry in entries if entry[:2] in _CONFLICTS]
    if conflicts:
        what, mend = "has an unresolved merge conflict", "resolve it, then `git add` the file"
        raise RelnotesError([Problem(name, what, mend) for name in conflicts])
    return bool(entries)


def write_tree(git: Git, root: Path, path: str, store: Path) -> str | None:
    """The tree of the folder as it lies on disk; its new objects are written to `store`."""
    snapshot = git.with_environment(**_own_index(git, store))
    folder = root / path
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise fail(path, "is not a folder", "the bundle must be a plain folder")
    # Not `git add`: it refuses tracked files when their folder is ignored.
    # A nested repository is listed with a slash that update-index does not take.
    feed = b"".join(name.removesuffix(b"/") + b"\0" for name in _listed(git, path))
    snapshot.ask(*_UPDATE_INDEX, feed=feed)
    top = _whole_tree(snapshot)
    return read_trees(snapshot, [top], path)[0] if path else top


def _own_index(git: Git, store: Path) -> dict[str, str]:
    index = store / "index"
    index.unlink(missing_ok=True)
    original = Path(git.environment["GIT_INDEX_FILE"])
    if original.exists():
        # With its time: git looks again into files that changed in the second of the index.
        shutil.copy2(original, index)
    return {"GIT_INDEX_FILE": str(index)}


def _whole_tree(git: Git) -> str:
    done = git.run(*_NO_SIDE_EFFECTS, "write-tree", "--missing-ok")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        mend = "finish the merge or the rebase that is under way"
        raise fail("git write-tree", said, mend, Exit.BAD_INPUT)
    return done.stdout.decode().strip()


def object_store(git: Git, store: Path) -> dict[str, str]:
    """Variables that make git write objects to `store` and read them from both places."""
    objects = store / "objects"
    info = objects / "info"
    info.mkdir(parents=True, exist_ok=True)
    # A file, not GIT_ALTERNATE_OBJECT_DIRECTORIES: there a colon in a path means two paths.
    (info / "alternates").write_text(git.environment["GIT_OBJECT_DIRECTORY"] + "\n")
    return {"GIT_OBJECT_DIRECTORY": str(objects)}


def read_folder(git: Git, root: Path, path: str) -> dict[str, bytes]:
    """Tracked and untracked files of a folder on disk by path inside it, without ignored ones."""
    if not os.path.lexists(root / path):
        return {}
    names = [os.fsdecode(name) for name in _listed(git, path)]
    present = [name for name in names if os.path.lexists(root / name)]
    problems = [
        Problem(_shown(name), "is not a plain file", "put the file itself in its place")
        for name in present
        if (root / name).is_symlink() or not (root / name).is_file()
    ]
    if problems:
        raise RelnotesError(problems)
    start = len(path) + 1 if path else 0
    return {_shown(name)[start:]: (root / name).read_bytes() for name in present}


def _listed(git: Git, path: str) -> list[bytes]:
    """Names of what is tracked, on disk or not, and of what could be."""
    listing = git.ask(
        *("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", path or "."),
    )
    return sorted({name for name in listing.split(b"\0") if name})


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
