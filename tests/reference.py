"""The reference pages of the documentation, written from the code that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relnotes.cli import Deferred, cli
from relnotes.publish.schema_names import WRITTEN
from relnotes.publish.schemas import MODELS
from relnotes.settings import Settings


def commands() -> str:
    """`site/commands.md`."""
    blocks = [
        "# Commands",
        "Answers go to stdout, talk to stderr. Every option has a variable: `RELNOTES_`, the"
        " command and the option, such as `RELNOTES_BUILD_NO_HTML=1`. `NO_COLOR` is honoured.",
        "| exit code | meaning |\n|---|---|\n| 0 | done |\n| 1 | a check said no |\n"
        "| 2 | usage, settings or bad input |\n"
        "| 3 | not a repository, a tag missing, or a shallow clone |\n"
        "| 70 | a bug, with a report to paste |",
        "Before the command:",
        _options(cli),
    ]
    for name, command in cli.commands.items():
        blocks += _section(name, command, "##")
    return "\n\n".join(blocks) + "\n"


def _section(name: str, command: click.Command, mark: str) -> Iterator[str]:
    """A command, and the commands of a group below it."""
    loaded = command.load() if isinstance(command, Deferred) else command
    yield f"{mark} relnotes {name}"
    yield from _command(name, loaded)
    if isinstance(loaded, click.Group):
        for verb, below in loaded.commands.items():
            yield from _section(f"{name} {verb}", below, f"{mark}#")


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"relnotes {name}")
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"```\nrelnotes {name} {pieces}\n```"
    yield " ".join(_paragraphs(command.help or ""))
    yield _options(command)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.replace("\b", "").split("\n\n")]


def _options(command: click.Command) -> str:
    rows = ["| option | |", "|---|---|"]
    for option in command.params:
        if isinstance(option, click.Option):
            names = ", ".join(f"`{one}`" for one in [*option.opts, *option.secondary_opts])
            rows.append(f"| {names} | {_described(option)} |")
    return "\n".join(rows) if len(rows) > 2 else "No options."


def _described(option: click.Option) -> str:
    words = (option.help or "").replace("|", "\\|")
    if isinstance(option.type, click.Choice):
        words += " One of " + ", ".join(f"`{choice}`" for choice in option.type.choices) + "."
    if option.show_default and option.default is not None:
        words += f" Default: `{option.default}`."
    return words


def files() -> str:
    """`site/files.md`."""
    blocks = [
        "# Files you write",
        "Every key of every file. `relnotes schema NAME` prints the same as a JSON Schema, with"
        " which an editor can check and complete while you type.",
    ]
    for name, model in MODELS.items():
        if model is not Settings:
            blocks += [f"## {WRITTEN[name]}", f"Schema: `{name}`.", *_tables(model)]
    return "\n\n".join(blocks) + "\n"


def settings() -> str:
    """`site/settings.md`."""
    blocks = [
        "# Settings",
        "`relnotes.toml`, `.relnotes.toml`, `.config/relnotes.toml`, or `[tool.relnotes]` in"
        " `pyproject.toml`: the nearest, from the current folder upwards. Everything has a"
        " default; an unknown key is an error.",
        *_tables(Settings),
    ]
    return "\n\n".join(blocks) + "\n"


def _tables(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """The keys of a model, then those of the models inside it."""
    if path:
        yield f"### `{path}`"
    words = (model.__doc__ or "").strip().split("\n\n")[0]
    if words and model.__doc__ != BaseModel.__doc__:
        yield " ".join(words.split())
    rows = ["| key | value | default | |", "|---|---|---|---|"]
    inner: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        default = _default(field.default, field.is_required())
        key, told = field.alias or name, field.description or ""
        rows.append(f"| `{key}` | {_type(field.annotation)} | {default} | {told} |")
        inner += [(f"{path}.{name}".lstrip("."), one) for one in _models(field.annotation)]
    yield "\n".join(rows)
    for where, one in inner:
        yield from _tables(one, where)


def _default(value: Any, required: bool) -> str:
    if required or value is PydanticUndefined:
        return "required"
    if value is None or value in ((), {}) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, StrEnum):
        return f"`{value.value}`"
    if isinstance(value, tuple):
        plain = [one.value if isinstance(one, StrEnum) else one for one in value]
        return "" if isinstance(value[0], BaseModel) else f"`{plain}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(_type(one) for one in arguments if one is not type(None))
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"{_type(arguments[1])} by name"
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{one.value}`" for one in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping"
    names = {"str": "text", "float": "number", "int": "whole number", "bool": "true, false"}
    name = getattr(annotation, "__name__", "any")
    return names.get(name, {"date": "date", "datetime": "time", "Any": "anything"}.get(name, name))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)
