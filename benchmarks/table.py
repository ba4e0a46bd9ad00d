"""Print what was measured beside what it is held against, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processes import Cost

_HEAD = ("what", "time", "processor", "beside", "ratio", "of processor", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `value`, in `unit`, is what the target is about; no target, no verdict."""

    what: str
    time: str
    cpu: str
    beside: str
    value: float
    unit: str  # "×", "s" or "MB"
    target: float | None
    cpu_ratio: float | None = None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "pass" if self.value <= self.target else "miss"


def ratio(what: str, cost: Cost, floor: Cost, target: float | None, *, named: str) -> Row:
    """Held against another program, or against another size of the same."""
    return Row(
        what,
        _seconds(cost.wall),
        _seconds(cost.cpu),
        f"{named}: {_seconds(floor.wall)}",
        cost.wall / floor.wall,
        "×",
        target,
        cost.cpu / floor.cpu,
    )


def within(what: str, cost: Cost, seconds: float) -> Row:
    """Held against the clock."""
    return Row(what, _seconds(cost.wall), _seconds(cost.cpu), "", cost.wall, "s", seconds)


def within_processor(what: str, cost: Cost, seconds: float) -> Row:
    """Held against the clock of the processors, whatever else they do meanwhile."""
    return Row(what, _seconds(cost.wall), _seconds(cost.cpu), "", cost.cpu, "s", seconds)


def size(what: str, octets: int, kilobytes: float | None) -> Row:
    """Held against a size of a file."""
    return Row(what, f"{octets / 1000:.0f} KB", "", "", octets / 1000, "KB", kilobytes)


def growth(what: str, each: float, floor: float, target: float) -> Row:
    """One of many, held against one of few: seconds of processors."""
    return Row(what, "", _seconds(each), _seconds(floor), each / floor, "×", target)


def peak(what: str, cost: Cost, megabytes: float) -> Row:
    """Held against a size of memory."""
    size = cost.peak / 1e6
    return Row(what, f"{size:.0f} MB", "", "", size, "MB", megabytes)


def show(rows: Sequence[Row], runs: int) -> None:
    """The table as Markdown. The exit code stays 0: a miss is a finding, no failure."""
    lines = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(f"| {' | '.join(cells)} |")
    print(f"\nMedian of {runs} on {_machine()}.")


def _cells(row: Row) -> tuple[str, ...]:
    value = _times(row.value) if row.unit == "×" else ""
    target = "" if row.target is None else f"≤ {row.target:g} {row.unit}"
    cpu_ratio = _times(row.cpu_ratio) if row.cpu_ratio is not None else ""
    return row.what, row.time, row.cpu, row.beside, value, cpu_ratio, target, row.verdict


def _times(value: float) -> str:
    return f"{value:.3g} ×"


def _seconds(value: float) -> str:
    if abs(value) < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def _machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    cores = os.cpu_count() or 1
    return (
        f"{cores} cores with a load of {os.getloadavg()[0]:.1f}"
        f" ({platform.machine()}, {platform.system()}),"
        f" Python {platform.python_version()}, {git.strip()}"
    )
