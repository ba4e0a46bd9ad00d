"""Check edited words once more before a person puts a name to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from relnotes.drafting.fact import Fact
from relnotes.drafting.translating import translation_faults
from relnotes.drafting.verify import Sentence, faults, names_fact
from relnotes.publish.segments import Segment
from relnotes.release.written.draft_mark import Approved, DraftMark, words_digest
from relnotes.release.written.translations import Translation, text_digest

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])|\n+")


def doubts(text: str, mark: DraftMark, facts: Sequence[Fact]) -> Iterator[str]:
    """What speaks against words that were drafted: facts that no longer hold, and, where a person
    edited them, sentences that the facts behind the draft do not bear."""
    current = {fact.key: fact for fact in facts}
    gone = [key for key in mark.facts if key not in current]
    if gone:
        yield f"{len(gone)} of the {len(mark.facts)} facts behind it changed since it was drafted"
    if mark.words == words_digest(text):
        return
    behind = [fact for fact in facts if fact.key in mark.facts or not fact.lasting]
    for sentence in filter(None, _SENTENCE.split(text.strip())):
        cites = tuple(fact.id for fact in _behind(sentence, behind))
        for why in faults(Sentence(sentence, cites), facts):
            yield f"“{sentence}”: {why}"


def doubts_of_translation(translation: Translation, texts: Sequence[Segment]) -> Iterator[str]:
    """Texts that are of no original any more, and those that lost or gained a number or a name."""
    current = {one.key: one for one in texts}
    for key, one in translation.texts.items():
        original = current.get(key)
        if original is None or one.of != text_digest(original.text):
            yield f"{key}: the original is another now"
            continue
        for why in translation_faults(original, one.text, translation.language):
            yield f"{key}: {why}"


def _behind(sentence: str, facts: Sequence[Fact]) -> Iterator[Fact]:
    """An edited sentence cites nothing: it may rest on any fact behind the draft, and on a result
    only if it names it."""
    judged = [fact for fact in facts if fact.judged]
    for fact in facts:
        if not fact.judged or len(judged) == 1 or names_fact(sentence, fact):
            yield fact


def approval(text: str, by: str, on: date, despite: Sequence[str]) -> Approved:
    return Approved(by=by, on=on, words=words_digest(text), despite=tuple(despite))
