"""Which files of a release hold samples of what, and which did in the release before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from relnotes.evals.scores import Key


class Held(msgspec.Struct, frozen=True):
    """A file with samples."""

    path: str
    blob: str


class Holders(msgspec.Struct):
    """Kept up to date as files change; `mark` stands where the next release begins."""

    now: dict[Key, dict[str, str]] = {}  # key → path → blob id
    changed: dict[Key, dict[str, str]] = {}  # as it was at the mark

    def mark(self) -> None:
        self.changed = {}

    def put(self, path: str, blob: str, keys: Iterable[Key]) -> None:
        for key in keys:
            self._of(key)[path] = blob

    def drop(self, path: str, keys: Iterable[Key]) -> None:
        for key in keys:
            holders = self._of(key)
            holders.pop(path, None)
            if not holders:
                del self.now[key]

    def before(self, key: Key, path: str) -> Held | None:
        """What `after` would have said at the mark."""
        return _beside(self.changed.get(key, self.now.get(key)), path)

    def after(self, key: Key, path: str) -> Held | None:
        """The samples behind a result at `path`: in the same file, else in the same folder,
        where the last name is the newest run; else the only ones that there are."""
        return _beside(self.now.get(key), path)

    def _of(self, key: Key) -> dict[str, str]:
        """To be changed."""
        holders = self.now.setdefault(key, {})
        if key not in self.changed:
            self.changed[key] = dict(holders)
        return holders


def _beside(holders: Mapping[str, str] | None, path: str) -> Held | None:
    if not holders:
        return None
    if path in holders:
        return Held(path, holders[path])
    folder = path.rpartition("/")[0]
    near = sorted(other for other in holders if other.rpartition("/")[0] == folder)
    if not near and len(holders) > 1:
        return None
    found = near[-1] if near else next(iter(holders))
    return Held(found, holders[found])
