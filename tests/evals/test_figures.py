"""How measured numbers are printed: they add up, and the same number reads the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from relnotes.evals.comparison import Comparison, compare
from relnotes.evals.figures import MINUS, figures
from relnotes.evals.result import Direction, Kind, Measurement


def measured(value: float, n: int | None = 400, unit: str | None = "fraction") -> Measurement:
    stderr = (value * (1 - value) / n) ** 0.5 if n and unit == "fraction" else None
    return Measurement(
        task="t",
        metric="m",
        filter=None,
        value=value,
        stderr=stderr,
        n=n,
        direction=Direction.HIGHER,
        unit=unit,
        kind=Kind.BINARY if unit == "fraction" else Kind.UNBOUNDED,
    )


def row(
    old: float, new: float, n: int | None = 400, unit: str | None = "fraction", se: float = 0.0
) -> Comparison:
    sides = [measured(one, n, unit) for one in (old, new)]
    return compare(*(replace(one, stderr=se) if se else one for one in sides))


def shown(comparison: Comparison) -> str:
    said = figures(comparison)
    return f"{said.old} → {said.new}, {said.change}"


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        (row(0.595, 0.445), "0.595 → 0.445, −0.150"),
        (row(0.58, 0.43), "0.580 → 0.430, −0.150"),
        (row(7 / 60, 11 / 60, 60), "0.117 → 0.183, +0.066"),
        (row(0.6, 0.6), "0.600 → 0.600, 0.000"),
        (row(0.9996, 1.0, 5_000), "0.9996 → 1.000, +0.0004"),
        (row(0.0004, 0.012, 5_000), "0.0004 → 0.0120, +0.0116"),
        (row(0.86121, 0.86305, 250_000), "0.8612 → 0.8630, +0.0018"),
        (row(0.5004, 0.5012, None), "0.5004 → 0.5012, +0.0008"),
        (row(86.1, 87.44, unit="percent"), "86.1 → 87.4 %, +1.3"),
        (row(1.25, 1.5, unit="s", se=0.04), "1.25 → 1.5 s, +0.25"),
        (row(8.41, 8.77, unit=None), "8.41 → 8.77, +0.36"),
        (row(1250.4, 1250.6, unit="ms", se=0.05), "1,250.4 → 1,250.6 ms, +0.2"),
        (row(12.3456, 12.3411, unit=None, se=0.001), "12.3456 → 12.3411, −0.0045"),
        (row(107 / 120, 0.95, unit=None), "0.892 → 0.950, +0.058"),
        (row(9.87, 10.12, unit="ppl"), "9.87 → 10.12 ppl, +0.25"),
        (row(1.0, 1.0000001, unit="ppl"), "1 → 1 ppl, 0"),
    ],
)
def test_a_row_reads_so(comparison: Comparison, said: str) -> None:
    assert shown(comparison) == said


def test_an_interval_has_the_digits_of_the_change() -> None:
    said = figures(row(0.595, 0.445, 200))
    assert said.interval == "−0.247 to −0.053"


def test_a_narrow_interval_is_not_rounded_to_a_point() -> None:
    said = figures(row(181.0, 236.0, unit="words", se=0.02))
    assert (said.change, said.interval) == ("+55", "+54.94 to +55.06")


def test_a_number_that_stands_alone_reads_as_it_does_in_a_pair() -> None:
    assert figures(compare(None, measured(0.6))).new == "0.600"
    assert figures(compare(measured(0.6), None)).old == "0.600"


def _number(text: str) -> Decimal:
    return Decimal(text.replace(MINUS, "-").replace(",", "").split()[0])


SHARES = st.integers(1, 50_000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))
)


@given(SHARES)
def test_what_is_printed_adds_up(counts: tuple[int, int, int]) -> None:
    old, new, n = counts
    said = figures(row(old / n, new / n, n))
    assert _number(said.new) - _number(said.old) == _number(said.change)


@example(0.0, -5.960464477539063e-08, None)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["s", "percent", None]))
def test_what_is_printed_adds_up_in_any_unit(old: float, new: float, unit: str | None) -> None:
    said = figures(row(old, new, None, unit))
    assert abs(_number(said.new) - _number(said.old) - _number(said.change)) < Decimal("1e-8")


@given(SHARES, st.floats(0, 1))
def test_a_share_reads_the_same_beside_every_other(
    counts: tuple[int, int, int], other: float
) -> None:
    value, n = counts[0] / counts[2], counts[2]
    alone = figures(compare(None, measured(value, n))).new
    assert figures(row(value, other, n)).old == alone
    assert figures(row(other, value, n)).new == alone
