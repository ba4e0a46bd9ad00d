"""Many small releases, as most projects have them, beside a changelog of the same tags.

python -m benchmarks.small
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks import generator, rawgit, table
from benchmarks.building import from_nothing, one_more
from benchmarks.history import small
from benchmarks.options import parser
from benchmarks.processes import Command, in_turn, once

SECONDS = 3.0
SECONDS_OF_ONE_MORE = 0.4


def main() -> None:
    given = parser(__doc__).parse_args()
    shape = small(200 if given.quick else 2000)
    runs = given.runs or (2 if given.quick else 5)
    cliff = _git_cliff(given.cache)
    with generator.working_copy(shape, given.cache) as folder:
        steps = {
            "build": from_nothing(folder),
            "git": once(*rawgit.everything(folder)),
        }
        in_turn(steps, 1)
        costs = in_turn(steps, runs)
        more = {"one more": one_more(shape, folder)}
        in_turn(more, 1)
        costs |= in_turn(more, runs)
        if cliff:
            log = Command((str(cliff), "--output", "CHANGELOG.md"), folder)
            costs |= in_turn({"git-cliff": once(log)}, 1)
    what = f"{shape.releases} small releases from nothing"
    build = costs["build"]
    another = f"one more after {shape.releases}"
    rows = [
        table.within(what, build, SECONDS),
        table.within(another, costs["one more"], SECONDS_OF_ONE_MORE),
        table.ratio(what, build, costs["git"], None, named="git"),
    ]
    if cliff:
        rows.append(table.ratio(what, build, costs["git-cliff"], None, named="git-cliff, once"))
    table.show(rows, runs)


def _git_cliff(cache: Path) -> Path | None:
    """git-cliff in a folder of its own; None, with the reason printed, where it cannot be had."""
    folder = cache / "git-cliff"
    program = folder / "bin" / "git-cliff"
    if not program.exists():
        install = ("install", "--quiet", "--disable-pip-version-check", "--target", str(folder))
        command = [sys.executable, "-m", "pip", *install, "git-cliff"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip says nothing"]
            print(f"git-cliff could not be had, so it is not in the table: {reason[0]}\n")
            return None
    return program


if __name__ == "__main__":
    main()
