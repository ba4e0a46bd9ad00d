"""Numbers in English words: "three of eight", "twenty-one", "two thirds", "the second". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import takewhile

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_SCALES = {
    **dict.fromkeys(("hundred", "hundreds"), 100),
    **dict.fromkeys(("thousand", "thousands"), 1000),
    **dict.fromkeys(("million", "millions"), 10**6),
    **dict.fromkeys(("billion", "billions"), 10**9),
    **dict.fromkeys(("dozen", "dozens"), 12),
}
_CARDINALS = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    "couple": 2,
    "nil": 0,
}
_ORDINAL_VALUES = {
    **{word: value for value, word in enumerate(_ORDINALS)},
    **{word.removesuffix("y") + "ieth": 10 * value for value, word in enumerate(_TENS, 2)},
    "hundredth": 100,
    "thousandth": 1000,
}
_PARTS = {
    **dict.fromkeys(("half", "halves"), 2),
    **dict.fromkeys(("quarter", "quarters"), 4),
    **{word: value for value, word in enumerate(_ORDINALS) if value > 2},
    **{word + "s": value for value, word in enumerate(_ORDINALS) if value > 2},
}
FACTORS = {
    "twice": Fraction(2),
    "thrice": Fraction(3),
    **dict.fromkeys(("double", "doubled", "doubles", "doubling", "twofold"), Fraction(2)),
    **dict.fromkeys(("triple", "tripled", "triples", "tripling", "threefold"), Fraction(3)),
    **dict.fromkeys(("quadruple", "quadrupled", "fourfold"), Fraction(4)),
    "tenfold": Fraction(10),
    "hundredfold": Fraction(100),
    **dict.fromkeys(("halve", "halved", "halves", "halving"), Fraction(1, 2)),
}
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ALL = sorted(
    {*_CARDINALS, *_ORDINAL_VALUES, *_SCALES, *_PARTS}, key=lambda word: (-len(word), word)
)
_WORD = rf"(?:{'|'.join(_ALL)})"
# "No one", "one another", "the one that": a pronoun, and no number.
_NO_NUMBER_AFTER = ("no", "the", "this", "that", "which", "each", "any")
_BEFORE_ONE = "|".join(rf"(?<=\b{word}[\s-])" for word in _NO_NUMBER_AFTER)
_PRONOUN = rf"(?!(?:{_BEFORE_ONE})one\b(?!\s+(?:hundred|thousand|million|billion|dozen)))"
PATTERN = (
    rf"(?<!\w){_PRONOUN}(?!one\s+another\b|one's\b){_WORD}"
    rf"(?:(?:-|\s+and\s+|\s+point\s+|\s+){_WORD})*(?!\w)"
)


def spelled(text: str) -> Iterator[tuple[Fraction, bool]]:
    """The values that the words say, each with whether it is an ordinal.

    Words that make no one number together, such as "one and two", are several.
    """
    names = [word for word in re.split(r"[\s-]+", text.casefold()) if word != "and"]
    while names:
        value, used, ordinal = _first(names)
        yield value, ordinal
        names = names[used:]


def _first(names: list[str]) -> tuple[Fraction, int, bool]:
    """The value of the longest number at the beginning, and how many words it takes."""
    value, used = _cardinal(names)
    rest = names[used:]
    if rest and rest[0] == "point":
        digits = list(takewhile(lambda name: _CARDINALS.get(name, 10) < 10, rest[1:]))
        text = "".join(str(_CARDINALS[name]) for name in digits) or "0"
        return Fraction(f"{value}.{text}"), used + 1 + len(digits), False
    if rest and _is_part(rest[0], value if used else None):
        return Fraction(value if used else 1, _PARTS[rest[0]]), used + 1, False
    if rest and rest[0] in _ORDINAL_VALUES:
        return Fraction(value + _ORDINAL_VALUES[rest[0]]), used + 1, True
    return Fraction(value), used, False


def _is_part(name: str, above: int | None) -> bool:
    """ "half", "two thirds", "one third"; a "third" alone is an ordinal."""
    if above is None or name not in _PARTS:
        return name in _PARTS and name not in _ORDINAL_VALUES
    return above < 20 and (above == 1 or name.endswith("s") or name in ("half", "quarter"))


def _cardinal(names: list[str]) -> tuple[int, int]:
    """ "two hundred and five" is 205, of three words; 0, of none, where there is no cardinal."""
    total = current = used = 0
    room = 10**9  # what may still be added must be less
    for name in names:
        if name in _SCALES:
            scale = _SCALES[name]
            current, room = (current or 1) * scale, scale
            if scale >= 1000:
                total, current = total + current, 0
        elif name in _CARDINALS and _CARDINALS[name] < room:
            value = _CARDINALS[name]
            current, room = current + value, 10 if value >= 20 else 0
        else:
            break
        used += 1
    return total + current, used
