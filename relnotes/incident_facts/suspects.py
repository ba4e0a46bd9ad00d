"""What may have brought a behaviour: every change of a release, and what was known before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from relnotes.errors import RelnotesError
from relnotes.evals.verdict import Verdict
from relnotes.incident.record import Contributing, PriorSignal, Window
from relnotes.incident.vocabulary import Heeded
from relnotes.incident_facts.releases import CAUSES, Asked, change_words
from relnotes.release.record import Change, Provenance, Record
from relnotes.release.written.review_files import Decision, Outcome, Signal, SignalVerdict
from relnotes.yamlfile import Written, read

M = TypeVar("M", bound=Written)


@dataclass(frozen=True, slots=True)
class Suspects:
    """Everything that differs between two releases and could matter; nobody is accused yet."""

    old: Provenance
    new: Provenance
    contributing: tuple[Contributing, ...]
    signals: tuple[PriorSignal, ...]


def suspects(asked: Asked, old: Provenance, new: Provenance) -> Suspects:
    record = asked.diff(old, new)
    basis = f"bundle diff {old.tag}..{new.tag}"
    return Suspects(
        old,
        new,
        contributing=(*_changes(record, new, basis), *_unmeasured(record, new, basis)),
        signals=tuple(_signals(asked, old, new)),
    )


def _changes(record: Record, new: Provenance, basis: str) -> Iterator[Contributing]:
    for change in record.changes:
        if change.described_in in CAUSES:
            yield Contributing(
                what=_words(change),
                kind=_kind(change),
                release=new.tag,
                window=Window(start=_instant(new)),
                basis=f"{basis}, {change.path}",
            )


def _words(change: Change) -> str:
    """`feedback-reward added: a reward from thumbs up and down`."""
    summary = change.new.get("summary") if isinstance(change.new, Mapping) else None
    words = change_words(change)
    return f"{words}: {summary}" if summary else words


def _kind(change: Change) -> str:
    """The bundle's own word for a training change, else the part of the bundle."""
    kind = change.new.get("kind") if isinstance(change.new, Mapping) else None
    return str(kind) if kind else change.described_in.value


def _unmeasured(record: Record, new: Provenance, basis: str) -> Iterator[Contributing]:
    """An eval that could not be compared could not warn."""
    for one in record.evals:
        if one.verdict is Verdict.NOT_COMPARABLE:
            yield Contributing(
                what=f"{one.task} could not warn: not comparable with the release before"
                f" ({one.reason})",
                kind="evals",
                release=new.tag,
                window=Window(start=_instant(new)),
                basis=basis,
            )


def _instant(release: Provenance) -> datetime | None:
    return datetime.fromisoformat(release.date).astimezone(UTC) if release.date else None


# -- signals ---------------------------------------------------------------------------------------


def _signals(asked: Asked, old: Provenance, new: Provenance) -> Iterator[PriorSignal]:
    """Those that came with the release, and what was made of each."""
    files = _added(asked, old, new)
    decisions = [
        found
        for path, text in files.items()
        if path.startswith("decisions/") and (found := _read(text, path, Decision))
    ]
    for path, text in files.items():
        signal = _read(text, path, Signal) if path.startswith("signals/") else None
        if signal is not None:
            yield _prior(signal, decisions, f"{new.tag}:{asked.releases.line.bundle}/{path}")


def _prior(signal: Signal, decisions: list[Decision], source: str) -> PriorSignal:
    """A warning was overruled where somebody decided to release all the same, else missed."""
    decision = next((one for one in decisions if _about(one, signal)), None)
    heeded = Heeded.RELIED_ON
    if signal.verdict is not SignalVerdict.FINE:
        released = decision is not None and decision.outcome is Outcome.RELEASE
        heeded = Heeded.OVERRULED if released else Heeded.MISSED
    return PriorSignal(
        what=f"{signal.kind.replace('-', ' ')}: {signal.found}",
        when=signal.on.isoformat(),
        role=signal.role,
        heeded=heeded,
        decision=decision.reason if decision and heeded is Heeded.OVERRULED else None,
        source=source,
    )


def _about(decision: Decision, signal: Signal) -> bool:
    return decision.behaviour is None or decision.behaviour in signal.behaviours


def _added(asked: Asked, old: Provenance, new: Provenance) -> dict[str, bytes]:
    """Files of signals and decisions that are new or different in `new`."""
    repository = asked.workspace.repository
    (changes,) = repository.changes([(old.tree, new.tree)])
    wanted = {
        one.path: one.new
        for one in changes
        if one.new and one.path.startswith(("signals/", "decisions/"))
        if one.path.endswith((".yaml", ".yml"))
    }
    blobs = repository.blobs(wanted.values())
    return {path: blob.data or b"" for path, blob in zip(wanted, blobs, strict=True)}


def _read(text: bytes, path: str, model: type[M]) -> M | None:
    """None for a file that the check of the release complains about."""
    try:
        return read(text, path, model)
    except RelnotesError:
        return None
