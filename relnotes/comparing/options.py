"""What a person asks of one comparison, and what the settings of a repository say beside it."""

from __future__ import annotations

import msgspec

from relnotes.comparing.files import DEFAULT_READING, Reading
from relnotes.evals.comparability import Override
from relnotes.evals.comparison import Settings
from relnotes.evals.metrics import Facts
from relnotes.evals.result import Direction

DEFAULT_SURENESS = Settings()


class House(msgspec.Struct, frozen=True):
    """What the settings of a repository say, where there are any."""

    file: str | None = None
    samples_mb: int = 1000
    """Memory for comparing the scores of single questions."""
    warehouse: str | None = None
    """Where tables lie that samples are referred to in."""
    again: tuple[str, ...] = ()
    """Globs of results of the release before, measured again."""
    facts: tuple[tuple[str, Facts], ...] = ()
    overrides: tuple[tuple[str, Override], ...] = ()
    """Each with the glob of the tasks that it holds for."""


class Options(msgspec.Struct, frozen=True):
    """What a person asks of one comparison; globs are of names as the files write them."""

    sureness: Settings = DEFAULT_SURENESS
    margins: tuple[tuple[str, float], ...] = ()
    """Glob of metrics → the loss that is tolerated, in the metric's own unit."""
    directions: tuple[tuple[str, Direction], ...] = ()
    overrides: tuple[Override, ...] = ()
    renames: tuple[str, ...] = ()
    """`OLD=NEW`: a task, metric or filter that the older side calls otherwise."""
    tasks: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    """Names of what was measured again on the old side."""
    reading: Reading = DEFAULT_READING
    house: House = House()


NO_OPTIONS = Options()
