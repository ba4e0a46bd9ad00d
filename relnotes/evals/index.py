"""The measurements of one release, kept up to date as its result files change. Pure.

Results are matched by what they measure, not by file name: harnesses put time stamps in names.
Where several files of one release hold the same measurement, the newest run counts. Some harnesses
write one run as a folder, where one file says of what task and under what conditions the numbers
in another are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from relnotes.errors import fail
from relnotes.evals.held import Held, Holders
from relnotes.evals.result import TASK, EvalFile, Measurement

Key = tuple[str, str, str | None]
Pairs = tuple[tuple[str, str], ...]

FileOfResults = tuple[str, str | None, EvalFile | None]
"""A result file that differs: path, blob id, what it says; None where it is gone."""


class Located(msgspec.Struct, frozen=True, gc=False):
    """A measurement and where it stands."""

    measurement: Measurement
    path: str
    blob: str
    started: str
    key: Key
    variant: str
    """Its shots, where a harness tells them."""


class Pair(msgspec.Struct, frozen=True, gc=False):
    """What one release and the next say of the same thing; `variant` tells siblings apart."""

    key: Key
    variant: str
    old: Located | None
    new: Located | None
    samples: tuple[Held, Held] | None = None
    """The files with the samples of both, where there are such."""
    again: tuple[Measurement, ...] = ()
    """The old result measured again, in files that came with the new one."""


class EvalIndex(msgspec.Struct):
    """Grows with the releases: `apply` is linear in what changed, whatever else there is."""

    files: dict[str, tuple[str, EvalFile]] = {}  # path → blob id, file
    located: dict[Key, list[Located]] = {}
    held: dict[str, list[Located]] = {}  # the same, by path
    samples: Holders = msgspec.field(default_factory=Holders)
    generation: int = 0  # grows whenever the set of keys changes
    folders: dict[str, dict[str, None]] = {}  # folder → its paths
    speakers: dict[str, dict[str, None]] = {}  # those that say `shared`

    @classmethod
    def of(cls, files: Mapping[str, tuple[str, EvalFile]]) -> EvalIndex:
        """The index that has taken in these files."""
        index = cls()
        for path, (blob, file) in files.items():
            index._store(path, blob, file)
        for path in files:
            index._put(path, index._locate(path))
        return index

    def apply(self, changes: Iterable[FileOfResults]) -> list[Pair]:
        """Take in the files that differ; the pairs that they touch.

        A result that only moved to another file name is not touched.
        """
        changes = list(changes)
        self.samples.mark()
        paths = self._affected(changes)
        before = self._current_of(at for path in paths for at in self.held.get(path, ()))
        for path in paths:
            self._take(path)
        for path, blob, file in changes:
            self._store(path, blob, file)
        come = {path: self._locate(path) for path in paths}
        before |= self._current_of(
            at for found in come.values() for at in found if at.key not in before
        )
        for path, found in come.items():
            self._put(path, found)
        after = {key: self.current(key) for key in before}
        self.generation += any(bool(before[key]) != bool(after[key]) for key in before)
        pairs = [pair for key in before for pair in _pairs(key, before[key], after[key])]
        if self.samples.now:
            pairs = [self._with_samples(pair) for pair in pairs]
        if again := [
            one for _, _, file in changes if file and file.again for one in file.measurements
        ]:
            pairs = [_with_reruns(pair, again) for pair in pairs]
        return sorted(pairs, key=lambda pair: (pair.key[0], pair.key[1], pair.key[2] or ""))

    def current(self, key: Key) -> list[Located]:
        """The newest result of each variant of a key."""
        found = self.located.get(key, [])
        if len(found) < 2:
            return found[:]
        newest: dict[str, Located] = {}
        for at in found:
            other = newest.get(at.variant)
            if other is None or (other.started, other.path) < (at.started, at.path):
                newest[at.variant] = at
        return list(newest.values())

    def superseded(self, key: Key, current: Located) -> list[Located]:
        """Older results of the same thing beside the one that counts."""
        found = self.located.get(key, ())
        if len(found) < 2:
            return []
        return [at for at in found if at is not current and at.variant == current.variant]

    def measurements(self, path: str) -> tuple[Measurement, ...]:
        """Of one file, with what its neighbours say of them."""
        if path not in self.files:
            return ()
        file = self.files[path][1]
        context = self.context(path)
        return in_context(file.measurements, context) if context else file.measurements

    def tasks(self, path: str) -> set[str]:
        """What one file is about, whether its numbers stand in it or beside it."""
        if path not in self.files:
            return set()
        said = (*self.context(path), *self.files[path][1].shared)
        named = {value for name, value in said if name == TASK}
        sampled = {key[0] for key in self.files[path][1].sampled}
        return named | sampled | {one.task for one in self.measurements(path)}

    def context(self, path: str) -> Pairs:
        """What other files of the same harness say of everything in the folder of `path`."""
        said: dict[str, str] = {}
        for speaker in self.speakers.get(_folder(path), ()):
            other = self.files[speaker][1]
            if speaker == path or other.harness != self.files[path][1].harness:
                continue
            for name, value in other.shared:
                if said.setdefault(name, value) != value:
                    what = f"another file of this folder says {name} {said[name]}, this one {value}"
                    raise fail(speaker, what, "keep each run in a folder of its own")
        return tuple(said.items())

    def _with_samples(self, pair: Pair) -> Pair:
        if not pair.old or not pair.new:
            return pair
        old = self.samples.before(pair.key, pair.old.path)
        new = self.samples.after(pair.key, pair.new.path)
        return msgspec.structs.replace(pair, samples=(old, new)) if old and new else pair

    def _affected(self, changes: list[FileOfResults]) -> dict[str, None]:
        """The paths that change, and the neighbours of those that speak for their folder."""
        paths = dict.fromkeys(path for path, _, _ in changes)
        for path, _, file in changes:
            folder = _folder(path)
            if (file and file.shared) or path in self.speakers.get(folder, ()):
                paths.update(self.folders.get(folder, {}))
        return paths

    def _take(self, path: str) -> None:
        for one in self.held.pop(path, ()):
            rest = [at for at in self.located.get(one.key, ()) if at.path != path]
            if rest:
                self.located[one.key] = rest
            else:
                self.located.pop(one.key, None)

    def _store(self, path: str, blob: str | None, file: EvalFile | None) -> None:
        folder = _folder(path)
        if known := self.files.pop(path, None):
            self.samples.drop(path, known[1].sampled)
        for group in (self.folders, self.speakers):
            group.get(folder, {}).pop(path, None)
        if blob is None or file is None:
            return
        self.files[path] = (blob, file)
        self.samples.put(path, blob, file.sampled)
        self.folders.setdefault(folder, {})[path] = None
        if file.shared:
            self.speakers.setdefault(folder, {})[path] = None

    def _locate(self, path: str) -> list[Located]:
        """The results in a file; none in one that measures the release before again."""
        if path not in self.files:
            return []
        blob, file = self.files[path]
        if file.again:
            return []
        started = file.started or ""
        return [
            Located(one, path, blob, started, one.key, _shots(one))
            for one in self.measurements(path)
        ]

    def _put(self, path: str, found: list[Located]) -> None:
        if found:
            self.held[path] = found
        for at in found:
            self.located.setdefault(at.key, []).append(at)

    def _current_of(self, results: Iterable[Located]) -> dict[Key, list[Located]]:
        return {at.key: self.current(at.key) for at in results}


def in_context(measurements: Iterable[Measurement], shared: Pairs) -> tuple[Measurement, ...]:
    """The measurements under what is said of all of them; what each says itself wins."""
    said = dict(shared)
    task = said.pop(TASK, None)
    return tuple(
        replace(
            one,
            task=task or one.task,
            conditions=tuple(sorted({**said, **dict(one.conditions)}.items())),
        )
        for one in measurements
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _with_reruns(pair: Pair, again: Iterable[Measurement]) -> Pair:
    mine = tuple(one for one in again if one.key == pair.key)
    return msgspec.structs.replace(pair, again=mine) if mine else pair


def _shots(measurement: Measurement) -> str:
    for name, value in reversed(measurement.conditions):  # sorted, so it is near the end
        if name == "shots":
            return value
    return ""


def _pairs(key: Key, old: list[Located], new: list[Located]) -> Iterable[Pair]:
    if len(old) == len(new) == 1 and old[0].variant == new[0].variant:
        return () if old[0].blob == new[0].blob else (Pair(key, "", old[0], new[0]),)
    return _pairs_of_variants(key, {at.variant: at for at in old}, {at.variant: at for at in new})


def _pairs_of_variants(
    key: Key, old: dict[str, Located], new: dict[str, Located]
) -> Iterator[Pair]:
    """Variants are paired by name; a single one left over on each side is paired with the other,
    so that a changed number of shots shows as not comparable and not as removed and added."""
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
