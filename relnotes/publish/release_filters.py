"""The filters of a list of releases: by what changed and by kind; they work without a script.

The style sheet hides the rows whose keys are not chosen, so the choices here are those it knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from relnotes.release.over_time.overview import ReleaseSummary

_AREAS = {
    "model": "model",
    "prompts": "prompts",
    "decoding": "decoding",
    "tools": "tools",
    "training": "training",
    "behaviours": "behaviours",
    "evals": "evals",
    "limitations": "limitations",
}
_KINDS = {
    "mainline": "updates",
    "hotfix": "hotfixes",
    "rollback": "rollbacks",
    "withdrawn": "withdrawn",
}


class Choice(msgspec.Struct, frozen=True):
    key: str
    words: str


class Filter(msgspec.Struct, frozen=True):
    key: str
    name: str
    choices: tuple[Choice, ...]


def keys_of(one: ReleaseSummary) -> str:
    """The classes by which a row is found: "area-model kind-hotfix"."""
    areas = [f"area-{area}" for area in one.areas if area in _AREAS]
    withdrawn = ["kind-withdrawn"] if one.withdrawn else []
    return " ".join([*areas, f"kind-{one.kind}", *withdrawn])


def filters_of(keys: Iterable[str]) -> tuple[Filter, ...]:
    """The filters that tell some of these rows from others."""
    rows = 0
    found: Counter[str] = Counter()
    for row, count in Counter(keys).items():
        rows += count
        found.update(dict.fromkeys(row.split(), count))
    groups = (
        ("area", "What changed", _AREAS),
        ("kind", "Kind", _KINDS),
    )
    return tuple(
        Filter(key, name, (Choice(f"{key}-all", "all"), *choices))
        for key, name, known in groups
        if (choices := tuple(_choices(key, known, found, rows)))
    )


def _choices(
    key: str, known: Mapping[str, str], found: Mapping[str, int], rows: int
) -> Iterator[Choice]:
    for value, words in known.items():
        count = found.get(f"{key}-{value}", 0)
        if 0 < count < rows:
            yield Choice(f"{key}-{value}", f"{words} ({count:,})")
