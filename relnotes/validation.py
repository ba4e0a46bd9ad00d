"""Turn pydantic's findings into problems that say where, what and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from relnotes.errors import Problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_NOT_A_LIST = frozenset({"list_type", "tuple_type"})
_NOT_A_MAPPING = frozenset({"model_type", "dict_type", "model_attributes_type"})


def explained(error: ErrorDetails, place: str, model: type[BaseModel]) -> Problem:
    """One finding about a `model`, in words; `place` is where its value or key stands."""
    loc = tuple(error["loc"])
    name = str(loc[-1]) if loc else ""
    if error["type"] == "extra_forbidden":
        known = sorted(_known_keys(model, loc[:-1]))
        return Problem(place, f'unknown key "{name}"{did_you_mean(name, known)}', _keys_mend(known))
    if error["type"] == "missing":
        return Problem(place, f'"{_dotted(loc)}" is missing')
    if error["type"] in _NOT_A_LIST | _NOT_A_MAPPING:
        wanted = "a list" if error["type"] in _NOT_A_LIST else "a mapping"
        got = shown(error["input"])
        subject = f'"{_dotted(loc)}"' if loc else "this file"
        return Problem(place, f"{subject} should be {wanted}, not {got}")
    if error["type"] == "enum":
        words = error.get("ctx", {}).get("expected", "")
        given = str(error["input"])
        choices = re.findall(r"'([^']+)'", words)
        what = f'"{_dotted(loc)}" cannot be "{given}"{did_you_mean(given, choices)}'
        return Problem(place, what, f"use one of: {', '.join(choices)}")
    if error["type"] in _BOUNDS:
        words, bound = _BOUNDS[error["type"]]
        wanted = f"{words} {error['ctx'][bound]:g}"
        return Problem(place, f'"{_dotted(loc)}" should be {wanted}, not {error["input"]}')
    if error["type"] == "string_pattern_mismatch":
        what = f'"{_dotted(loc)}" cannot be "{error["input"]}"'
        return Problem(place, what, f"it has to match {error['ctx']['pattern']}")
    message = error["msg"].removeprefix("Value error, ")
    return Problem(place, f'"{_dotted(loc)}": {message}' if loc else message)


def _dotted(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in loc)


def shown(value: Any) -> str:
    """What was found instead, in a few words."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f'"{value}"'


def did_you_mean(word: str, known: list[str]) -> str:
    """` (did you mean "decoding"?)`, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""


def _keys_mend(known: list[str]) -> str:
    return f"known here: {', '.join(known)}" if known else ""


def _known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """Field names (aliases where given) of the model at `loc` below `model`."""
    current: set[type[BaseModel]] = {model}
    for step in loc:
        if isinstance(step, int):
            continue
        found: set[type[BaseModel]] = set()
        for one in current:
            for name, field in one.model_fields.items():
                if step in (name, field.alias):
                    found |= set(_models_in(field.annotation))
        current = found or current
    return {field.alias or name for one in current for name, field in one.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)
