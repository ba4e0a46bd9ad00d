"""The coverage matrix of a release: each behaviour, the evals that cover it, and how old what they
say is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from relnotes.evals.comparison import Comparison
from relnotes.evals.verdict import Verdict
from relnotes.release.limitations.coverage import Coverage, Key
from relnotes.release.review.record import BehaviourRow, Covering, Measured
from relnotes.release.written.bundle import Audience, Behaviour, EvalRef

_WORST_FIRST = (
    Verdict.REGRESSED,
    Verdict.NOT_COMPARABLE,
    Verdict.INCONCLUSIVE,
    Verdict.CHANGED,
    Verdict.REMOVED,
    Verdict.ADDED,
    Verdict.HELD,
    Verdict.IMPROVED,
)


def matrix(
    coverage: Coverage,
    measured_on: Mapping[Key, tuple[str, str]],
    comparisons: Iterable[Comparison],
    now: tuple[str, str],
    audience: Callable[[Key], Audience],
) -> tuple[BehaviourRow, ...]:
    """A row a behaviour, in the order of the register.

    `measured_on` gives the tag, and the digest of what ran, of each key's latest measurement;
    `now` is that of this release.
    """
    rows: dict[Key, list[Comparison]] = {}
    for one in comparisons:
        if one.behaviour:
            rows.setdefault((one.task, one.metric, one.filter), []).append(one)
    return tuple(
        BehaviourRow(
            behaviour=one.id,
            principle=one.principle,
            areas=areas_of(one),
            link=one.link,
            blocking=one.blocking,
            horizon=one.horizon.value if one.horizon else None,
            evals=tuple(_coverings(one, coverage, measured_on, rows, now, audience)),
            audience=one.audience,
        )
        for one in coverage.behaviours
    )


def areas_of(behaviour: Behaviour) -> tuple[str, ...]:
    """All areas, `area` first."""
    own = (behaviour.area,) if behaviour.area else ()
    return tuple(dict.fromkeys((*own, *behaviour.areas)))


def _coverings(
    behaviour: Behaviour,
    coverage: Coverage,
    measured_on: Mapping[Key, tuple[str, str]],
    rows: Mapping[Key, Sequence[Comparison]],
    now: tuple[str, str],
    audience: Callable[[Key], Audience],
) -> Iterator[Covering]:
    for ref, keys in coverage.by_ref[behaviour.id]:
        state, since = _state(keys, measured_on, now)
        hidden = bool(keys) and all(audience(key) is Audience.INTERNAL for key in keys)
        yield Covering(
            eval=_name(ref),
            state=state,
            results=len(keys),
            since=since,
            verdict=_worst(one for key in keys for one in rows.get(key, ())),
            audience=Audience.INTERNAL if hidden else Audience.PUBLIC,
        )


def _name(ref: EvalRef) -> str:
    extra = ", ".join(part for part in (ref.metric, ref.filter) if part)
    return f"{ref.task} ({extra})" if extra else ref.task


def _state(
    keys: Sequence[Key], measured_on: Mapping[Key, tuple[str, str]], now: tuple[str, str]
) -> tuple[Measured, str | None]:
    """The best that any of the keys can offer, and since when."""
    known = [measured_on[key] for key in keys if key in measured_on]
    if not known:
        return Measured.NEVER, None
    if any(tag == now[0] for tag, _ in known):
        return Measured.HERE, None
    same = [tag for tag, running in known if running == now[1]]
    return (Measured.CARRIED, same[-1]) if same else (Measured.OLDER, known[-1][0])


def _worst(rows: Iterable[Comparison]) -> str | None:
    found = {one.verdict for one in rows}
    return next((one.value for one in _WORST_FIRST if one in found), None)
