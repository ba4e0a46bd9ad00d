"""Two releases' result files and the comparison expected of them; a case is a folder.

`--update-golden` writes `expected.txt` anew; a person reads the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relnotes.evals.comparison import Comparison, adjust, compare
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Measurement

CASES = Path(__file__).parent / "cases"

# Beside its key, a result is told from its siblings by its shots.
Key = tuple[str, str, str, str]


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_two_releases_compare_as_expected(case: Path, update_golden: bool) -> None:
    old, new = results(case / "old"), results(case / "new")

    rows = adjust(compare(old.get(key), new.get(key)) for key in sorted(old | new))

    shown = "".join(f"{line}\n" for row in rows for line in lines(row))
    if update_golden:
        (case / "expected.txt").write_text(shown)
    assert shown == (case / "expected.txt").read_text()


def results(folder: Path) -> dict[Key, Measurement]:
    return {
        (one.task, one.metric, one.filter or "", dict(one.conditions).get("shots", "")): one
        for path in sorted(folder.iterdir())
        for one in read_eval(path.read_bytes(), f"{folder.name}:{path.name}").measurements
    }


def lines(row: Comparison) -> Iterator[str]:
    name = ",".join(filter(None, (row.metric, row.filter)))
    yield f"{row.task} {name}: {row.verdict}"
    yield f"    {number(row.old)} → {number(row.new)}  change {number(row.delta)}"
    if row.ci:
        yield f"    {number(row.ci[0])} to {number(row.ci[1])}, {row.method}"
        yield f"    p {number(row.p)}, adjusted {number(row.p_adjusted)}"
    if row.reason:
        yield f"    {row.reason}"


def number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
