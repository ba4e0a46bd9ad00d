"""What must be true of every comparison."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace

from relnotes.evals.comparison import Comparison, Verdict, adjust, compare
from relnotes.evals.result import Direction, Kind, Measurement

CLAIMS = (Verdict.IMPROVED, Verdict.REGRESSED)
SWAPPED = {
    Verdict.IMPROVED: Verdict.REGRESSED,
    Verdict.REGRESSED: Verdict.IMPROVED,
    Verdict.ADDED: Verdict.REMOVED,
    Verdict.REMOVED: Verdict.ADDED,
}

conditions = st.sampled_from([(), (("judge", "J-2"),), (("judge", "J-3"),), (("shots", "5"),)])
shares = st.integers(0, 400).map(lambda right: right / 400)


@st.composite
def measurements(draw: st.DrawFn, direction: Direction | None = None) -> Measurement:
    """A proportion or a perplexity, with and without its error and n."""
    kind = draw(st.sampled_from(Kind))
    is_share = kind is not Kind.UNBOUNDED
    return Measurement(
        "task",
        "metric",
        None,
        draw(shares if is_share else st.floats(0.5, 100)),
        draw(st.none() | st.just(0.0) | st.floats(0.0005, 0.2)),
        None,
        draw(st.none() | st.integers(1, 20_000)),
        direction or draw(st.sampled_from(Direction)),
        kind,
        "fraction" if is_share else None,
        conditions=draw(conditions),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Measurement, Measurement]:
    """Two results of the same metric; mostly comparable."""
    old, other = draw(measurements()), draw(measurements())
    value = other.value if old.kind is other.kind else draw(shares)
    new = replace(old, value=value, stderr=other.stderr, n=other.n)
    return old, replace(new, conditions=other.conditions) if draw(st.booleans()) else new


def in_percent(one: Measurement) -> Measurement:
    value, stderr = one.value, one.stderr
    return replace(
        one,
        value=None if value is None else value * 100,
        stderr=None if stderr is None else stderr * 100,
        unit="percent",
    )


@given(measurements(), st.booleans())
def test_comparing_a_result_with_itself_claims_nothing(one: Measurement, blocking: bool) -> None:
    row = compare(one, one, blocking=blocking)

    assert row.verdict not in CLAIMS
    assert row.delta == 0
    assert blocking or row.verdict is Verdict.HELD


@given(pairs())
@settings(max_examples=300)
def test_swapping_old_and_new_swaps_improved_and_regressed(
    pair: tuple[Measurement, Measurement],
) -> None:
    old, new = pair

    there, back = compare(old, new), compare(new, old)

    if there.verdict in CLAIMS or back.verdict in CLAIMS:
        assert back.verdict is SWAPPED[there.verdict]
    if there.delta is not None and back.delta is not None:
        assert back.delta == -there.delta
    if there.ci and back.ci:
        assert back.ci == (-there.ci[1], -there.ci[0])
    assert back.p == there.p


@given(pairs())
@settings(max_examples=300)
def test_swapping_turns_a_lost_blocking_behaviour_into_a_gain(
    pair: tuple[Measurement, Measurement],
) -> None:
    old, new = pair

    there, back = compare(old, new, blocking=True), compare(new, old, blocking=True)

    if there.verdict is Verdict.REGRESSED:
        assert back.verdict is Verdict.IMPROVED
    if there.verdict is Verdict.IMPROVED:
        assert back.verdict in (Verdict.REGRESSED, Verdict.HELD)
        assert back.verdict is Verdict.REGRESSED or "is real" in back.reason


@given(pairs(), st.booleans(), st.floats(0.001, 0.3))
@settings(max_examples=300)
def test_the_unit_changes_no_verdict(
    pair: tuple[Measurement, Measurement], blocking: bool, margin: float
) -> None:
    old, new = (replace(one, unit="fraction") for one in pair)

    fraction = compare(old, new, margin=margin, blocking=blocking)
    percent = compare(in_percent(old), in_percent(new), margin=margin * 100, blocking=blocking)

    assert fraction.verdict is percent.verdict


@given(pairs())
def test_the_margin_of_the_settings_is_scaled_with_the_unit(
    pair: tuple[Measurement, Measurement],
) -> None:
    old, new = (replace(one, unit="fraction") for one in pair)

    assert compare(old, new).verdict is compare(in_percent(old), in_percent(new)).verdict


@given(st.lists(pairs(), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(
    found: list[tuple[Measurement, Measurement]], shuffler: random.Random
) -> None:
    rows = [structs.replace(compare(*pair), variant=str(i)) for i, pair in enumerate(found)]
    shuffled = list(rows)
    shuffler.shuffle(shuffled)

    assert _by_name(adjust(shuffled)) == _by_name(adjust(rows))


@given(st.lists(pairs(), max_size=12))
def test_adjusting_never_makes_a_claim_nor_turns_one_around(
    found: list[tuple[Measurement, Measurement]],
) -> None:
    rows = [compare(*pair) for pair in found]

    for before, after in zip(rows, adjust(rows), strict=True):
        assert after.verdict is before.verdict or before.verdict in CLAIMS
        assert after.verdict is before.verdict or after.verdict not in CLAIMS
        if after.p is not None and after.p_adjusted is not None:
            assert after.p_adjusted >= after.p


@given(pairs(), st.booleans())
def test_held_excludes_the_margin_and_inconclusive_does_not(
    pair: tuple[Measurement, Measurement], blocking: bool
) -> None:
    row = compare(*pair, blocking=blocking)

    excluded = row.worst is not None and row.margin is not None and row.worst > -row.margin
    if row.verdict is Verdict.HELD:
        assert excluded or (not blocking and row.method == "equal to the printed precision")
    if row.verdict is Verdict.INCONCLUSIVE:
        assert not excluded
        assert row.n_needed is None or row.n is None or row.n_needed > row.n


def _by_name(rows: tuple[Comparison, ...]) -> dict[str, Comparison]:
    return {row.variant: row for row in rows}
