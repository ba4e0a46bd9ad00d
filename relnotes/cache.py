"""Keep the fold of every line between builds, so that a new release costs only itself.

Whatever is in here can be made again from git; a cache that does not fit is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from relnotes.evals.index import EvalIndex
from relnotes.evals.result import EvalFile, Measurement
from relnotes.freshness import CACHE, STATE, cache_folder
from relnotes.history import Fold
from relnotes.publish.writing import Stamp
from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.limitations.ledger import Ledger
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.over_time.histories import BehaviourLife, Phase, PromptVersion
from relnotes.release.over_time.overview import LimitationLife, ReleaseSummary
from relnotes.release.over_time.trend import TrendHead
from relnotes.release.record import Provenance, Watched
from relnotes.release.written.file_kinds import TEXTS, FileKind, kind_of
from relnotes.release.written.snapshot import Snapshot, updated
from relnotes.repository import Repository


class LineState(msgspec.Struct):
    """A line after its latest release: what its fold and its index pages go on from."""

    releases: list[Provenance] = []
    summaries: list[ReleaseSummary] = []
    annotations: list[Annotations] = []
    lives: dict[str, LimitationLife] = {}
    prompts: dict[str, list[PromptVersion]] = {}  # by name
    full_histories: int = 0  # documents of steps that are full, and written
    steps: list[bytes] = []  # after those; an encoded Step each
    phases: list[Phase] = []
    behaviours: dict[str, BehaviourLife] = {}
    trends: dict[str, TrendHead] = {}  # by task
    files: dict[str, str] = {}
    results: dict[str, tuple[str, EvalFile]] = {}
    entries: dict[str, LedgerEntry] = {}
    baselines: dict[str, Measurement] = {}
    withdrawn: list[str] = []
    measured: dict[str, tuple[str, str]] = {}
    watched: list[Watched] = []


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A text that stands in a long page, with the digest of what it was made from."""

    made_from: str
    text: str


class Cache(msgspec.Struct):
    """`key` names everything but git that pages depend on."""

    key: str = ""
    lines: dict[str, LineState] = {}
    stamps: dict[str, Stamp] = {}  # by path below the docs folder
    made_from: dict[str, str] = {}  # path → digest of a page's inputs
    parts: dict[str, Part] = {}  # of pages that grow with the history, by name

    def releases(self, line: str) -> Sequence[Provenance]:
        """Those of a line that were published; none of a line that was not."""
        return self.lines[line].releases if line in self.lines else ()


def read_cache(root: Path, key: str) -> Cache:
    """The cache of the last build; one with another key gives only what was written."""
    try:
        data = (root / CACHE / STATE).read_bytes()
        cache = msgspec.msgpack.decode(data, type=Cache)
    except (OSError, msgspec.DecodeError):
        return Cache(key)
    return cache if cache.key == key else Cache(key, {}, cache.stamps)


def write_cache(root: Path, cache: Cache) -> None:
    path = cache_folder(root) / STATE
    temporary = path.with_suffix(".new")
    temporary.write_bytes(msgspec.msgpack.encode(cache))
    temporary.replace(path)


def remember(state: LineState, fold: Fold) -> None:
    """Take the fold's state over into `state`."""
    state.files = dict(fold.files)
    state.results = fold.results.index.files
    state.entries = dict(fold.ledger.entries)
    state.baselines = dict(fold.ledger.baselines)
    state.withdrawn = sorted(fold.withdrawn)
    state.measured = fold.results.measured
    state.watched = fold.watched


def restore(state: LineState, fold: Fold, repository: Repository) -> None:
    """Bring a new fold to where `state` stands; reads the bundle's texts, not its results."""
    if not state.releases:
        return
    last = state.releases[-1]
    kinds = {path: kind_of(path) for path in sorted(state.files)}
    paths = [path for path, kind in kinds.items() if kind in TEXTS]
    contents = repository.blobs([state.files[path] for path in paths])
    known = {path: blob.data for path, blob in zip(paths, contents, strict=True)}
    documents = [
        (path, blob, known.get(path))
        for path, blob in state.files.items()
        if kinds[path] is not FileKind.EVAL
    ]
    fold.snapshot = updated(Snapshot(), documents, f"{last.tag}:{last.bundle}/")
    fold.files = dict(state.files)
    fold.previous = last
    fold.results.index = EvalIndex.of(state.results)
    fold.ledger = Ledger(state.entries, state.baselines)
    fold.trees = [(one.tag, one.tree or "") for one in state.releases]
    fold.withdrawn = set(state.withdrawn)
    fold.results.measured = dict(state.measured)
    fold.watched = list(state.watched)
