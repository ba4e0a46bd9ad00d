"""The measurements of one release, kept up to date as its result files change. Pure.

Results are matched by what they measure, not by file name: harnesses put time stamps in names.
Where several files of one release hold the same measurement, the newest run counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from relnotes.evals.result import EvalFile, Measurement

Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Located:
    """A measurement and where it stands."""

    measurement: Measurement
    path: str
    blob: str
    started: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What one release and the next say of the same thing; `variant` tells siblings apart."""

    key: Key
    variant: str
    old: Located | None
    new: Located | None


@dataclass(slots=True)
class EvalIndex:
    """Grows with the releases: `apply` is linear in what changed, whatever else there is."""

    files: dict[str, tuple[str, EvalFile]] = field(default_factory=dict)  # path → blob id, file
    located: dict[Key, list[Located]] = field(default_factory=dict)
    generation: int = 0  # grows whenever the set of keys changes

    def apply(self, changes: Iterable[tuple[str, str | None, EvalFile | None]]) -> list[Pair]:
        """Take in `(path, blob id, result)` of each differing file; the pairs that it touches.

        A result that only moved to another file name is not touched.
        """
        changes = list(changes)
        touched = self._keys(changes)
        before = {key: self._current(key) for key in touched}
        for path, blob, file in changes:
            self._replace(path, blob, file)
        after = {key: self._current(key) for key in touched}
        self.generation += any(bool(before[key]) != bool(after[key]) for key in touched)
        pairs = [pair for key in touched for pair in _pairs(key, before[key], after[key])]
        return sorted(pairs, key=lambda pair: (pair.key[0], pair.key[1], pair.key[2] or ""))

    def current(self, key: Key) -> list[Located]:
        """The newest result of each variant of a key."""
        return list(self._current(key).values())

    def _keys(self, changes: list[tuple[str, str | None, EvalFile | None]]) -> dict[Key, None]:
        touched: dict[Key, None] = {}
        for path, _, file in changes:
            if path in self.files:
                touched.update(dict.fromkeys(one.key for one in self.files[path][1].measurements))
            if file:
                touched.update(dict.fromkeys(one.key for one in file.measurements))
        return touched

    def _replace(self, path: str, blob: str | None, file: EvalFile | None) -> None:
        if path in self.files:
            for one in self.files.pop(path)[1].measurements:
                rest = [at for at in self.located.get(one.key, ()) if at.path != path]
                if rest:
                    self.located[one.key] = rest
                else:
                    self.located.pop(one.key, None)
        if blob is None or file is None:
            return
        self.files[path] = (blob, file)
        started = file.started or ""
        for one in file.measurements:
            self.located.setdefault(one.key, []).append(Located(one, path, blob, started))

    def _current(self, key: Key) -> dict[str, Located]:
        """By variant (the shots, where a harness tells them): the newest run."""
        found = self.located.get(key, ())
        if len(found) == 1:
            return {_shots(found[0].measurement): found[0]}
        newest: dict[str, Located] = {}
        for at in found:
            variant = _shots(at.measurement)
            other = newest.get(variant)
            if other is None or (other.started, other.path) < (at.started, at.path):
                newest[variant] = at
        return newest


def _shots(measurement: Measurement) -> str:
    for name, value in measurement.conditions:
        if name == "shots":
            return value
    return ""


def _pairs(key: Key, old: dict[str, Located], new: dict[str, Located]) -> Iterator[Pair]:
    """Variants are paired by name; a single one left over on each side is paired with the other,
    so that a changed number of shots shows as not comparable and not as removed and added."""
    if len(old) == 1 and old.keys() == new.keys():
        ((before, after),) = zip(old.values(), new.values(), strict=True)
        if before.blob != after.blob:
            yield Pair(key, "", before, after)
        return
    left = [variant for variant in old if variant not in new]
    come = [variant for variant in new if variant not in old]
    several = max(len(old), len(new)) > 1
    if len(left) == len(come) == 1:
        yield Pair(key, _variant(come[0], several), old[left[0]], new[come[0]])
        left, come = [], []
    for variant in sorted({*old, *new} & {*left, *come, *(old.keys() & new.keys())}):
        before, after = old.get(variant), new.get(variant)
        if before and after and before.blob == after.blob:
            continue
        yield Pair(key, _variant(variant, several), before, after)


def _variant(shots: str, several: bool) -> str:
    return f"shots {shots}" if several and shots else ""
