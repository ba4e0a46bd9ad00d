"""What comparing two result files costs, of the program that is started and of the whole.

python -m benchmarks.compare
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import msgspec

from benchmarks import table
from benchmarks.options import parser
from benchmarks.processes import Cost, Step, in_turn, once, python, relnotes
from benchmarks.results import ResultFile
from relnotes.comparing import Compared, House, Options, compare_sides
from relnotes.comparing.files import read_sides
from relnotes.comparing.questions import Questions
from relnotes.publish.comparison.record import compare_json
from relnotes.publish.comparison.report import compare_report
from relnotes.publish.comparison.text import compare_text

SECONDS = 0.05
TASKS = 200


def main() -> None:
    given = parser(__doc__).parse_args()
    runs = given.runs or (5 if given.quick else 21)
    with TemporaryDirectory() as name:
        write_files(Path(name), 20 if given.quick else TASKS)
        table.show(_rows(Path(name), runs), runs)


def write_files(folder: Path, tasks: int) -> None:
    """Two runs of one suite; a task regresses by what nobody can overlook."""
    random = Random("compare")
    file = ResultFile(0, tasks, random)
    (folder / "old.json").write_bytes(file.text(1_700_000_000))
    file.move(random, regress=True)
    (folder / "new.json").write_bytes(file.text(1_710_000_000))


def _rows(folder: Path, runs: int) -> list[table.Row]:
    names = (str(folder / "old.json"), str(folder / "new.json"))
    old, new, _ = read_sides(*names)
    none = Questions(House())
    found = compare_sides(old, new, Options(), none)
    steps = {
        "compare": _inside(lambda: compare_sides(old, new, Options(), none)),
        "read": _inside(lambda: read_sides(*names)),
        "decode": _inside(lambda: [msgspec.json.decode(Path(name).read_bytes()) for name in names]),
        "text": _inside(lambda: _text(found)),
        "json": _inside(lambda: compare_json(found)),
        "html": _inside(lambda: compare_report(found)),
        "all": once(relnotes("compare", *names)),
        "imports": once(python("import click, msgspec, pydantic, yaml")),
    }
    in_turn(steps, 1)
    cost = in_turn(steps, runs)
    tasks = len({row.task for row in found.rows})
    reading = table.ratio(
        "read both", cost["read"], cost["decode"], None, named="bare decoding of all"
    )
    whole = table.ratio(
        "relnotes compare, all in all", cost["all"], cost["imports"], None, named="imports"
    )
    shown = (
        table.ratio(f"show it as {name}", cost[name], cost["compare"], None, named="compare")
        for name in ("text", "json", "html")
    )
    what = f"compare {tasks} tasks, {len(found.rows)} metrics"
    return [table.within(what, cost["compare"], SECONDS), reading, *shown, whole]


def _text(found: Compared) -> str:
    return compare_text(found, colour=False, width=100)


def _inside(do: Callable[[], object]) -> Step:
    """Without a process of its own: what is asked is what remains after the start."""

    def step() -> Cost:
        wall, cpu = perf_counter(), process_time()
        do()
        return Cost(perf_counter() - wall, process_time() - cpu, 0)

    return step


if __name__ == "__main__":
    main()
