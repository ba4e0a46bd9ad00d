"""What git and the releases say about an incident, as values: the check itself asks neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Comeback:
    """A prompt line that a mitigation took out, and that stands in a later release."""

    event: str  # id of the mitigation's event
    release: str  # tag; the candidate has its own name
    prompt: str
    line: str
    found: str
    similarity: float  # 1: word for word

    @property
    def verbatim(self) -> bool:
        return self.similarity >= 1


@dataclass(frozen=True, slots=True)
class Facts:
    """None where it could not be asked: outside a repository, or without releases."""

    releases: frozenset[str] | None = None  # tags
    commits: frozenset[str] | None = None  # those of mitigations that are in the history
    evals: Mapping[str, str] = field(default_factory=dict)  # eval to add → first release with it
    told: frozenset[str] | None = None  # limitations that the affected release's page tells of
    comebacks: tuple[Comeback, ...] = ()


NOTHING_ASKED = Facts()
