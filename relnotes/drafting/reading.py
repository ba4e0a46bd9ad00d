"""Read every quantity of an English text, in digits and in words. Pure.

What is read is blanked in the text that is left, so that whoever goes on sees what was not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from relnotes.drafting import number_words
from relnotes.drafting.quantities import PERCENT, POINTS, TIMES, Kind, Quantity

BLANK = "\N{MIDDLE DOT}"  # stands for what was read

Reader = Callable[[re.Match[str]], Iterator[Quantity]]


@dataclass(frozen=True, slots=True)
class Reading:
    quantities: tuple[Quantity, ...]
    rest: str  # the text without them


def read_quantities(text: str) -> Reading:
    """Dates first, then what else holds digits, then words."""
    found: list[Quantity] = []
    rest = normal(text)
    for pattern, read in _PATTERNS:
        rest = pattern.sub(lambda match, read=read: _taken(match, read, found), rest)  # type: ignore[misc]
    return Reading(tuple(found), rest)


def _taken(match: re.Match[str], read: Reader, found: list[Quantity]) -> str:
    quantities = list(read(match))
    found.extend(quantities)
    return BLANK if quantities else match[0]


def normal(text: str) -> str:
    """One form of each letter, digit and sign, and nothing that cannot be seen."""
    text = _THIN_SPACE.sub("'", text).translate(_SIGNS)
    text = "".join(_plain(char) for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", text)


def _plain(char: str) -> str:
    """A digit of any script as one of ours; another numeral as its value."""
    if char.isascii():
        return char
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    value = unicodedata.numeric(char, None)
    return char if value is None else f" {Fraction(value).limit_denominator(1000)} "


# -- numbers ---------------------------------------------------------------------------------------


def _number(match: re.Match[str]) -> Iterator[Quantity]:
    if _IN_NAME.search(match.string[: match.start()]):
        return
    value = _value(match["digits"], match["exponent"])
    unit = (match["unit"] or "").strip().casefold()
    if unit in _ORDINAL_ENDS:
        yield Quantity(Kind.ORDINAL, match[0].strip(), value)
        return
    value *= _SCALES.get(unit, 1)
    yield Quantity(Kind.NUMBER, match[0].strip(), value, match["sign"] or "", _unit(unit))


def _value(digits: str, exponent: str | None) -> Fraction:
    if re.fullmatch(r"\d+,\d+", digits) and not _GROUPED.fullmatch(digits):
        digits = digits.replace(",", ".")  # a decimal comma
    power = max(min(int(exponent[1:]), 400), -400) if exponent else 0
    return Fraction(re.sub("[,']", "", digits)) * Fraction(10) ** power


def _unit(written: str) -> str:
    return _UNITS.get(" ".join(written.replace("-", " ").casefold().split()), "")


def _fraction(match: re.Match[str]) -> Iterator[Quantity]:
    if int(match[2]):
        yield Quantity(Kind.NUMBER, match[0].strip(), Fraction(int(match[1]), int(match[2])))


def _spelled(match: re.Match[str]) -> Iterator[Quantity]:
    unit = _unit(match["unit"] or "")
    for value, ordinal in number_words.spelled(match["words"]):
        yield Quantity(Kind.ORDINAL if ordinal else Kind.NUMBER, match[0].strip(), value, unit=unit)


def _factor(match: re.Match[str]) -> Iterator[Quantity]:
    value = number_words.FACTORS[match[0].casefold()]
    yield Quantity(Kind.NUMBER, match[0], value, unit=TIMES)


def _literal(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(Kind.LITERAL, match[0].strip())


# -- dates -----------------------------------------------------------------------------------------


def _weekday(match: re.Match[str]) -> Iterator[Quantity]:
    names = [name[:3] for name in number_words.WEEKDAYS]
    yield Quantity(Kind.WEEKDAY, match[0], Fraction(names.index(match[0][:3].casefold())))


def _day(match: re.Match[str]) -> Iterator[Quantity]:
    """ "25 April 2026", "April 25th", "24–28 April", "2026-04-25": one day or two."""
    parts = match.groupdict()
    for day in filter(None, (parts["day"], parts.get("last"))):
        yield _dated(match[0], parts.get("year"), parts["month"], day)


def _month(match: re.Match[str]) -> Iterator[Quantity]:
    parts = match.groupdict()
    yield _dated(match[0], parts.get("year"), parts["month"], None)


def _dated(shown: str, year: str | None, month: str, day: str | None) -> Quantity:
    names = [name[:3] for name in number_words.MONTHS]
    number = int(month) if month.isdigit() else names.index(month[:3].casefold()) + 1
    of_month = int(re.sub(r"\D", "", day)) if day else None
    return Quantity(Kind.DAY, shown.strip(), day=(int(year) if year else None, number, of_month))


# -- what to look for, in this order ---------------------------------------------------------------

_THIN_SPACE = re.compile(
    "(?<=\\d)[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}](?=\\d{3})"
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "-"),
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        BLANK: ".",
    }
)
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
_SCALES = {
    **dict.fromkeys(("k", "thousand"), Fraction(1000)),
    **dict.fromkeys(("m", "million"), Fraction(10**6)),
    **dict.fromkeys(("bn", "billion"), Fraction(10**9)),
    "hundred": Fraction(100),
    "dozen": Fraction(12),
}
_UNITS = {
    **dict.fromkeys(("%", "percent", "per cent"), PERCENT),
    **dict.fromkeys(
        ("point", "points", "percentage point", "percentage points", "pp", "pts"), POINTS
    ),
    **dict.fromkeys(("x", "×", "times", "fold"), TIMES),
}
_IN_NAME = re.compile(r"\S*[^\W\d]\S*[-/]\Z")  # "GPT-", "wren/2026-": what follows belongs to it
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER = r"[0-3]?\d(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_WORD_UNIT = r"(?P<unit>[ -](?:percent|per\ cent|percentage\ points?|points?|times|fold)\b)?"
_BEFORE = r"(?<![\w.,/:@'-])"  # not within a name, a version, another number


def _finder(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ALONE = (  # "may" and "march" are verbs too; after a preposition they are months
    rf"\b(?:in|of|by|since|until|before|after|during|from|early|late|mid)[ -]{_MONTH}(?!\w)"
)
_UNIT = (
    r"(?P<unit>\s?(?:%|×|pp\b|pts\b)|(?:k|m|bn|x|st|nd|rd|th)\b|[\s-](?:percent|per\ cent"
    r"|percentage\ points?|points?|times|fold|hundred|thousand|million|billion|dozen)\b)?"
)
_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_finder(rf"{_BEFORE}(?P<year>\d{{4}})-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\w-])"), _day),
    (
        _finder(
            rf"{_BEFORE}(?P<day>{_NUMBER})(?:\s*(?:[–-]|to|and)\s*(?P<last>{_NUMBER}))?"
            rf"\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?(?!\w)"
        ),
        _day,
    ),
    (
        _finder(
            rf"\b{_MONTH}\s+(?P<day>{_NUMBER})(?:\s*(?:[–-]|to|and)\s*(?P<last>{_NUMBER}))?"
            rf"(?!\w|[.,]\d)(?:,?\s+{_YEAR})?(?!\w)"
        ),
        _day,
    ),
    (_finder(rf"\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}(?!\w)"), _month),
    (_finder(_ALONE), _month),
    (_finder(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"), _weekday),
    (_finder(rf"{_BEFORE}\d{{1,4}}([./-])\d{{1,2}}\1\d{{1,4}}(?!\w|[./-]\d)"), _literal),
    (_finder(r"(?<![\w.:])\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b\.?)?(?![\w:])"), _literal),
    (_finder(r"(?<![\w.,/-])(\d{1,3})/(\d{1,3})(?![\w/])"), _fraction),
    (
        _finder(
            rf"(?<![\w.,/:@'])(?:(?<![\w)])(?P<sign>[+-]))?"
            r"(?P<digits>[1-9]\d{0,2}(?:[,']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
            rf"(?P<exponent>e[+-]?\d+)?{_UNIT}(?![\w]|[.,]\d)"
        ),
        _number,
    ),
    (_finder(rf"\b(?:{'|'.join(number_words.FACTORS)})\b"), _factor),
    (_finder(rf"(?P<words>{number_words.PATTERN}){_WORD_UNIT}"), _spelled),
)
