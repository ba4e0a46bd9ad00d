"""Sort the evals of a release by the behaviour that they measure, for every way to show them.

Pure, and without markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.publish import wording
from relnotes.publish.evals import wording as eval_wording
from relnotes.publish.evals.honesty import honest_sentence, largest_unseen

QUIET_SHOWN = 12
OTHER = "other evals"


class Group(msgspec.Struct, frozen=True):
    """A behaviour with the evals that a reader must see: what moved, and what blocks a release."""

    behaviour: str | None
    told: tuple[Comparison, ...]
    honest: str
    """Of all its evals, told or not."""

    @property
    def name(self) -> str:
        return self.behaviour or OTHER


class Groups(msgspec.Struct, frozen=True):
    """All evals of a release."""

    told: tuple[Group, ...]
    quiet: tuple[tuple[str, str], ...]
    """Behaviours of which nothing is to be told, each with its sentence."""
    named: bool
    """Whether any behaviour is known; else there is one group without a name."""


def groups_of(evals: Sequence[Comparison], told: Iterable[Comparison]) -> Groups:
    """In the order of `told`, which is that of weight; of the quiet, the least sure first."""
    every, found = _by_behaviour(evals), _by_behaviour(told)
    loud = tuple(
        Group(behaviour, tuple(rows), honest_sentence(every[behaviour]))
        for behaviour, rows in found.items()
    )
    quiet = {name or OTHER: rows for name, rows in every.items() if name not in found}
    return Groups(loud, tuple(_sentences(quiet)), named=bool(every.keys() - {None}))


def _by_behaviour(evals: Iterable[Comparison]) -> dict[str | None, list[Comparison]]:
    found: dict[str | None, list[Comparison]] = {}
    for one in evals:
        found.setdefault(one.behaviour, []).append(one)
    return found


def _sentences(quiet: Mapping[str, Sequence[Comparison]]) -> Iterator[tuple[str, str]]:
    """One for each behaviour; where there are very many, one for all that are left."""
    ranked = sorted(quiet, key=lambda name: (-largest_unseen(quiet[name]), name))
    for name in ranked[:QUIET_SHOWN]:
        if words := honest_sentence(quiet[name]):
            yield name, words
    left = ranked[QUIET_SHOWN:]
    if words := honest_sentence(row for name in left for row in quiet[name]):
        yield wording.counted(len(left), "more behaviour"), words


def in_full(evals: Iterable[Comparison], shown: Iterable[Comparison]) -> list[Comparison]:
    """What is not shown yet: the least certain first, and what has held last."""
    seen = {id(one) for one in shown}
    return sorted((one for one in evals if id(one) not in seen), key=eval_wording.by_weight)
