"""Find which item of one list became which item of another: equal in place, moved, or alike.

Knows lists of strings only. What is too large is bounded by counting comparisons, never by a
clock, so that the same lists give the same answer on every machine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from math import sqrt

from relnotes.release.differences.wording import plain_words

Pair = tuple[int, int]
Run = tuple[int, int, int]

EFFORT_AT_ONCE = 6_000  # comparisons given to difflib at once; above it anchors come first
LIKE = 0.4  # likeness at which two paragraphs in about the same place are one, edited
LIKE_ALONE = 0.2  # the same, when nothing else stands between their equal neighbours
LIKE_ELSEWHERE = 0.6  # the same, in different places: moved and edited
NEAR = 2  # equal paragraphs between two places that are still about the same
RARE = 8  # a word found in more paragraphs than this does not help to pair them
CANDIDATES = 4  # partners looked at closely for each paragraph


class Effort:
    """How many comparisons a diff may still make, and whether that was too few."""

    __slots__ = ("left", "spent")

    def __init__(self, left: int) -> None:
        self.left, self.spent = left, False

    def allows(self, cost: int) -> bool:
        if cost > self.left:
            self.spent = True
            return False
        self.left -= cost
        return True


def paired(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Pair]:
    """Which paragraph became which, by index, in the old order.

    Equal ones in place come first, then equal ones elsewhere, those that differ in space only,
    and those that share enough words.
    """
    pairs = {i + k: j + k for i, j, length in runs(old, new, effort) for k in range(length)}
    anchors = sorted(pairs.items())
    _pair_equal(old, new, pairs, str)
    _pair_equal(old, new, pairs, _squeezed)
    _pair_alike(_Unpaired(old, new, pairs, anchors), pairs)
    return sorted(pairs.items())


def runs(old: Sequence[str], new: Sequence[str], effort: Effort, depth: int = 0) -> list[Run]:
    """Runs of equal items in order on both sides: (old index, new index, length)."""
    shorter = min(len(old), len(new))
    head = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    shorter -= head
    tail = next((k for k in range(shorter) if old[-1 - k] != new[-1 - k]), shorter)
    old_end, new_end = len(old) - tail, len(new) - tail
    inner = _inner_runs(old[head:old_end], new[head:new_end], effort, depth)
    shifted = [(i + head, j + head, length) for i, j, length in inner]
    found = [(0, 0, head), *shifted, (old_end, new_end, tail)]
    return [run for run in found if run[2]]


def longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of the pairs, sorted by their first, in which the second rises too."""
    lasts: list[int] = []
    places: list[int] = []
    for _, second in pairs:
        places.append(bisect_left(lasts, second))
        lasts[places[-1] : places[-1] + 1] = [second]
    rising: list[Pair] = []
    wanted = len(lasts) - 1
    for pair, place in zip(reversed(pairs), reversed(places), strict=True):
        if place == wanted:
            rising.append(pair)
            wanted -= 1
    return rising[::-1]


def _inner_runs(old: Sequence[str], new: Sequence[str], effort: Effort, depth: int) -> list[Run]:
    """Small stretches by difflib, larger ones between the items that are unique on both sides."""
    in_old, in_new = Counter(old), Counter(new)
    cost = sum(count * in_new[item] for item, count in in_old.items() if item in in_new)
    if not cost:
        return []
    if cost <= EFFORT_AT_ONCE:
        if not effort.allows(cost):
            return []
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        return [(i, j, length) for i, j, length in matcher.get_matching_blocks() if length]
    at = {item: j for j, item in enumerate(new) if in_new[item] == 1}
    once = [(i, at[item]) for i, item in enumerate(old) if in_old[item] == 1 and item in at]
    if not once or depth > 4:
        effort.spent = True
        return []
    return _runs_between(old, new, longest_rising(once), effort, depth + 1)


def _runs_between(
    old: Sequence[str], new: Sequence[str], anchors: list[Pair], effort: Effort, depth: int
) -> list[Run]:
    """The anchors, and the runs in each stretch between two of them."""
    found: list[Run] = []
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *anchors, (len(old), len(new))]):
        found += [(i, j, 1)] if i >= 0 else []
        between = runs(old[i + 1 : next_i], new[j + 1 : next_j], effort, depth)
        found += [(k + i + 1, m + j + 1, length) for k, m, length in between]
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _unpaired(
    old: Sequence[str], new: Sequence[str], pairs: dict[int, int]
) -> tuple[list[int], list[int]]:
    taken = set(pairs.values())
    return (
        [i for i in range(len(old)) if i not in pairs],
        [j for j in range(len(new)) if j not in taken],
    )


def _pair_equal(
    old: Sequence[str], new: Sequence[str], pairs: dict[int, int], key: Callable[[str], str]
) -> None:
    """Pair what is still unpaired and has an equal key, first with first."""
    left_old, left_new = _unpaired(old, new, pairs)
    places = defaultdict[str, list[int]](list)
    for j in reversed(left_new):
        places[key(new[j])].append(j)
    for i in left_old:
        if found := places.get(key(old[i])):
            pairs[i] = found.pop()


class _Unpaired:
    """The paragraphs of both sides that nothing equals: their words, and the gap each stands in."""

    __slots__ = ("new_bags", "new_gap", "new_in", "old_bags", "old_gap", "old_in")

    def __init__(
        self, old: Sequence[str], new: Sequence[str], pairs: dict[int, int], anchors: list[Pair]
    ) -> None:
        left_old, left_new = _unpaired(old, new, pairs)
        old_anchors, new_anchors = [i for i, _ in anchors], [j for _, j in anchors]
        self.old_bags = {i: frozenset(plain_words(old[i])) for i in left_old}
        self.new_bags = {j: frozenset(plain_words(new[j])) for j in left_new}
        self.old_gap = {i: bisect_left(old_anchors, i) for i in left_old}
        self.new_gap = {j: bisect_left(new_anchors, j) for j in left_new}
        self.old_in, self.new_in = _grouped(self.old_gap), _grouped(self.new_gap)

    def candidates(self) -> Iterator[Pair]:
        """Pairs worth a closer look: they share rare words, or stand about level in one gap."""
        holders = defaultdict[str, list[int]](list)
        for i, bag in self.old_bags.items():
            for word in bag:
                holders[word].append(i)
        for j, bag in self.new_bags.items():
            shared = Counter[int]()
            for word in bag:
                if len(held := holders.get(word, ())) <= RARE:
                    shared.update(held)
            likely = sorted((-count, i) for i, count in shared.items())[:CANDIDATES]
            yield from {(i, j) for i in (*(i for _, i in likely), *self._level_with(j))}

    def _level_with(self, j: int) -> Sequence[int]:
        """The old paragraphs about as far down the gap as this new one."""
        old, new = self.old_in[self.new_gap[j]], self.new_in[self.new_gap[j]]
        level = bisect_left(new, j) * len(old) // len(new) - CANDIDATES // 2
        return old[max(level, 0) : max(level, 0) + CANDIDATES]

    def likeness(self, i: int, j: int) -> float:
        """Shared words over the geometric mean of both sizes (Ochiai), 0 to 1."""
        old, new = self.old_bags[i], self.new_bags[j]
        return len(old & new) / sqrt(len(old) * len(new)) if old and new else 0.0

    def distance(self, i: int, j: int) -> int:
        """How many equal paragraphs lie between the places of both."""
        return abs(self.old_gap[i] - self.new_gap[j])

    def enough(self, i: int, j: int) -> float:
        """The likeness at which this pair is one paragraph, edited."""
        gap = self.old_gap[i]
        if self.distance(i, j) > NEAR:
            return LIKE_ELSEWHERE
        alone = gap == self.new_gap[j] and len(self.old_in[gap]) == len(self.new_in[gap]) == 1
        return LIKE_ALONE if alone else LIKE


def _grouped(gaps: dict[int, int]) -> defaultdict[int, list[int]]:
    """The paragraphs of each gap, in order."""
    members = defaultdict[int, list[int]](list)
    for index, gap in gaps.items():
        members[gap].append(index)
    return members


def _pair_alike(unpaired: _Unpaired, pairs: dict[int, int]) -> None:
    """Pair what shares enough words: those near each other first, the most alike before others."""
    scored = []
    for i, j in unpaired.candidates():
        likeness = unpaired.likeness(i, j)
        if likeness >= unpaired.enough(i, j):
            scored.append((unpaired.distance(i, j) > NEAR, -likeness, i, j))
    taken = set[int]()
    for *_, i, j in sorted(scored):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
