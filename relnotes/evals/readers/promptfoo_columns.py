"""The columns of a promptfoo table, a prompt with a provider each, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from relnotes.evals.comparability import ASSERTIONS, SYSTEM_PROMPT
from relnotes.evals.readers import promptfoo_rows as rows
from relnotes.evals.readers.promptfoo_rows import Measured
from relnotes.evals.readers.promptfoo_shape import Row
from relnotes.evals.readers.redaction import redacted

ColumnId = tuple[str | None, str, int | None]  # provider, prompt, index

_SHOWN = 60
_SHORTENED = 40
_TEST = 12
"""Digits of a digest that tell a test, which itself is not shown."""
_USUAL_JUDGE = "promptfoo's default"


@dataclass(slots=True)
class Column:
    """What is known of a column before its scores are read."""

    provider: str | None
    prompt: str
    template: str | None = None
    judges: set[str] = field(default_factory=set)
    measured: dict[Measured, None] = field(default_factory=dict)
    asserted: dict[str, str | None] = field(default_factory=dict)
    """By type of assertion what is asserted; None where each test has something of its own."""
    of_tests: dict[str, dict[str, str]] = field(default_factory=dict)
    """By test the same, to tell a test that was changed."""
    repeats: int = 1
    task: str = ""

    def hold_to(self, key: str, asserted: Iterable[tuple[str, str]]) -> None:
        """Take in what a test asserts."""
        of_test: dict[str, list[str]] = {}
        for type_, what in asserted:
            same = self.asserted.setdefault(type_, what) == what
            self.asserted[type_] = what if same else None
            of_test.setdefault(type_, []).append(what)
        self.of_tests[key[:_TEST]] = {
            type_: f"{type_} {rows.digest(values)[:_TEST]}" for type_, values in of_test.items()
        }


@dataclass(slots=True)
class Columns:
    """All columns of a file; `add` every row, then `name` them."""

    description: str | None = None
    judge: str | None = None
    """Of the whole suite, where a row names none."""
    found: dict[ColumnId, Column] = field(default_factory=dict)
    variables: dict[str, None] = field(default_factory=dict)
    _keys: dict[ColumnId, rows.Keys] = field(default_factory=dict)

    def add(self, row: Row, measured: Iterable[Measured], template: Any = None) -> None:
        identity = identity_of(row)
        column = self.found.get(identity)
        if column is None:
            column = self.found[identity] = Column(identity[0], identity[1])
            column.template = template if isinstance(template, str) else None
        column.measured.update(dict.fromkeys(measured))
        column.judges.update(one or self.judge or _USUAL_JUDGE for one in rows.judges(row))
        key, epoch = self._keys.setdefault(identity, rows.Keys()).of(row)
        column.hold_to(key, rows.asserted(row))
        column.repeats = max(column.repeats, epoch)
        self.variables.update(dict.fromkeys(rows.variables(row)))

    def name(self) -> None:
        """Each by what sets it apart: with one provider its name, which may change, is no part."""
        base = (
            self.description or f"promptfoo ({', '.join(sorted(self.variables)) or 'no variables'})"
        )
        providers = {column.provider for column in self.found.values()}
        prompts = {column.prompt for column in self.found.values()}
        taken: dict[str, int] = {}
        for column in self.found.values():
            parts = [base]
            if len(providers) > 1:
                parts.append(column.provider or "no provider")
            if len(prompts) > 1:
                parts.append(_short(column.prompt))
            name = " / ".join(redacted(part) for part in parts)
            taken[name] = taken.get(name, 0) + 1
            column.task = name if taken[name] == 1 else f"{name} #{taken[name]}"

    @property
    def models(self) -> str | None:
        names = sorted({column.provider for column in self.found.values() if column.provider})
        return redacted(", ".join(names)) or None


def identity_of(row: Row) -> ColumnId:
    index = row.prompt_idx if isinstance(row.prompt_idx, int) else None
    prompt = row.prompt.get("label") or row.prompt.get("display") or row.prompt.get("raw")
    return rows.provider_name(row.provider), str(prompt or ""), index


def conditions(column: Column) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_conditions(column)))


def own_assertions(column: Column) -> tuple[tuple[str, str], ...]:
    """By test, of the types that differ from test to test."""
    own = {type_ for type_, what in column.asserted.items() if what is None}
    if not own:
        return ()
    said = (
        (test, redacted(", ".join(what for type_, what in sorted(of_test.items()) if type_ in own)))
        for test, of_test in column.of_tests.items()
    )
    return tuple(sorted(one for one in said if one[1]))


def _conditions(column: Column) -> Iterator[tuple[str, str]]:
    yield "harness", "promptfoo"
    yield "repeats", str(column.repeats)
    if column.template is not None:
        yield SYSTEM_PROMPT, rows.digest(column.template)
    if column.asserted:
        types = ", ".join(sorted(column.asserted))
        yield ASSERTIONS, redacted(f"{types} {rows.digest(column.asserted)[:12]}")
    if column.judges:
        yield "judge", redacted(", ".join(sorted(column.judges)))


def _short(prompt: str) -> str:
    """A label as it is; of a whole prompt the beginning, and a digest to tell it by."""
    line = " ".join(prompt.split())
    if len(line) <= _SHOWN:
        return line
    return f"{line[:_SHORTENED].rstrip()}… {rows.digest(prompt)[:6]}"
