"""Translations as pieces: what is asked, and whether each keeps numbers, names and links. Pure.

A program cannot tell whether a sentence in another language says the same; it can tell that no
number, identifier or address was lost, changed or added. The rest is for whoever approves it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from relnotes.drafting.pieces import (
    NOT_THE_FORM,
    Fault,
    Judged,
    Message,
    json_of,
    list_of,
    record_of,
)
from relnotes.drafting.quantities import Kind
from relnotes.drafting.reading import read_quantities
from relnotes.drafting.verify import Sentence
from relnotes.publish.segments import Segment

# Languages that write 0,5 for a half and 1.000 for a thousand; the others as English does.
_COMMA = frozenset(
    {
        *("bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "id", "is", "it"),
        *("lt", "lv", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr"),
        *("uk", "vi"),
    }
)
_DIGITS = r"\d+(?:[.,' ]\d+)*"
_NUMBER = re.compile(rf"(?<![A-Za-z\d])((?<!\d)[+-])?({_DIGITS})")
_THOUSANDS = re.compile("(?<=\\d)[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\\d{3}(?!\\d))")
_LATIN = "[A-Za-z0-9_]"  # in other scripts a word may follow without a space
_IDENTIFIER = re.compile(
    rf"(?<!{_LATIN})(?:[A-Za-z][A-Za-z0-9_./:@-]*\d[A-Za-z0-9_./:@-]*"
    rf"|\d[\d.]*[A-Za-z_][A-Za-z0-9_./:@-]*|{_LATIN}+(?:[_/]{_LATIN}+)+)"
)
_CODE = re.compile(r"`[^`]+`")
_TARGET = re.compile(r"\]\(([^)\s]*)[^)]*\)|(https?://[^\s)>]+)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|k|x|pp)")
_NOT_HERE = re.compile(r"<[A-Za-z/!]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WIDER = 4  # times the original, and a little: a longer text says more


@dataclass(frozen=True, slots=True)
class TranslationPiece:
    """The texts of a page in one language."""

    name: str
    language: str
    messages: tuple[Message, ...]
    segments: tuple[Segment, ...]

    @property
    def schema(self) -> dict[str, Any]:
        text = {"type": "string"}
        return record_of(texts=list_of(record_of(key=text, text=text)))

    def judge(self, answer: str) -> Judged:
        try:
            texts = _texts_of(answer)
        except ValueError as error:
            return Judged({}, trouble=str(error))
        kept: dict[str, tuple[Sentence, ...]] = {}
        found: list[Fault] = []
        for one in self.segments:
            text = texts.get(one.key, "")
            why = list(translation_faults(one, text, self.language)) if text else ["it is missing"]
            if why:
                found.append(Fault(text, tuple(f"{one.key}: {reason}" for reason in why)))
            else:
                kept[one.key] = (Sentence(text, ()),)
        return Judged(kept, tuple(found))


def texts_to_send(segments: Sequence[Segment]) -> str:
    return "\n".join(
        json.dumps({"key": one.key, "text": one.text}, ensure_ascii=False) for one in segments
    )


def numbers_as_written(language: str) -> str:
    """How the language writes a number, told to whoever translates into it."""
    if _has_comma(language):
        return "Write 0.5 as 0,5 and 1,000 as 1.000."
    return "Write numbers as they are written."


def translation_faults(source: Segment, text: str, language: str) -> Iterator[str]:
    """What was lost, changed or added on the way to the other language."""
    if len(text) > _WIDER * len(source.text) + 80:
        yield "it is much longer than the original"
    if found := _NOT_HERE.search(text):
        yield f"it holds {found[0]!r}"
    if not source.markdown and "\n" in text.strip():
        yield "it has several lines, and the original has one"
    yield from _differs("address", _targets(source.text), _targets(text))
    yield from _differs("code", _CODE.findall(source.text), _CODE.findall(text))
    yield from _differs("name", _identifiers(source.text), _identifiers(text))
    yield from _numbers(source.text, text, language)


def _differs(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for lost in Counter(old) - Counter(new):
        yield f'the {what} "{lost}" is lost or changed'
    for more in Counter(new) - Counter(old):
        yield f'the {what} "{more}" is not in the original'


def _targets(text: str) -> list[str]:
    return ["".join(found) for found in _TARGET.findall(text)]


def _identifiers(text: str) -> list[str]:
    found = (name.rstrip(".,:/-") for name in _IDENTIFIER.findall(_plain(_TARGET.sub(" ", text))))
    return [name for name in found if not _ORDINAL.fullmatch(name)]


def _plain(text: str) -> str:
    """Digits of every script as ours, and one form of the minus."""
    text = text.replace("\N{MINUS SIGN}", "-")
    digits = ((char, unicodedata.digit(char, None)) for char in text)
    return "".join(char if digit is None else str(digit) for char, digit in digits)


# -- numbers ---------------------------------------------------------------------------------------


def _numbers(source: str, text: str, language: str) -> Iterator[str]:
    wanted = Counter(_read(source, comma=False))
    found = Counter(_read(text, comma=_has_comma(language)))
    spelled = _spelled(source)
    for value, sign in wanted - found:
        yield f"the number {sign}{_shown(value)} is lost or changed"
    for value, sign in found - wanted:
        if sign or value not in spelled:
            yield f"the number {sign}{_shown(value)} is not in the original"


def _read(text: str, *, comma: bool) -> Iterator[tuple[Fraction, str]]:
    """Every number in digits, as this language writes it, with its sign."""
    plain = _TARGET.sub(" ", _THOUSANDS.sub("'", _plain(text)))
    for name in _IDENTIFIER.findall(plain):
        if not _ORDINAL.fullmatch(name.rstrip(".,:/-")):
            plain = plain.replace(name, " ", 1)
    for sign, digits in _NUMBER.findall(plain):
        for value in _values(digits, comma=comma):
            yield value, sign


def _values(digits: str, *, comma: bool) -> Iterator[Fraction]:
    """One value; or several, where a list of numbers looks like one."""
    point, group = (",", ".") if comma else (".", ",")
    if re.fullmatch(
        rf"\d{{1,3}}(?:[{group}']\d{{3}})+(?:[{point}]\d+)?|\d+(?:[{point}]\d+)?", digits
    ):
        whole = re.sub(rf"[{group}']", "", digits).replace(point, ".")
        yield Fraction(whole)
        return
    for part in re.findall(r"\d+", digits):
        yield Fraction(int(part))


def _spelled(source: str) -> set[Fraction]:
    """Values that a translation may write in digits: numbers in words, and months."""
    found: set[Fraction] = set()
    for one in read_quantities(source).quantities:
        if one.kind is Kind.DAY and one.day[1]:
            found.add(Fraction(one.day[1]))
        elif not any(char.isdigit() for char in one.shown):
            found.add(one.value)
    return found


def _has_comma(language: str) -> bool:
    return language.partition("-")[0] in _COMMA and language not in ("de-CH", "de-LI", "es-MX")


def _shown(value: Fraction) -> str:
    return f"{float(value):,.12g}"


# -- the answer ------------------------------------------------------------------------------------


class _Text(msgspec.Struct):
    key: str
    text: str


class _Answer(msgspec.Struct):
    texts: list[_Text] = []


def _texts_of(answer: str) -> Mapping[str, str]:
    try:
        read = msgspec.json.decode(json_of(answer), type=_Answer)
    except msgspec.DecodeError as error:
        raise ValueError(f"{NOT_THE_FORM}: {error}") from None
    return {one.key: one.text.strip() for one in read.texts}
