"""Values of a pydantic model with a mark planted in every text, whatever its fields are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relnotes.incident.vocabulary import Visibility


@dataclass
class Canaries:
    """`visible` decides, by its path, about each item that has a visibility."""

    visible: Callable[[str], Visibility]
    given: dict[str, Any] = field(default_factory=dict)  # values that must be so, by path
    marks: dict[str, str] = field(default_factory=dict)  # mark → path
    first: int = 0  # number of the first mark
    shown: dict[str, Visibility] = field(default_factory=dict)  # path of an item → visibility

    def plant(self, model: type[BaseModel], path: str) -> Any:
        values = {name: self._value(model, name, path) for name in model.model_fields}
        known = {name: one for name, one in values.items() if one is not PydanticUndefined}
        return model(**{model.model_fields[name].alias or name: one for name, one in known.items()})

    def mark(self, path: str) -> str:
        text = f"canary{self.first + len(self.marks):04d}"
        self.marks[text] = path
        return text

    def found_in(self, text: str) -> set[str]:
        """The paths whose marks stand in `text`."""
        return {path for mark, path in self.marks.items() if mark in text}

    def _value(self, model: type[BaseModel], name: str, parent: str) -> Any:
        path = f"{parent}.{name}"
        if path in self.given:
            return self.given[path]
        if name == "visibility":
            self.shown[parent] = self.visible(parent)
            return self.shown[parent]
        info = model.model_fields[name]
        kind, many = _inner(info.annotation)
        if kind is str and name != "schema_":
            planted: Any = self.mark(path)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            planted = self.plant(kind, path)
        else:
            return info.default
        return (planted,) if many else planted


def _inner(kind: Any) -> tuple[Any, bool]:
    """The type that a text or a model may hide in, and whether there can be several."""
    options = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) is tuple:
        return _inner(options[0])[0], True
    if get_origin(kind) in (Annotated, Union, UnionType):
        return _inner(options[0])
    return kind, False
