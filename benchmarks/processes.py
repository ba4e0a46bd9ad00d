"""Run a program and measure all of it: time on the clock, time of processors, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from threading import Event, Thread
from time import perf_counter

ROOT = Path(__file__).parents[1]
_SAMPLING = 0.02  # seconds between two looks at a process's memory


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. Output goes nowhere: what a terminal costs is not the program's."""

    arguments: tuple[str, ...]
    folder: Path = ROOT
    feed: bytes = b""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds, seconds of user and system of the process and its children, and bytes.

    `peak` is of the process itself. The usage that the system reports is the largest of it
    and its children, and a git that maps a pack of a gigabyte is not ours; so it is looked at
    while it runs, where that is possible.
    """

    wall: float
    cpu: float
    peak: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))

    def each_after(self, first: Cost, count: int) -> Cost:
        """The share of one, where `first` is what starting and a first one cost."""
        return Cost((self.wall - first.wall) / count, (self.cpu - first.cpu) / count, self.peak)


Step = Callable[[], Cost]


def relnotes(*arguments: str, folder: Path = ROOT) -> Command:
    """The program as installed beside this Python, else as a module."""
    script = Path(sys.executable).with_name("relnotes")
    start = (str(script),) if script.exists() else (sys.executable, "-m", "relnotes")
    return Command((*start, *arguments), folder)


def python(code: str) -> Command:
    return Command((sys.executable, "-c", code))


def environment() -> Mapping[str, str]:
    """Nobody's git configuration; compiled modules are kept, as an installation keeps them."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "RELNOTES_", "PYTHON"))
    }
    return {
        **kept,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": str(ROOT),
    }


def run(command: Command) -> Cost:
    """Once. A program that fails ends the benchmark with its own words."""
    with TemporaryFile() as feed, TemporaryFile() as said:
        feed.write(command.feed)
        feed.seek(0)
        start = perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=environment(),
            stdin=feed,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        with _Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise SystemExit(f"{' '.join(command.arguments)}: {words}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.peak or usage.ru_maxrss * 1024)


class _Watch:
    """The peak of resident memory that Linux keeps for a living process; 0 elsewhere."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._status = Path(f"/proc/{pid}/status")
        self._done = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_SAMPLING):
            try:
                text = self._status.read_text()
            except OSError:
                return
            for line in text.splitlines():
                if line.startswith("VmHWM:"):
                    self.peak = max(self.peak, int(line.split()[1]) * 1024)


def in_turn(steps: Mapping[str, Step], runs: int) -> dict[str, Cost]:
    """The median of each, measured in turn, so that a busy moment hits all of them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in steps}
    for _ in range(runs):
        for name, step in steps.items():
            costs[name].append(step())
    return {name: _median(found) for name, found in costs.items()}


def once(*commands: Command) -> Step:
    """The commands one after the other, as one step."""

    def step() -> Cost:
        first, *rest = [run(command) for command in commands]
        return sum(rest, first)

    return step


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.cpu for cost in costs),
        int(median(cost.peak for cost in costs)),
    )
