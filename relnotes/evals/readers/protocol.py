"""What a reader of one harness format offers; a reader is a plain module that fits this."""

from __future__ import annotations

from typing import Protocol

from relnotes.evals.result import EvalFile


class Reader(Protocol):
    """One module a format."""

    name: str
    """The format, as shown to a person whose file nobody recognises."""

    def recognise(self, head: bytes) -> bool:
        """Whether the first part of a file looks like this format; by content, never by name."""

    def read(self, data: bytes, place: str) -> EvalFile:
        """The results, or RelnotesError with every problem and its line and column."""
