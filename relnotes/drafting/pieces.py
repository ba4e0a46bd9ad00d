"""A piece of words to be drafted: what is asked for, and what an answer is worth. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from relnotes.drafting.fact import Fact
from relnotes.drafting.verify import Sentence, faults, left_out

MOST_SENTENCES = 40  # in one part; what comes after is a model that does not stop

NOT_THE_FORM = "the answer is not JSON of the form that was asked for"

Message = dict[str, str]  # role, content


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in an answer that cannot stand; `text` is empty where it is missing."""

    text: str
    why: tuple[str, ...]

    def __str__(self) -> str:
        reasons = "; ".join(self.why)
        return f"“{self.text}”: {reasons}" if self.text else reasons


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer after the check: what may stand, what may not, and what is missing."""

    kept: Mapping[str, tuple[Sentence, ...]]  # by part, in its order
    faults: tuple[Fault, ...] = ()
    missing: tuple[Fact, ...] = ()
    trouble: str = ""  # why there was nothing to judge

    @property
    def passes(self) -> bool:
        return not (self.faults or self.missing or self.trouble)

    @property
    def worth(self) -> tuple[bool, int, int]:
        """The larger, the better."""
        kept = sum(map(len, self.kept.values()))
        return kept > 0, -len(self.missing) - len(self.faults), kept


class Piece(Protocol):
    """What a loop needs to know of the words it asks for."""

    @property
    def name(self) -> str: ...

    @property
    def messages(self) -> tuple[Message, ...]: ...

    @property
    def schema(self) -> dict[str, Any]: ...

    def judge(self, answer: str) -> Judged: ...


@dataclass(frozen=True, slots=True)
class FactPiece:
    """Words about a release that rest on its facts."""

    name: str
    messages: tuple[Message, ...]
    facts: tuple[Fact, ...]
    parts: Mapping[str, str | None]  # part → id of the fact that all its sentences must cite
    covers: bool  # whether every fact that must be told has to be in it

    @property
    def schema(self) -> dict[str, Any]:
        return _SCHEMA

    def judge(self, answer: str) -> Judged:
        try:
            parts = _parts_of(answer)
        except ValueError as error:
            return Judged({}, trouble=str(error))
        found: list[Fault] = []
        kept = {name: self._kept(name, parts.get(name, ()), found) for name in self.parts}
        found += [Fault("", (f'there is no part "{name}"',)) for name in parts if name not in kept]
        found += [
            Fault("", (f'the part "{name}" is missing',)) for name in kept if name not in parts
        ]
        said = [one for sentences in kept.values() for one in sentences]
        missing = tuple(left_out(said, self.facts)) if self.covers else ()
        return Judged(kept, tuple(found), missing)

    def _kept(
        self, name: str, sentences: Iterable[Sentence], found: list[Fault]
    ) -> tuple[Sentence, ...]:
        kept: dict[str, Sentence] = {}
        for number, one in enumerate(sentences, start=1):
            why = faults(one, self.facts)
            about = self.parts[name]
            if about and about not in one.cites:
                why.append(f"it does not cite {about}, which it is about")
            if number > MOST_SENTENCES:
                why.append(f"a part has at most {MOST_SENTENCES} sentences")
            if why:
                found.append(Fault(one.text, tuple(why)))
            else:
                kept.setdefault(one.text, one)
        return tuple(kept.values())


def facts_text(facts: Sequence[Fact]) -> str:
    """The facts as a model gets them: their words, and nothing of where they stand."""
    return "\n".join(json.dumps(_told(fact), ensure_ascii=False) for fact in facts)


def _told(fact: Fact) -> dict[str, str]:
    told = {"id": fact.id, "says": fact.text}
    return {**told, "quoted": fact.quoted} if fact.quoted else told


def json_of(answer: str) -> bytes:
    """The JSON of an answer, which may stand in a fence or between polite words."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        raise ValueError("the answer holds no JSON")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", answer[start : end + 1]).encode(
        errors="replace"
    )


class _Said(msgspec.Struct):
    text: str
    facts: list[str] = []


class _Part(msgspec.Struct):
    part: str
    sentences: list[_Said] = []


class _Answer(msgspec.Struct):
    parts: list[_Part] = []


def _parts_of(answer: str) -> dict[str, list[Sentence]]:
    """ValueError where the answer is not of the form that was asked for."""
    try:
        read = msgspec.json.decode(json_of(answer), type=_Answer)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"the answer is not JSON of the form that was asked for: {error}"
        ) from None
    parts: dict[str, list[Sentence]] = {}
    for one in read.parts:
        said = [
            Sentence(" ".join(each.text.split(" ")), tuple(each.facts)) for each in one.sentences
        ]
        parts.setdefault(one.part, []).extend(said)
    return parts


def record_of(**properties: Any) -> dict[str, Any]:
    """The JSON Schema of an object that has all of these."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_SCHEMA = record_of(
    parts=list_of(
        record_of(part=_TEXT, sentences=list_of(record_of(text=_TEXT, facts=list_of(_TEXT))))
    )
)
