"""Read YAML that people write, in the sense of YAML 1.2, and check it against a pydantic model.

A plain (unquoted) scalar stays the text it was written as, a `Plain`, until a field asks for a
number or a truth value: so `on`, `22:28`, `1.10` and `0002e668` are never mangled.
Duplicate keys, aliases and merge conflicts are refused. Positions are looked up only for problems.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.validation import explained, shown
from relnotes.yaml_pieces import read_pieces
from relnotes.yaml_plain import Plain as Plain
from relnotes.yaml_plain import read_plain

M = TypeVar("M", bound=BaseModel)

_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_LONG_DIGITS = 18  # beyond this an unquoted run of digits is an identifier, not a quantity


class Document(msgspec.Struct, frozen=True):
    """A parsed file: `value` holds dicts, lists, None, str (quoted) and Plain (unquoted)."""

    place: str
    text: str
    value: Any


def load(data: bytes | str, place: str) -> Document:
    """Parse one document; RelnotesError says line and column of everything that is refused."""
    text = decode(data, place)
    if (simple := read_plain(text) or read_pieces(text)) is not None:
        return Document(place, text, simple)
    from relnotes.yaml_nodes import build, compose

    node = compose(text, place)
    problems: list[Problem] = []
    value = None if node is None else build(node, place, set(), problems)
    if problems:
        raise RelnotesError(problems)
    return Document(place, text, value)


def decode(data: bytes | str, place: str) -> str:
    """UTF-8 text without merge-conflict markers, or RelnotesError with the line."""
    if isinstance(data, str):
        text = data
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise fail(f"{place}:{line}", "this is not UTF-8 text", "save it as UTF-8") from error
    if "<<<<<<<" in text and (mark := _CONFLICT.search(text)):
        line = text.count("\n", 0, mark.start()) + 1
        raise fail(f"{place}:{line}", "a merge conflict is left in this file", "resolve it")
    return text


def validate(document: Document, model: type[M]) -> M:
    """The document as a `model`; every problem at once, each with line:column."""
    value = {} if document.value is None else document.value
    try:
        return model.model_validate(value)
    except ValidationError as error:
        from relnotes.yaml_nodes import compose, key_place

        root = compose(document.text, document.place)
        raise RelnotesError(
            explained(one, key_place(root, tuple(one["loc"]), document.place), model)
            for one in error.errors(include_url=False)
        ) from error


def read(data: bytes | str, place: str, model: type[M]) -> M:
    """`load`, then `validate`."""
    return validate(load(data, place), model)


def locate(document: Document, path: tuple[int | str, ...]) -> str:
    """`file:line:column` of the value at `path`, or of its nearest parent that exists."""
    from relnotes.yaml_nodes import child, compose, place_of

    node = compose(document.text, document.place)
    for step in path:
        below = child(node, step)
        if below is None:
            break
        node = below
    return document.place if node is None else place_of(document.place, node)


# -- values ------------------------------------------------------------------------------------


def resolve(value: Any) -> Any:
    """Plain scalars to the JSON value that the YAML 1.2 core schema gives them, all the way down.

    Unquoted `.inf` and `.nan` have no JSON value: ValueError.
    """
    if isinstance(value, Plain):
        return _scalar(value)
    if isinstance(value, dict):
        return {str(key): resolve(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item) for item in value]
    return value


def _scalar(text: Plain) -> Any:
    if text in _TRUTH:
        return _TRUTH[text]
    if _INT.match(text):
        return int(text) if len(text) <= _LONG_DIGITS else str(text)
    if _FLOAT.match(text) and not _looks_like_digest(text):
        number = float(text)
        return number if abs(number) < float("inf") else str(text)
    if _SPECIAL.match(text):
        raise ValueError("infinity and NaN are not allowed here; leave the value out if unknown")
    return str(text)


def _looks_like_digest(text: str) -> bool:
    """`0002e668`: an exponent form without a point, led by a zero, is an identifier."""
    return "." not in text and text.lstrip("+-").startswith("0") and "e" in text.lower()


def _number(value: Any) -> Any:
    resolved = resolve(value) if isinstance(value, Plain) else value
    if isinstance(resolved, bool) or not isinstance(resolved, int | float):
        raise ValueError(f"should be a number, not {shown(value)}")
    return resolved


def _whole(value: Any) -> Any:
    resolved = resolve(value) if isinstance(value, Plain) else value
    if isinstance(resolved, bool) or not isinstance(resolved, int):
        raise ValueError(f"should be a whole number, not {shown(value)}")
    return resolved


def _flag(value: Any) -> Any:
    resolved = resolve(value) if isinstance(value, Plain) else value
    if not isinstance(resolved, bool):
        raise ValueError(f"should be true or false, not {shown(value)}")
    return resolved


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        with suppress(ValueError):  # a month or a day that no calendar has
            return date.fromisoformat(value)
    raise ValueError(f"should be a date such as 2026-04-25, not {shown(value)}")


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    raise ValueError(f"should be text, not {shown(value)}")


Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, BeforeValidator(_text)]
Json = Annotated[Any, BeforeValidator(resolve)]


class Written(BaseModel):
    """Base of everything that a person wrote: frozen, and a key that is not known is an error.

    How it is checked is settled when the first one comes: no command reads every kind of file.

    Modules with many such classes do without `from __future__ import annotations`: pydantic
    needs the annotations themselves, and would compile each from its text.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_strip_whitespace=True,
        defer_build=True,
    )
