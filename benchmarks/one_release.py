"""What one more release costs after many: start, read, compare, write its page and the indexes.

python -m benchmarks.one_release
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import generator, rawgit, table
from benchmarks.building import build, one_more
from benchmarks.history import Shape, wide
from benchmarks.options import parser
from benchmarks.processes import Cost, in_turn, once, run

TARGET = 2.0


def main() -> None:
    given = parser(__doc__).parse_args()
    shape = wide(200, 50) if given.quick else wide(2000, 200)
    runs = given.runs or (3 if given.quick else 7)
    with generator.working_copy(shape, given.cache) as folder:
        run(build(folder))
        costs = _measured(folder, shape, runs)
    floor = costs["imports"] + costs["git"]
    what = f"a release after {shape.releases} × {shape.files}"
    rows = [
        table.ratio(what, costs["build"], floor, TARGET, named="imports and git"),
        table.ratio("imports", costs["imports"], costs["git"], None, named="git"),
    ]
    table.show(rows, runs)


def _measured(folder: Path, shape: Shape, runs: int) -> dict[str, Cost]:
    steps = {
        "build": one_more(shape, folder),
        "imports": once(rawgit.imports()),
        "git": lambda: once(*rawgit.newest(folder))(),
    }
    in_turn(steps, 1)
    return in_turn(steps, runs)


if __name__ == "__main__":
    main()
