"""Build the made-up histories without the HTML, which is the site builder's time."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from benchmarks import generator
from benchmarks.history import Shape
from benchmarks.processes import Command, Cost, Step, relnotes, run


def build(folder: Path) -> Command:
    """Pages and records: all that are missing, or those of new releases."""
    return relnotes("build", "--no-html", folder=folder)


def from_nothing(folder: Path) -> Step:
    """Every page, with nothing left of an earlier build."""
    numbers = count()

    def step() -> Cost:
        _put_aside(folder, folder.with_name(f"earlier{next(numbers)}"))
        return run(build(folder))

    return step


def one_more(shape: Shape, folder: Path) -> Step:
    """Another release, and a build that goes on from the last one."""
    numbers = count(shape.releases + 1)

    def step() -> Cost:
        generator.add_release(shape, folder, next(numbers))
        return run(build(folder))

    return step


def _put_aside(folder: Path, elsewhere: Path) -> None:
    """Everything that git does not know.

    It is moved and not deleted: for a while after that, some file systems (ext4) make new files
    at a fifth of their speed.
    """
    elsewhere.mkdir()
    for name in generator.git(folder, "ls-files", "--others", "--directory", "-z").split(b"\0"):
        if name:
            path = folder / name.decode().rstrip("/")
            path.rename(elsewhere / path.name)
