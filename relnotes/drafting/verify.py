"""Check drafted sentences against the facts they cite, and say what is wrong with each. Pure.

Nothing here trusts a model: a sentence passes because each number, date and name in it stands in
a fact that it cites, and because its claims are those of the verdicts. Whatever cannot be read
does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relnotes.drafting.claims import HEDGES, Claim, claims_of, denied
from relnotes.drafting.fact import Fact
from relnotes.drafting.places import misordered, misplaced, only_meant
from relnotes.drafting.quantities import Kind, Quantity, stands
from relnotes.drafting.reading import BLANK, normal, read_quantities

LONGEST = 400

_FORBIDDEN = re.compile(
    r"[<>\[\]{}|`*#\\\n\r\t]|https?:|www\.|\S@\S|[\x00-\x1f\x7f-\x9f]"
    r"|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|me|my|as an AI)\b")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|\u2018([^\u2018\u2019]{12,})\u2019")
_TOKEN = re.compile(
    r"(?<![\w.])(?:"
    r"[\w./:@+-]*(?:[^\W\d_][\w./:@+-]*\d|\d[\w./:@+-]*[^\W\d_])[\w./:@+-]*"  # letters and digits
    r"|\w+(?:[_/:@]\w+)+"  # names of files, tags, tasks
    r"|\w+\.[a-z]{2,}(?:/\S*)?"  # what a browser would take for an address
    r"|\d+(?:\.\d+){2,}"
    r"|[A-Z]{2,}[\w-]*|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*"
    r")(?!\w)"
)
_CAPITAL = re.compile(rf"(?<=[^\W_] |[,;:)'{BLANK}] )[A-Z][a-z]+")  # not where a sentence begins
_KINDS = re.compile(r"\b(?:hotfix|rollback|snapshot|preview|mainline)\b", re.I)
_WHETHER = re.compile(  # what is asked is not claimed
    r"^Whether (?:\S+ ){0,4}(?:held|improved|fell|rose|changed|got worse|got better)"
    r"(?= (?:is|was|remains|could|can|cannot|has)\b)"
)
_COMMON = frozenset({"ai", "api", "a/b", "utc", "llm", "json", "url", "ok", "and/or", "i.e", "e.g"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """What an answer says, and which facts it says it by."""

    text: str
    cites: tuple[str, ...]  # ids of facts


def faults(sentence: Sentence, facts: Sequence[Fact]) -> list[str]:
    """Why the sentence may not stand, each fault in words for its writer; [] if it may."""
    by_id = {fact.id: fact for fact in facts}
    unknown = [one for one in sentence.cites if one not in by_id]
    cited = [by_id[one] for one in dict.fromkeys(sentence.cites) if one in by_id]
    found = [*_form(sentence.text), *(f"{one} is no fact" for one in unknown)]
    if not cited:
        return [*found, "it cites no fact"]
    return [*found, *_content(sentence.text, cited, facts)]


def _form(text: str) -> Iterator[str]:
    if not text.strip():
        yield "it is empty"
    if len(text) > LONGEST:
        yield f"it is longer than {LONGEST} characters"
    if found := _FORBIDDEN.search(text):
        yield f"it holds {found[0]!r}: plain words only, no links, markup or code"
    if found := _FIRST_PERSON.search(text):
        yield f'it says "{found[0]}": write about the model, not about yourself'


def _content(text: str, cited: Sequence[Fact], facts: Sequence[Fact]) -> Iterator[str]:
    told = _Told.by(cited, facts)
    said = normal(text)
    for found in _QUOTED.finditer(said):
        words = next(filter(None, found.groups()))
        if not told.quotes(words):
            yield f"“{words}” is in quotation marks, and no cited fact says it word for word"
    said = _QUOTED.sub(BLANK, said)
    said, unnamed = _without_names(said, told, facts)
    yield from (f'it names "{name}", and cites no fact about it' for name in unnamed)
    reading = read_quantities(said)
    for one in reading.quantities:
        if not stands(one, told.quantities):
            yield f'"{one.shown}" is in no fact that it cites'
    yield from misplaced(said, reading.quantities, cited)
    yield from misordered(normal(text), cited)
    yield from only_meant(said, cited)
    yield from _unknown_names(reading.rest, told)
    yield from _claims(reading.rest, said, told)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the cited facts say together."""

    facts: tuple[Fact, ...]
    words: str  # casefolded, for looking up names
    quoted: str
    quantities: tuple[Quantity, ...]
    claims: frozenset[tuple[Claim, str]]  # claim, stem of the word

    @classmethod
    def by(cls, cited: Sequence[Fact], facts: Sequence[Fact]) -> _Told:
        quantities: list[Quantity] = []
        own: set[tuple[Claim, str]] = set()
        for fact in cited:
            text = normal(fact.text)
            quantities.extend(read_quantities(_blanked(text, fact.names)).quantities)
            own.update(_own_claims(fact))
        names = [name for fact in cited for name in fact.names]
        names += [fact.subject for fact in facts if fact.subject]
        words = " \n ".join(normal(part) for part in (*(fact.text for fact in cited), *names))
        quoted = " \n ".join(normal(fact.quoted) for fact in cited)
        return cls(
            tuple(cited), words.casefold(), quoted.casefold(), tuple(quantities), frozenset(own)
        )

    def says(self, name: str) -> bool:
        return _stands_alone(name.casefold(), self.words)

    def quotes(self, words: str) -> bool:
        wanted = " ".join(words.casefold().strip(" .,").split())
        return any(wanted in " ".join(told.split()) for told in (self.words, self.quoted))


def _stands_alone(name: str, text: str) -> bool:
    return re.search(_alone(name), text) is not None


def _alone(name: str) -> str:
    """A name by itself: the MMLU of MMLU-Pro is another eval."""
    return rf"(?<![\w/.:@-]){re.escape(name)}(?![\w/@]|[-.:]\w)"


def _blanked(text: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(_alone(normal(name)), BLANK, text, flags=re.IGNORECASE)
    return text


# -- names -----------------------------------------------------------------------------------------


def _without_names(said: str, told: _Told, facts: Sequence[Fact]) -> tuple[str, list[str]]:
    """The sentence with every name of a fact blanked, and the names that nothing cited is about."""
    unnamed: list[str] = []
    names = {normal(name) for fact in facts for name in fact.names}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        rest = _blanked(said, (name,))
        if rest == said:
            continue
        if any(told.says(form) for form in _forms(name)):
            said = rest
        else:
            unnamed.append(name)
    return said, unnamed


def _forms(name: str) -> tuple[str, ...]:
    """A behaviour may be called by an everyday word, such as "conversation"."""
    return (name, f"{name}s", name.removesuffix("s")) if name.isalpha() else (name,)


def _unknown_names(rest: str, told: _Told) -> Iterator[str]:
    left = rest
    for found in _TOKEN.finditer(rest):
        name = found[0].strip(".,:/-+")
        left = left.replace(found[0], BLANK)
        if name and name.casefold() not in _COMMON and not told.says(name):
            yield f'"{name}" stands in no fact that it cites'
    for found in _CAPITAL.finditer(left):
        if found[0] != "I" and not told.says(found[0]):
            yield f'"{found[0]}" stands in no fact that it cites'
    for found in _KINDS.finditer(left):
        if not told.says(found[0]):
            yield f'"{found[0]}" stands in no fact that it cites'
    if any(char.isdigit() for char in left):
        yield "it holds a number that cannot be read: write it as the fact does"


# -- claims ----------------------------------------------------------------------------------------


def _claims(rest: str, said: str, told: _Told) -> Iterator[str]:
    found = claims_of(_WHETHER.sub(BLANK, rest))
    granted = {claim for fact in told.facts for claim in fact.grants} | HEDGES
    for one in found:
        own = (one.claim, one.stem)
        against = [
            fact
            for fact in told.facts
            if one.claim in fact.forbids and own not in _own_claims(fact)
        ]
        if against:
            verdicts = ", ".join(dict.fromkeys(fact.judged for fact in against))
            yield f'"{one.word}" does not agree with {_ids(against)} ({verdicts})'
        elif one.claim not in granted and own not in told.claims:
            yield f'"{one.word}" claims what no cited fact says ({one.claim})'
    for fact in told.facts:
        if fact.needs and all(one.claim is not fact.needs for one in found):
            yield f"{fact.id} is {fact.judged}: the sentence has to say {fact.needs}"
    if any(fact.judged for fact in told.facts):
        for word in denied(said):
            yield f'"{word}" stands behind a "not": say it the other way round'


def _own_claims(fact: Fact) -> set[tuple[Claim, str]]:
    """A limitation may speak of a better answer without anything having become better."""
    return {(one.claim, one.stem) for one in claims_of(_blanked(normal(fact.text), fact.names))}


def _ids(facts: Iterable[Fact]) -> str:
    return " and ".join(fact.id for fact in facts)


def names_fact(text: str, fact: Fact) -> bool:
    """Whether the text speaks of what the fact is about, by one of its names."""
    said = normal(text).casefold()
    return any(_stands_alone(normal(name).casefold(), said) for name in fact.names)


# -- coverage --------------------------------------------------------------------------------------


def left_out(sentences: Iterable[Sentence], facts: Iterable[Fact]) -> list[Fact]:
    """Facts that must be told, and are named in no sentence that cites them."""
    told = [(normal(one.text), set(one.cites)) for one in sentences]
    return [
        fact
        for fact in facts
        if fact.must and not any(fact.id in cites and _names(text, fact) for text, cites in told)
    ]


def _names(text: str, fact: Fact) -> bool:
    if not fact.must.isdigit():
        return _stands_alone(fact.must.casefold(), text.casefold())
    wanted = int(fact.must)
    return any(
        one.kind is Kind.NUMBER and not one.unit and one.value == wanted
        for one in read_quantities(text).quantities
    )
