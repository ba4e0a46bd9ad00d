"""Number the files that the eval results of a release stand in, so that every row can name its own.

A path is said once, below the folder of its release: mostly the old and the new number stand in
files of one name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from relnotes.evals.comparison import Comparison
from relnotes.publish import markdown
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill
from relnotes.release.record import Provenance, Record


class Sources(msgspec.Struct):
    """Grows with the rows that are asked for; numbered from 1, in that order."""

    old: str
    """Where the old numbers stand, as `TAG:FOLDER/`; empty of a first release."""
    new: str
    numbers: dict[str, int] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, record: Record) -> Sources:
        before = record.previous
        return cls(_prefix(before) if before else "", _prefix(record.provenance))

    def words(self, one: Comparison) -> str:
        """ "3" where both sides stand in the third, else "1 → 3"."""
        old, new = self._sides(one)
        return _arrow(", ".join(map(str, old)), ", ".join(map(str, new)))

    def linked(self, one: Comparison) -> str:
        """The same, each number as a link to its line of the list."""
        old, new = self._sides(one)
        return _arrow(_links(old), _links(new))

    def listed(self) -> tuple[Markdown, ...]:
        """The paths, in the order of their numbers."""
        return tuple(map(markdown.code, self.numbers))

    def standing(self) -> Markdown:
        """Below what the paths are to be read."""
        new = markdown.code(self.new)
        if not self.old:
            return fill("Below {}:", new)
        return fill("Old numbers below {}, new ones below {}:", markdown.code(self.old), new)

    def _sides(self, one: Comparison) -> tuple[list[int], list[int]]:
        old = self._numbers((one.source_old, one.samples_old), self.old)
        return old, self._numbers((one.source_new, one.samples_new), self.new)

    def _numbers(self, sources: Iterable[str | None], prefix: str) -> list[int]:
        paths = dict.fromkeys(one.removeprefix(prefix) for one in sources if one)
        return [self.numbers.setdefault(path, len(self.numbers) + 1) for path in paths]


def _prefix(one: Provenance) -> str:
    return f"{one.tag}:{one.bundle}/"


def _arrow(old: str, new: str) -> str:
    if old == new:
        return new
    return " ".join(filter(None, (old, "→", new)))


def _links(numbers: Sequence[int]) -> str:
    return ", ".join(f"[{number}](#source-{number})" for number in numbers)
