"""Compare two paragraphs: their lines first, then the words of the lines that differ.

Knows two strings only. A word is what stands between spaces and marks; a CJK character is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from relnotes.release.differences.alignment import Effort, runs
from relnotes.release.differences.wording import CJK

Change = tuple[str, str]
"""A stretch of text before and after; both equal where nothing changed."""

PER_PAIR = 50  # what a pair costs beside its comparisons
LEAST_KEPT = 0.2  # when less than this share stays, old and new are easier to read one by one

_MARKS = "!-/:-@\\[-^`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u3001-\u303f\uff01-\uff0f"


@cache
def _word() -> re.Pattern[str]:
    """Space before each, then its characters; 2 ms to compile, and most builds need none."""
    return re.compile(rf"(\s*)([{CJK}][\ufe00-\ufe0f]*|[^\s{_MARKS}{CJK}]+|(\S)\3*)")


def word_changes(old: str, new: str, effort: Effort) -> list[Change]:
    """The stretches of both texts in order; the firsts joined are `old`, the seconds `new`."""
    if not effort.allows(PER_PAIR):
        return [(old, new)]
    changes: list[Change] = []
    for same, old_lines, new_lines in blocks(_lines(old), _lines(new), effort):
        before, after = "".join(old_lines), "".join(new_lines)
        changes += [(before, after)] if same else _in_words(before, after, effort)
    calm = _merged(_without_common_space(_calmed(_merged(changes))))
    return calm if _is_worth_telling(calm) else [(old, new)]


def blocks(
    old: Sequence[str], new: Sequence[str], effort: Effort
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Both lists in stretches: (whether equal, old items, new items)."""
    i = j = 0
    for next_i, next_j, length in [*runs(old, new, effort), (len(old), len(new), 0)]:
        if i < next_i or j < next_j:
            yield False, old[i:next_i], new[j:next_j]
        i, j = next_i + length, next_j + length
        if length:
            yield True, old[next_i:i], new[next_j:j]


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _in_words(old: str, new: str, effort: Effort) -> Iterator[Change]:
    """Words decide what is equal; the space before a word is compared after that."""
    old_words, old_rest = _words(old)
    new_words, new_rest = _words(new)
    i = j = 0
    old_only, new_only = [word for _, word in old_words], [word for _, word in new_words]
    for same, old_part, new_part in blocks(old_only, new_only, effort):
        before, after = old_words[i : i + len(old_part)], new_words[j : j + len(new_part)]
        i, j = i + len(old_part), j + len(new_part)
        if same:
            yield from _spaced(before, after)
        else:
            yield "".join(map("".join, before)), "".join(map("".join, after))
    yield old_rest, new_rest


def _spaced(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Equal words, each with the space before it, which may differ."""
    if old == new:
        text = "".join(map("".join, old))
        yield text, text
        return
    for (old_space, word), (new_space, _) in zip(old, new, strict=True):
        yield old_space, new_space
        yield word, word


def _words(text: str) -> tuple[list[tuple[str, str]], str]:
    """Each word with the space before it, and the space that is left at the end."""
    body = text.rstrip()  # or the search begins anew at each space of the end
    return [(space, word) for space, word, _ in _word().findall(body)], text[len(body) :]


def _merged(changes: Iterable[Change]) -> list[Change]:
    """Neighbours that are both equal, or both changed, in one; empty ones left out."""
    merged: list[Change] = []
    for old, new in changes:
        if merged and (merged[-1][0] == merged[-1][1]) == (old == new):
            merged[-1] = merged[-1][0] + old, merged[-1][1] + new
        elif old or new:
            merged.append((old, new))
    return merged


def _calmed(changes: Iterable[Change]) -> list[Change]:
    """Without the small equal islands that make a rewritten sentence unreadable.

    An island goes when it is no longer than the change before it and the one after it.
    """
    calm: list[Change] = []
    for change in changes:
        calm.append(change)
        while len(calm) > 2 and _is_island(*calm[-3:]):
            calm[-3:] = [_joined(calm[-3:])]
    return calm


def _is_island(before: Change, island: Change, after: Change) -> bool:
    size = len(island[0].strip())
    return after[0] != after[1] and size <= min(_size(before), _size(after))


def _size(change: Change) -> int:
    return max(len(change[0].strip()), len(change[1].strip()))


def _without_common_space(changes: Iterable[Change]) -> Iterator[Change]:
    """Each change with the space that both sides begin or end with taken out of it."""
    for old, new in changes:
        if old == new:
            yield old, new
            continue
        head = _common_space(old, new)
        yield old[:head], old[:head]
        old, new = old[head:], new[head:]
        tail = _common_space(old[::-1], new[::-1])
        yield old[: len(old) - tail], new[: len(new) - tail]
        yield old[len(old) - tail :], old[len(old) - tail :]


def _common_space(old: str, new: str) -> int:
    """How many spaces both texts begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    shorter = min(len(old), len(new))
    return next((at for at, (a, b) in pairs if a != b or not a.isspace()), shorter)


def _is_worth_telling(changes: Sequence[Change]) -> bool:
    kept = sum(len(old.strip()) for old, new in changes if old == new)
    shorter = min(len("".join(side).strip()) for side in zip(*changes, strict=True))
    return kept >= LEAST_KEPT * shorter


def _joined(changes: Iterable[Change]) -> Change:
    changes = list(changes)
    return "".join(old for old, _ in changes), "".join(new for _, new in changes)
