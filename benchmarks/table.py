"""Print what was measured beside what it is held against, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processes import Cost

HEAD = ("what", "figure", "processor time", "beside", "ratio", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `value` is what the target is about; no target, no verdict."""

    what: str
    figure: str
    cpu: str
    beside: str
    value: float
    unit: str  # "×", "s" or "MB"
    target: float | None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "pass" if self.value <= self.target else "miss"


def ratio(what: str, cost: Cost, floor: Cost, target: float | None, *, named: str) -> Row:
    """Held against another program, or against another size of the same."""
    return of_numbers(what, cost.wall, floor.wall, target, named=named, cpu=seconds(cost.cpu))


def of_numbers(
    what: str, value: float, floor: float, target: float | None, *, named: str, cpu: str = ""
) -> Row:
    beside = f"{named}: {seconds(floor)}"
    return Row(what, seconds(value), cpu, beside, value / floor, "×", target)


def limit(what: str, value: float, unit: str, target: float, cpu: str = "") -> Row:
    """Held against a number."""
    shown = seconds(value) if unit == "s" else f"{value:.0f} {unit}"
    return Row(what, shown, cpu, "", value, unit, target)


def seconds(value: float) -> str:
    if abs(value) < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def show(rows: Sequence[Row], runs: int) -> None:
    """The table as Markdown. The exit code stays 0: a miss is a finding, no failure."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(f"| {' | '.join(cells)} |")
    print(f"\nMedian of {runs} on {machine()}.")


def _cells(row: Row) -> tuple[str, ...]:
    value = f"{row.value:.2f} ×" if row.unit == "×" else ""
    target = "" if row.target is None else f"≤ {row.target:g} {row.unit}"
    return row.what, row.figure, row.cpu, row.beside, value, target, row.verdict


def machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return (
        f"{cores} cores ({platform.machine()}, {platform.system()}),"
        f" Python {platform.python_version()}, {git.strip()}"
    )
