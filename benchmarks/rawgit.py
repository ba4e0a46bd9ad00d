"""What git alone needs for the same facts: the floor below every build."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.generator import BUNDLE, git
from benchmarks.processes import Command, python

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_DIFF = ("git", "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames")
_REFS = (
    *("git", "for-each-ref"),
    "--format=%(refname:strip=2) %(objectname) %(*objectname) %(creatordate:raw)",
    "refs/tags",
)
# pydantic imports nothing of itself until it is asked for a name, and most of it for a first class.
_IMPORTS = """
import click, git, jinja2.sandbox, msgspec, pydantic, yaml
class Model(pydantic.BaseModel):
    name: str
"""


def trees(folder: Path) -> list[str]:
    """The bundle's tree at each release, oldest first."""
    names = git(folder, "for-each-ref", "--sort=creatordate", "--format=%(refname)", "refs/tags")
    asked = "".join(f"{name}:{BUNDLE}\n" for name in names.decode().split()).encode()
    answers = git(folder, "cat-file", "--batch-check=%(objectname)", feed=asked)
    return answers.decode().split()


def reading(folder: Path, known: Sequence[str]) -> tuple[Command, Command]:
    """Compare each tree with the one before it, and read what is new."""
    pairs = "".join(f"{old} {new}\n" for old, new in pairwise(known)).encode()
    listing = git(folder, *_DIFF[1:], feed=pairs).split(b"\0")
    metas = [field.rpartition(b":")[2].split(b" ") for field in listing if b":" in field]
    blobs = b"".join(meta[3] + b"\n" for meta in metas if meta[1] != b"000000")
    return (
        Command(_DIFF, folder, pairs),
        Command(("git", "cat-file", "--batch", "--buffer"), folder, blobs),
    )


def everything(folder: Path) -> tuple[Command, ...]:
    """Of the whole history."""
    return reading(folder, [_EMPTY_TREE, *trees(folder)])


def newest(folder: Path) -> tuple[Command, ...]:
    """Of the latest release alone: list the tags, find the trees, compare two, read."""
    known = trees(folder)
    names = git(folder, "for-each-ref", "--format=%(objectname)", "refs/tags").decode().split()
    asked = "".join(f"{name}:{BUNDLE}\n" for name in names).encode()
    return (
        Command(_REFS, folder),
        Command(("git", "cat-file", "--batch-check"), folder, asked),
        *reading(folder, known[-2:]),
    )


def imports() -> Command:
    """Python and the packages that a build cannot do without."""
    return python(_IMPORTS)
