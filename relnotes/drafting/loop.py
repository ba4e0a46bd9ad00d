"""Ask for a piece, check the answer, ask again with the reasons; then keep what stood. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relnotes.drafting.fact import Fact
from relnotes.drafting.pieces import Fault, Judged, Message, Piece
from relnotes.drafting.usage import NOTHING_USED, Usage
from relnotes.drafting.verify import Sentence

ECHOED = 20_000  # characters of a model's own answer that it is shown again
FAULTS_TOLD = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said; `trouble` is why that is no whole answer (refused, cut off)."""

    text: str
    usage: Usage | None = NOTHING_USED  # None: the server did not say
    trouble: str = ""


Ask = Callable[[Sequence[Message], dict[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Drafted:
    """The words that passed, and everything that did not."""

    piece: str
    parts: Mapping[str, tuple[Sentence, ...]]
    dropped: tuple[Fault, ...]
    missing: tuple[Fact, ...]  # must be told, and no sentence that passed tells it
    troubles: tuple[str, ...]  # of answers that were none
    usage: Usage | None
    asked: int


def draft(piece: Piece, ask: Ask, again: Callable[[str], str], attempts: int) -> Drafted:
    """The best answer in at most `attempts`; `again` words the request to correct faults."""
    messages = list(piece.messages)
    best = Judged({})
    used: Usage | None = NOTHING_USED
    troubles: list[str] = []
    asked = 0
    while asked < attempts and (not asked or not best.passes):
        answer = ask(messages, piece.schema)
        asked += 1
        used = used + answer.usage if used and answer.usage else None
        judged = Judged({}, trouble=answer.trouble) if answer.trouble else piece.judge(answer.text)
        if judged.trouble:
            troubles.append(judged.trouble)
        if asked == 1 or judged.worth > best.worth:
            best = judged
        messages = [*piece.messages, *_corrected(answer, judged, again)]
    return Drafted(
        piece=piece.name,
        parts=best.kept,
        dropped=best.faults,
        missing=best.missing,
        troubles=tuple(troubles),
        usage=used,
        asked=asked,
    )


def _corrected(answer: Answer, judged: Judged, again: Callable[[str], str]) -> list[Message]:
    faults = [f"- {judged.trouble}"] if judged.trouble else []
    faults += [f"- {fault}" for fault in judged.faults[:FAULTS_TOLD]]
    faults += [
        f"- {fact.id} is told nowhere: say {fact.must} in a sentence that cites it"
        for fact in judged.missing
    ]
    return [
        {"role": "assistant", "content": answer.text[:ECHOED] or "(nothing)"},
        {"role": "user", "content": again("\n".join(faults))},
    ]
