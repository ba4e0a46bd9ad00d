"""How long it takes to log an event, beside importing what the command line cannot do without.

python -m benchmarks.log_event
"""

from __future__ import annotations

import subprocess
import tempfile

from benchmarks import table
from benchmarks.options import parser
from benchmarks.processes import in_turn, once, python, relnotes, run

TARGET = 2.0  # of importing click and pydantic
_FLOOR = "import click; from pydantic import BaseModel"


def main() -> None:
    given = parser(__doc__).parse_args()
    runs = given.runs or (5 if given.quick else 31)
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["git", "init", "-q", name], check=True)
        run(relnotes("-C", name, "incident", "new", "Wren flatters"))
        steps = {
            "now": once(relnotes("-C", name, "incident", "log", "prompt reverted")),
            "at": once(relnotes("-C", name, "incident", "log", "seen", "--at", "-10m")),
            "floor": once(python(_FLOOR)),
        }
        in_turn(steps, 2)  # compiles the modules
        costs = in_turn(steps, runs)
    named = "import click, pydantic"
    rows = [
        table.ratio(
            f"relnotes incident log{words}", costs[step], costs["floor"], TARGET, named=named
        )
        for step, words in (("now", ""), ("at", " --at -10m"))
    ]
    table.show(rows, runs)


if __name__ == "__main__":
    main()
