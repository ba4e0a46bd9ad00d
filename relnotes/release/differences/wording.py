"""Tell whether a text still says a line, word for word or nearly. Knows texts only."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

LEAST_WIDTH = 12  # a shorter line comes back by chance; a wide (CJK) character counts for two
NEGATIONS = frozenset({"not", "never", "t", "avoid"})  # "t" is what is left of "don't"
CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_MARKER = re.compile(r"^\s*(?:[-*+•>#]+|\d+[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|(?<=[\u3002\uff01\uff1f\uff1b\uff1a])")


def returned_lines(removed: Sequence[str], text: str) -> list[str]:
    """Those of the removed lines that stand in `text`, as whole lines or sentences.

    Case, space, wrapping, list markers and punctuation do not matter. A line too short to
    mean anything alone is passed over.
    """
    said = Wording(text)
    return [line for line in removed if _is_telling(line) and line in said]


def reworded_lines(
    removed: Sequence[str], text: str, threshold: float = 0.8
) -> list[tuple[str, str, float]]:
    """Removed lines that `text` says in nearly the same words: (removed, found, similarity).

    Similarity is the share of words in common, whatever their order (Dice, 0 to 1). A line
    that returned word for word is not repeated here, nor one that now says "not".
    """
    said = Wording(text)
    sentences = [(sentence, plain_words(sentence)) for sentence in _sentences(text)]
    bags = [(sentence, Counter(words)) for sentence, words in sentences if words]
    return [
        (line, *nearest)
        for line in removed
        if _is_telling(line) and line not in said
        if (nearest := _nearest(Counter(plain_words(line)), bags, threshold))
    ]


def plain_words(text: str) -> list[str]:
    """The words of a text without case, punctuation, or the several ways to write a letter."""
    return _words().findall(unicodedata.normalize("NFKC", text).casefold())


@cache
def _words() -> re.Pattern[str]:
    """So many ranges take 2 ms to compile, and most builds compare no prompts."""
    return re.compile(rf"[{CJK}]|[^\W_{CJK}]+")


class Wording:
    """The words of a text, and where a line or a sentence may begin and end."""

    __slots__ = ("_edges", "_flat")

    def __init__(self, text: str) -> None:
        sentences = [plain_words(sentence) for sentence in _sentences(text)]
        self._flat = " ".join(["", *(" ".join(words) for words in sentences if words), ""])
        self._edges, at = {0}, 0
        for words in filter(None, sentences):
            at += len(" ".join(words)) + 1
            self._edges.add(at)

    def __contains__(self, line: str) -> bool:
        """Whether the text says this line as a whole, not as a part of a sentence."""
        words = [word for sentence in _sentences(line) for word in plain_words(sentence)]
        needle = " ".join(["", *words, ""])
        at = self._flat.find(needle) if words else -1
        while at >= 0:
            if at in self._edges and at + len(needle) - 1 in self._edges:
                return True
            at = self._flat.find(needle, at + 1)
        return False


def _sentences(text: str) -> list[str]:
    """Every line cut at its sentence ends, without list markers."""
    lines = (_MARKER.sub("", line).strip() for line in text.splitlines())
    return [part for line in lines for part in _SENTENCE_END.split(line) if part]


def _is_telling(line: str) -> bool:
    words = plain_words(line)
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in " ".join(words))
    return len(words) > 1 and width >= LEAST_WIDTH


def _nearest(
    line: Counter[str], sentences: Sequence[tuple[str, Counter[str]]], threshold: float
) -> tuple[str, float] | None:
    near = [(_similarity(line, words), sentence) for sentence, words in sentences]
    similarity, sentence = max(near, key=lambda found: found[0], default=(0.0, ""))
    return (sentence, similarity) if similarity >= threshold else None


def _similarity(one: Counter[str], other: Counter[str]) -> float:
    """Twice the shared words over all words; nothing if just one of both denies."""
    if one.keys().isdisjoint(NEGATIONS) != other.keys().isdisjoint(NEGATIONS):
        return 0.0
    total = one.total() + other.total()
    if one.total() == 0 or other.total() == 0:
        return 0.0
    return 2 * (one & other).total() / total
