"""A right number, date or tag in the wrong place is a wrong one. Pure.

"from", "to" and "by" have their places in a statement, and so have what would settle a question
and what was run. A sentence may tell the figures of one result, change or stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from relnotes.drafting.claims import Claim
from relnotes.drafting.fact import Fact
from relnotes.drafting.quantities import Kind, Quantity, stands
from relnotes.drafting.reading import normal, read_quantities

_NUMBER = r"(?:[^\s,;]|,(?=\d{3}))+"
_DIGITS = r"(\d(?:[^\s,;]|,(?=\d{3}))*)"
_BEHIND = re.compile(
    rf"(?<!up )\b(from|to|by)\s+({_NUMBER}(?:\s(?:%|per|points?|pp|cent)\w*)*)", re.I
)
_BEFORE = (
    ("settle", re.compile(rf"{_DIGITS}\s+(?:\w+\s+){{0,3}}?(?:settles?|needed|required)\b", re.I)),
    ("run", re.compile(rf"{_DIGITS}\s+(?:\w+\s+){{0,3}}?(?:run|asked|used)\b", re.I)),
)
_FOLLOWS = re.compile(
    r"\b(?:follow\w*|after|succeed\w*|replac\w*|since|on from)\s+(?:the\s+)?(?:release\s+)?(\S+)",
    re.I,
)

_SAYS_NOT = re.compile(r"\b(?:do(?:es)? not|do(?:es)?n't|never|avoids?|refrains?)\b", re.I)
_ASKS = re.compile(r"\b(?:whether|if|how|intended|should|meant|supposed|may|might)\b", re.I)


def misplaced(said: str, found: Sequence[Quantity], cited: Iterable[Fact]) -> Iterator[str]:
    """What the sentence tells in a place where no cited fact has it. `said` without names of
    facts; `found` are its quantities."""
    told = [fact for fact in cited if fact.judged or fact.figures]
    measured = [fact for fact in told if fact.judged]
    numbers = any(one.kind is Kind.NUMBER for one in found)
    if not told or not (numbers or any(one.kind is Kind.DAY for one in found)):
        return
    results = [fact for fact in measured if fact.measured] or measured
    others = [fact for fact in measured if not set(fact.names) & set(results[0].names)]
    if numbers and (len(results) > 1 or others):
        yield f"numbers beside several results ({_ids(measured)}): write a sentence for each"
        return
    rest = [fact for fact in told if not fact.judged]
    if len(rest) > 1:
        yield f"figures beside several facts ({_ids(rest)}): write a sentence for each"
        return
    yield from _elsewhere(said, [*results[:1], *rest])


def _elsewhere(said: str, told: Sequence[Fact]) -> Iterator[str]:
    known = _joined(_places(without_names(fact)) for fact in told)
    for word, quantities in _places(said).items():
        for one in quantities:
            if known.get(word) and not stands(one, known[word]):
                yield f'"{word} {one.shown}" is not what {_ids(told)} says'


def without_names(fact: Fact) -> str:
    """The text of a fact, each of its names as one sign that is no number."""
    text = normal(fact.text)
    for name in sorted(fact.names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w/.:@-]){re.escape(normal(name))}(?![\w/@]|[-.:]\w)", "·", text)
    return text


def _places(text: str) -> dict[str, list[Quantity]]:
    places: dict[str, list[Quantity]] = {}
    pairs = [(found[1].casefold(), found[2]) for found in _BEHIND.finditer(text)]
    pairs += [(name, found[1]) for name, pattern in _BEFORE for found in pattern.finditer(text)]
    for word, number in pairs:
        read = read_quantities(number).quantities
        numbers = [one for one in read if one.kind is Kind.NUMBER]
        places.setdefault(word, []).extend(numbers[:1])
    return places


def _joined(many: Iterable[dict[str, list[Quantity]]]) -> dict[str, list[Quantity]]:
    joined: dict[str, list[Quantity]] = {}
    for places in many:
        for word, quantities in places.items():
            joined.setdefault(word, []).extend(quantities)
    return joined


def misordered(said: str, cited: Iterable[Fact]) -> Iterator[str]:
    """A release that is said to come after another than it does. `said` with all names."""
    for fact in cited:
        if not fact.subject:
            continue
        for found in _FOLLOWS.finditer(said):
            name = found[1].strip(".,;:()")
            if name in fact.names and f"after {name}" not in fact.text:
                yield f'"{found[0].rstrip(".,;:()")}" is not what {fact.id} says'


def only_meant(said: str, cited: Iterable[Fact]) -> Iterator[str]:
    """A principle is what is intended: of what nobody measured, nothing is known to be so."""
    unmeasured = [fact for fact in cited if fact.needs is Claim.UNMEASURED]
    if unmeasured and _SAYS_NOT.search(said) and not _ASKS.search(said):
        yield f'{_ids(unmeasured)} was not measured: write "whether it …", not that it does not'


def _ids(facts: Iterable[Fact]) -> str:
    return " and ".join(fact.id for fact in facts)
