"""Find the repository around a folder: plain, linked work tree, bare; or say why there is none."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from relnotes.errors import Exit, RelnotesError, fail
from relnotes.repository.process import Git, failure


class Place(msgspec.Struct, frozen=True):
    """Where a repository keeps its parts."""

    root: Path | None  # top of the work tree; None when bare, or when asked from inside .git
    git_dir: Path
    common_dir: Path  # differs from git_dir in a linked work tree
    object_format: str  # "sha1" or "sha256"
    shallow: bool


_QUESTIONS = (
    "--is-inside-work-tree",
    "--show-object-format",
    "--is-shallow-repository",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-cdup",
)


def find_repository(start: Path) -> Place:
    """The repository that `start` lies in; environment variables of a running hook are ignored."""
    folder = start.parent if start.is_file() else start
    arguments = ("rev-parse", *_QUESTIONS)
    done = Git.anywhere(folder).run(*arguments)
    if done.returncode:
        raise _no_repository(folder, arguments, done.stderr)
    return _place(folder, os.fsdecode(done.stdout).split("\n"))


def _place(folder: Path, answers: list[str]) -> Place:
    # A bare repository answers the last question with nothing at all.
    inside, object_format, shallow, git_dir, common_dir, up = [*answers, ""][:6]
    if object_format not in ("sha1", "sha256") or not Path(git_dir).is_dir():
        what = "git cannot describe this repository: it is too old, or the path has a line break"
        raise fail(str(folder), what, "git 2.28 or later is needed", Exit.NO_REPOSITORY)
    return Place(
        root=(folder / up).resolve() if inside == "true" else None,
        git_dir=Path(git_dir),
        common_dir=(folder / common_dir).resolve(),
        object_format=object_format,
        shallow=shallow == "true",
    )


def _no_repository(folder: Path, arguments: tuple[str, ...], said: bytes) -> RelnotesError:
    if b"not a git repository" not in said:
        # Such as "dubious ownership", which names the folder and the command that mends it.
        return failure(arguments, said)
    return fail(
        str(folder),
        "is not in a git repository",
        "change to the repository that holds the bundle, or make one with `relnotes init`",
        Exit.NO_REPOSITORY,
    )
