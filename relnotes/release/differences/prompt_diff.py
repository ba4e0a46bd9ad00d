"""Compare two prompt texts: paragraphs first, then lines, then words.

Knows texts only: no files, no releases, no page. Template syntax is text like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, groupby

import msgspec

from relnotes.release.differences.alignment import Effort, Pair, longest_rising, paired
from relnotes.release.differences.word_diff import blocks, word_changes
from relnotes.release.differences.wording import Wording
from relnotes.release.differences.wording import returned_lines as returned_lines
from relnotes.release.differences.wording import reworded_lines as reworded_lines

EFFORT = 120_000  # comparisons in one diff; a rewrite of 200 KB needs about as many

_GAP = re.compile(r"(\n(?:[ \t]*\n)+)")


class PieceOp(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class HunkKind(StrEnum):
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    MOVED_AND_EDITED = "moved and edited"


class Piece(msgspec.Struct, frozen=True):
    op: PieceOp
    text: str


class Hunk(msgspec.Struct, frozen=True):
    """One paragraph that is not as it was; paragraph numbers count from 1.

    Same and removed pieces joined are the old paragraph, same and added the new one.
    """

    kind: HunkKind
    old_paragraph: int | None
    new_paragraph: int | None
    pieces: tuple[Piece, ...]

    @property
    def old_text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.op is not PieceOp.ADDED)

    @property
    def new_text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.op is not PieceOp.REMOVED)


class TextDiff(msgspec.Struct, frozen=True):
    """How a text changed, in the order of the new one.

    A paragraph moved and edited counts under both. An empty text that appears or vanishes is
    not the same and has no hunks.
    `guarded`: something was too large to look into and stands as wholly removed and added.
    """

    hunks: tuple[Hunk, ...] = ()
    edited: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    same: bool = True
    guarded: bool = False


def diff_texts(old: str | None, new: str | None) -> TextDiff:
    """What changed from `old` to `new`; None is a text that is not there.

    CRLF against LF, and a missing newline at the end, are no change; any other space is.
    """
    before, after = paragraphs(old), paragraphs(new)
    effort = Effort(EFFORT)
    # difflib's choice among equals depends on which side comes first, so the sides are put in
    # one order: swapping old and new swaps the answer and nothing else.
    if after < before:
        hunks, kept = _compare(after, before, effort)
        hunks, kept = [_swapped(hunk) for hunk in hunks], [(i, j) for j, i in kept]
    else:
        hunks, kept = _compare(before, after, effort)
    kinds = Counter(hunk.kind for hunk in hunks)
    both = kinds[HunkKind.MOVED_AND_EDITED]
    return TextDiff(
        hunks=_in_reading_order(hunks, kept),
        edited=kinds[HunkKind.EDITED] + both,
        added=kinds[HunkKind.ADDED],
        removed=kinds[HunkKind.REMOVED],
        moved=kinds[HunkKind.MOVED] + both,
        same=not hunks and (old is None) == (new is None),
        guarded=effort.spent,
    )


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of a text; `text_of` puts them together again.

    One blank line ends a paragraph. Blank lines beyond it, or with spaces in them, belong to
    the paragraph before them, those at the very top to the first, so that none changes unseen.
    """
    body = (text or "").replace("\r\n", "\n").removesuffix("\n") + "\n\n"
    parts = _GAP.split(body)
    if len(parts) > 3 and not parts[0].strip(" \t\n"):
        parts[:3] = ["".join(parts[:3])]
    found = tuple(
        start + (gap if gap.strip("\n") else gap[2:])
        for start, gap in zip(parts[::2], parts[1::2], strict=False)
    )
    return () if found == ("",) else found


def text_of(paragraphs: Iterable[str]) -> str:
    """The text that these are the paragraphs of, with LF and no newline at its end."""
    return "".join(map(_with_gap, paragraphs)).removesuffix("\n\n")


def unified_lines(diff: TextDiff) -> list[tuple[PieceOp, str]]:
    """The changed lines, as a terminal shows them: each with REMOVED or ADDED.

    A paragraph that only moved has none.
    """
    return [line for hunk in diff.hunks for line in _changed_lines(hunk)]


def removed_lines(diff: TextDiff) -> list[str]:
    """The lines that vanished; one that only moved has not."""
    standing = Wording("\n".join(hunk.new_text for hunk in diff.hunks))
    return _missing_from(standing, PieceOp.REMOVED, diff)


def added_lines(diff: TextDiff) -> list[str]:
    """The lines that appeared; one that only moved has not."""
    standing = Wording("\n".join(hunk.old_text for hunk in diff.hunks))
    return _missing_from(standing, PieceOp.ADDED, diff)


def _with_gap(paragraph: str) -> str:
    ending = paragraph[len(paragraph.rstrip(" \t\n")) :].lstrip(" \t")
    has_odd_gap = ending.endswith("\n") and ending.strip("\n")
    return paragraph if has_odd_gap else paragraph + "\n\n"


def _changed_lines(hunk: Hunk) -> Iterator[tuple[PieceOp, str]]:
    old, new = hunk.old_text.split("\n"), hunk.new_text.split("\n")
    if hunk.old_paragraph is None:
        old = []
    if hunk.new_paragraph is None:
        new = []
    for same, old_part, new_part in blocks(old, new, Effort(EFFORT)):
        if not same:
            yield from ((PieceOp.REMOVED, line) for line in old_part)
            yield from ((PieceOp.ADDED, line) for line in new_part)


def _missing_from(standing: Wording, op: PieceOp, diff: TextDiff) -> list[str]:
    lines = (line.strip() for of, line in unified_lines(diff) if of is op)
    return [line for line in dict.fromkeys(lines) if line and line not in standing]


def _compare(
    old: Sequence[str], new: Sequence[str], effort: Effort
) -> tuple[list[Hunk], list[Pair]]:
    """The hunks, and the pairs that kept their order."""
    pairs = paired(old, new, effort)
    kept = longest_rising(pairs)
    unmoved = set(kept)
    hunks = [
        _paired_hunk(pair, tuple(_pieces(old[pair[0]], new[pair[1]], effort)), pair not in unmoved)
        for pair in pairs
        if pair not in unmoved or old[pair[0]] != new[pair[1]]
    ]
    gone = set(range(len(old))) - {i for i, _ in pairs}
    come = set(range(len(new))) - {j for _, j in pairs}
    hunks += [Hunk(HunkKind.REMOVED, i + 1, None, (Piece(PieceOp.REMOVED, old[i]),)) for i in gone]
    hunks += [Hunk(HunkKind.ADDED, None, j + 1, (Piece(PieceOp.ADDED, new[j]),)) for j in come]
    return hunks, kept


def _paired_hunk(pair: Pair, pieces: tuple[Piece, ...], moved: bool) -> Hunk:
    kind = HunkKind.MOVED_AND_EDITED if moved else HunkKind.EDITED
    if all(piece.op is PieceOp.SAME for piece in pieces):
        kind = HunkKind.MOVED
    return Hunk(kind, pair[0] + 1, pair[1] + 1, pieces)


def _swapped(hunk: Hunk) -> Hunk:
    """The hunk from new to old; in each change what was removed still comes first."""
    ops = {PieceOp.REMOVED: PieceOp.ADDED, PieceOp.ADDED: PieceOp.REMOVED}
    kinds = {HunkKind.REMOVED: HunkKind.ADDED, HunkKind.ADDED: HunkKind.REMOVED}
    pieces = [Piece(ops.get(piece.op, piece.op), piece.text) for piece in hunk.pieces]
    runs = groupby(pieces, key=lambda piece: piece.op is PieceOp.SAME)
    ordered = (sorted(run, key=lambda piece: piece.op is PieceOp.ADDED) for _, run in runs)
    kind = kinds.get(hunk.kind, hunk.kind)
    return Hunk(kind, hunk.new_paragraph, hunk.old_paragraph, tuple(chain.from_iterable(ordered)))


def _in_reading_order(hunks: Iterable[Hunk], kept: Sequence[Pair]) -> tuple[Hunk, ...]:
    """By place in the new text; a removed paragraph behind the one that it stood behind."""
    old_kept = [i for i, _ in kept]

    def place(hunk: Hunk) -> tuple[int, int]:
        old, new = hunk.old_paragraph or 0, hunk.new_paragraph
        if new is not None:
            return new, 0
        before = bisect_left(old_kept, old - 1)
        return (kept[before - 1][1] + 1 if before else 0), old

    return tuple(sorted(hunks, key=place))


def _pieces(old: str, new: str, effort: Effort) -> Iterator[Piece]:
    for before, after in word_changes(old, new, effort):
        if before == after:
            yield Piece(PieceOp.SAME, before)
            continue
        if before:
            yield Piece(PieceOp.REMOVED, before)
        if after:
            yield Piece(PieceOp.ADDED, after)
