"""The score of one question in one run, as a value; knows no file format and no engine.

A reader whose format holds scores by question offers
`read_samples(file: BinaryIO, place: str) -> Iterator[Sample]`: lazily, from a seekable file, with
RelnotesError where the content is wrong. The file may be larger than memory.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

_POSITION = "\ue001"


class State(StrEnum):
    """What became of a question."""

    SCORED = "scored"
    ERRORED = "errored"
    UNSCORED = "unscored"


class Sample(NamedTuple):
    """One question's score for one metric; a named tuple, since there are millions of them."""

    task: str
    metric: str
    filter: str | None
    """None where the harness filters nothing, as in `Measurement`: both are matched by it."""
    key: str
    """Finds the question in the other release: the dataset's id, else a hash of the document,
    else of the input; `by_position` where there is nothing else."""
    epoch: int = 1
    """From 1; repeated answers to one question are averaged before anything else."""
    cluster: str | None = None
    """Questions that hang together (one passage, one document); None: each stands for itself."""
    score: float | None = None
    """Right is 1, wrong is 0; None exactly where `state` is not scored."""
    state: State = State.SCORED


def by_position(index: int) -> str:
    """A key for a question that the file does not name; the comparison then carries a remark."""
    return f"{_POSITION}{index}"


def is_position(key: str) -> bool:
    return key.startswith(_POSITION)
