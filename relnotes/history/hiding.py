"""Say what of a release the public does not see, beyond what its authors marked in the files."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fnmatch import fnmatchcase

import msgspec

from relnotes.evals.index import EvalIndex
from relnotes.history.result_file import is_ignored
from relnotes.history.results import Measured
from relnotes.release.audience import Hidden
from relnotes.release.limitations.coverage import Key, audience_of
from relnotes.release.written.bundle import Audience
from relnotes.release.written.file_kinds import FileKind, kind_of
from relnotes.release.written.snapshot import Snapshot
from relnotes.settings import Settings

AudienceOf = Callable[[Key], Audience]


class Hiding(msgspec.Struct, frozen=True):
    """What the settings of a team keep internal."""

    settings: Settings

    def audience(self, measured: Measured) -> AudienceOf:
        """Who may see the results of one key."""
        internal = self.settings.evals.internal
        return lambda key: audience_of(key, measured.coverage, internal)

    def hidden(
        self, old: Snapshot | None, new: Snapshot, measured: Measured, index: EvalIndex
    ) -> Hidden:
        training = [*new.bundle.training, *(old.bundle.training if old else ())]
        hides = {one.id for one in training if one.audience is Audience.INTERNAL}
        if not self._may_hide_results(new):
            return Hidden(frozenset(), frozenset(hides), files=0, carried_over=0)
        audience = self.audience(measured)
        anew = {pair.key for pair in measured.pairs if pair.new}
        return Hidden(
            frozenset(p.key for p in measured.pairs if audience(p.key) is Audience.INTERNAL),
            frozenset(hides),
            files=_internal_files(index, audience),
            carried_over=sum(
                audience(key) is Audience.INTERNAL for key in index.located.keys() - anew
            ),
        )

    def is_internal(self, path: str, tasks: Collection[str]) -> bool:
        """A result file by the tasks that it holds or held, else by what its name says."""
        if kind_of(path) is not FileKind.EVAL:
            return any(fnmatchcase(path, glob) for glob in self.settings.other.internal)
        if is_ignored(path, self.settings):
            return True
        globs = self.settings.evals.internal
        if not globs:
            return False
        name = path.rpartition("/")[2]
        return any(fnmatchcase(task, glob) for task in tasks for glob in globs) or any(
            fnmatchcase(path.removeprefix("evals/"), glob)
            or fnmatchcase(name, f"samples_{glob.replace('/', '_')}_*")
            for glob in globs
        )

    def _may_hide_results(self, snapshot: Snapshot) -> bool:
        """Whether any result can be internal at all; mostly not, and then nobody has to look."""
        hidden = (one.audience is Audience.INTERNAL for one in snapshot.behaviours)
        return bool(self.settings.evals.internal) or any(hidden)


def _internal_files(index: EvalIndex, audience: AudienceOf) -> int:
    return sum(
        bool(keys := [*(one.key for one in file.measurements), *file.sampled])
        and all(audience(key) is Audience.INTERNAL for key in keys)
        for _, file in index.files.values()
    )
