"""Build the made-up histories: from nothing, again, and after one more release."""

from __future__ import annotations

from pathlib import Path

from benchmarks import generator
from benchmarks.processes import Command, Cost, Step, relnotes, run


def build(folder: Path) -> Command:
    """Pages and records, without the HTML, which is the site builder's time."""
    return relnotes("build", "--no-html", folder=folder)


def from_nothing(folder: Path) -> Step:
    """Every page, with nothing left of an earlier build."""

    def step() -> Cost:
        generator.git(folder, "clean", "-ffdxq")
        return run(build(folder))

    return step
