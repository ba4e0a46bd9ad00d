"""What a rollback changes and costs, and whether what is live is what it should have restored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relnotes.errors import fail
from relnotes.incident_facts.releases import CAUSES, Asked, change_words
from relnotes.lines import CANDIDATE
from relnotes.release.limitations.known import News
from relnotes.release.record import Provenance, Record

_WORDS_OF_A_NOTE = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """Going back from `live` to `target`."""

    live: Provenance
    target: Provenance
    withdraws: tuple[str, ...]
    differs: tuple[str, ...]  # what going back changes, in words
    lost: tuple[str, ...]  # what users had and will not have


@dataclass(frozen=True, slots=True)
class Proof:
    """What is live now, beside the target; equal where both bundles are one tree."""

    live: Provenance
    target: Provenance
    differs: tuple[str, ...]  # files of the bundle

    @property
    def equal(self) -> bool:
        return self.live.tree == self.target.tree


def plan(asked: Asked, to: str, live: str | None) -> Plan:
    """From the live release (by default the latest) back to the release `to`."""
    target = asked.release(to)
    withdrawn = asked.release(live) if live else asked.latest
    if withdrawn == target:
        what = f"{to} is live: it is the latest release"
        raise fail("", what, "name an earlier one, or say with --live what is live")
    after = asked.after(target)
    return Plan(
        live=withdrawn,
        target=target,
        withdraws=tuple(one.tag for one in after[: after.index(withdrawn) + 1])
        if withdrawn in after
        else (withdrawn.tag,),
        differs=tuple(_changes(asked.diff(withdrawn, target))),
        lost=tuple(_losses(asked.diff(target, withdrawn))),
    )


def prove(asked: Asked, to: str, live: str | None, withdrawn: tuple[str, ...]) -> Proof:
    """What is live: the release named, else the latest that is not withdrawn, else the work tree.

    Trees decide; nobody's word does.
    """
    target = asked.release(to)
    now = asked.release(live) if live else _now(asked, target, withdrawn)
    if now.tree == target.tree:
        return Proof(now, target, ())
    (changes,) = asked.workspace.repository.changes([(target.tree, now.tree)])
    return Proof(now, target, tuple(one.path for one in changes))


def name_of(release: Provenance) -> str:
    return "the work tree" if release.tag == CANDIDATE else release.tag


def _now(asked: Asked, target: Provenance, withdrawn: tuple[str, ...]) -> Provenance:
    newer = [one for one in asked.after(target) if one.tag not in withdrawn]
    if newer:
        return newer[-1]
    return asked.candidate() or asked.latest


def _changes(record: Record) -> Iterator[str]:
    for change in record.changes:
        if change.described_in in CAUSES:
            yield change_words(change)


def _losses(record: Record) -> Iterator[str]:
    """`record` goes from the target to what is live."""
    for entry in record.limitations:
        if entry.news is News.RESOLVED:
            yield f"{entry.id} reopens: {entry.text}"
    for note in record.notes:
        words = " ".join(note.text.split())
        cut = f"{words[:_WORDS_OF_A_NOTE]}…" if len(words) > _WORDS_OF_A_NOTE else words
        yield f"{note.path}: {cut}"
