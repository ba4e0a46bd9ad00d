"""The HTML of many releases: what the site builder takes for our pages, and what they weigh.

python -m benchmarks.html
"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks import generator, table
from benchmarks.building import build
from benchmarks.history import small
from benchmarks.options import parser
from benchmarks.processes import Cost, once, relnotes, run

BUDGETS = {500: 12.0, 2000: 50.0}  # releases: seconds of processors
QUICK = {20: 5.0, 80: 10.0}
PAGE_KB = 60
GROWTH = 1.3


def main() -> None:
    given = parser(__doc__).parse_args()
    rows: list[table.Row] = []
    costs: dict[int, Cost] = {}
    budgets = QUICK if given.quick else BUDGETS
    for releases, seconds in budgets.items():
        with generator.working_copy(small(releases), given.cache) as folder:
            costs[releases] = cost = _html(folder)
            site = folder / "build" / "site"
            rows.append(table.within_processor(f"HTML of {releases} releases", cost, seconds))
            heaviest = max(page.stat().st_size for page in site.glob("releases/*/*/index.html"))
            rows.append(table.size(f"heaviest release page of {releases}", heaviest, PAGE_KB))
            index = (site / "search" / "search_index.json").stat().st_size
            rows.append(table.size(f"search index of {releases}", index, None))
    fewest, most = min(budgets), max(budgets)
    rows.append(
        table.growth(
            f"each release of {most}, beside {fewest}",
            costs[most].cpu / most,
            costs[fewest].cpu / fewest,
            GROWTH,
        )
    )
    table.show(rows, 1)


def _html(folder: Path) -> Cost:
    """Only what comes after the pages are written: MkDocs, and the headers."""
    (folder / "mkdocs.yml").write_text("INHERIT: relnotes.mkdocs.yml\n", "utf-8")
    run(build(folder))
    shutil.rmtree(folder / "build", ignore_errors=True)
    return once(relnotes("build", "--no-verify", folder=folder))()


if __name__ == "__main__":
    main()
