"""How long the program takes to say its name.

python -m benchmarks.startup
"""

from __future__ import annotations

from benchmarks import table
from benchmarks.options import parser
from benchmarks.processes import in_turn, once, python, relnotes

TARGET = 1.5  # of importing click, without which there is no command line


def main() -> None:
    given = parser(__doc__).parse_args()
    runs = given.runs or (5 if given.quick else 31)
    steps = {
        "--version": once(relnotes("--version")),
        "--help": once(relnotes("--help")),
        "click": once(python("import click")),
        "nothing": once(python("pass")),
    }
    in_turn(steps, 2)  # compiles the modules
    costs = in_turn(steps, runs)
    rows = [
        table.ratio(
            f"relnotes {option}", costs[option], costs["click"], TARGET, named="import click"
        )
        for option in ("--version", "--help")
    ]
    rows.append(
        table.ratio("import click", costs["click"], costs["nothing"], None, named="python -c pass")
    )
    table.show(rows, runs)


if __name__ == "__main__":
    main()
