"""What the whole history costs, and how the cost grows with its length, width and surroundings.

python -m benchmarks.from_nothing
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import generator, rawgit, table
from benchmarks.building import build, from_nothing
from benchmarks.history import Shape, wide
from benchmarks.options import parser
from benchmarks.processes import in_turn, once, python
from benchmarks.table import Row

RAW_GIT, MEMORY_MB, NOTHING_TO_DO = 8.0, 150.0, 15.0
LENGTH, WIDTH, UNRELATED = 1.3, 1.3, 1.25


@dataclass(frozen=True, slots=True)
class Sizes:
    long: int = 2000
    short: int = 250
    files: int = 200
    narrow: int = 25
    wide: int = 400
    middling: int = 500
    unrelated: int = 50_000


QUICK = Sizes(200, 50, 50, 10, 80, 100, 2000)


def main() -> None:
    given = parser(__doc__).parse_args()
    sizes = QUICK if given.quick else Sizes()
    runs = given.runs or (2 if given.quick else 3)
    rows = []
    for part in (_whole, _width, _surroundings):
        rows += part(sizes, given.cache, runs)
    table.show(rows, runs)


def _whole(sizes: Sizes, cache: Path, runs: int) -> list[Row]:
    """Length, memory, and a second build with nothing to do."""
    shapes = {n: wide(n, sizes.files) for n in (sizes.long, sizes.short, 1)}
    with ExitStack() as stack:
        folders = {
            n: stack.enter_context(generator.working_copy(shape, cache))
            for n, shape in shapes.items()
        }
        steps = {str(n): from_nothing(folder) for n, folder in folders.items()}
        in_turn({"": steps["1"]}, 1)  # compiles the modules
        raw = once(*rawgit.everything(folders[sizes.long]))
        costs = in_turn({**steps, "git": raw}, runs)
        again = {
            "again": once(build(folders[sizes.long])),
            "python": once(python("pass")),
        }
        in_turn(again, 1)
        costs |= in_turn(again, max(runs, 5))
    whole = costs[str(sizes.long)]
    each = {n: costs[str(n)].each_after(costs["1"], n - 1) for n in (sizes.long, sizes.short)}
    what = f"{sizes.long} × {sizes.files} from nothing"
    return [
        table.ratio(what, whole, costs["git"], RAW_GIT, named="git"),
        table.peak("peak memory of Python in it", whole, MEMORY_MB),
        table.ratio(
            f"each release of {sizes.long}",
            each[sizes.long],
            each[sizes.short],
            LENGTH,
            named=f"of {sizes.short}",
        ),
        table.ratio(
            "again, nothing to do",
            costs["again"],
            costs["python"],
            NOTHING_TO_DO,
            named="python -c pass",
        ),
    ]


def _width(sizes: Sizes, cache: Path, runs: int) -> list[Row]:
    """As many changes in each release, in a wide bundle and in a narrow one."""
    n = sizes.middling
    with ExitStack() as stack:
        steps = {}
        for files in (sizes.wide, sizes.narrow):
            for length in (n, 1):
                shape = Shape(length, files, changed=3)
                folder = stack.enter_context(generator.working_copy(shape, cache))
                steps[f"{files} {length}"] = from_nothing(folder)
        costs = in_turn(steps, runs)
    each = {
        files: costs[f"{files} {n}"].each_after(costs[f"{files} 1"], n - 1)
        for files in (sizes.wide, sizes.narrow)
    }
    what = f"each of {n} releases with {sizes.wide} files"
    named = f"{sizes.narrow} files"
    return [table.ratio(what, each[sizes.wide], each[sizes.narrow], WIDTH, named=named)]


def _surroundings(sizes: Sizes, cache: Path, runs: int) -> list[Row]:
    """Commits that have nothing to do with the bundle."""
    alone = wide(sizes.middling, sizes.narrow)
    busy = replace(alone, unrelated=sizes.unrelated)
    with (
        generator.working_copy(alone, cache) as one,
        generator.working_copy(busy, cache) as other,
    ):
        costs = in_turn({"alone": from_nothing(one), "busy": from_nothing(other)}, runs)
    what = f"{sizes.middling} × {sizes.narrow} among {sizes.unrelated} other commits"
    return [table.ratio(what, costs["busy"], costs["alone"], UNRELATED, named="alone")]


if __name__ == "__main__":
    main()
