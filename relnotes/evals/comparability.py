"""Whether two measurements may be compared: field by field, and every difference by name.

- A field known on both sides must be equal.
- A field known on one side only is no mismatch but a remark, because most files say little;
  except what a harness always writes (task version, shots) and the model arguments, where not
  written means not set: those are mismatches.
- The system prompt is mostly the change under release, so it may differ.
- What only follows from another difference is not named beside it: the hash over all prompts is
  evidence only while everything that is known to make up a prompt is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec

from relnotes.evals.result import Direction, Measurement

ASSERTIONS = "assertions"
SYSTEM_PROMPT = "system prompt"
ALL_PROMPTS = "all prompts"
QUESTIONS = "questions asked"
MODEL_ARGUMENT = "model_args."

# Numbers on two scales cannot be subtracted, whatever a person says of them here.
_BEYOND_OVERRIDE = frozenset({"unit", "better direction"})
_ALWAYS_WRITTEN = frozenset({"task version", "shots", QUESTIONS})
_WHICH_QUESTIONS = frozenset({"dataset", "dataset revision", "dataset size", "limit", "split"})
# A field that is not named where one of these differs: it only follows from it.
_EXPLAINED_BY = {
    "few-shot seed": frozenset({"shots"}),
    QUESTIONS: _WHICH_QUESTIONS,
    ALL_PROMPTS: frozenset(
        {
            *(SYSTEM_PROMPT, "chat template", "prompt template", "question preparation"),
            *("shots", "few-shot seed", "few-shot as multiturn", "subtasks", QUESTIONS),
            *_WHICH_QUESTIONS,
        }
    ),
}
_SHOWN_OF_A_HASH = 12


class Override(msgspec.Struct, frozen=True):
    """A person's word that a differing field does not hinder the comparison, and why."""

    field: str
    """The field's name as shown; `*` stands for anything, as in `model_args.*`."""
    reason: str


class Difference(msgspec.Struct, frozen=True):
    """A field that differs; shown as `judge J-2 → J-3`."""

    field: str
    old: str | None
    new: str | None
    hinders: bool = True
    of: str = ""
    """Which questions it is of, where not all."""

    def __str__(self) -> str:
        absent = "not set" if self.field.startswith(MODEL_ARGUMENT) else "unknown"
        absent = "all" if self.field == QUESTIONS else absent
        field = f"{self.field} of {self.of}:" if self.of else self.field
        return f"{field} {_shown(self.old, absent)} → {_shown(self.new, absent)}"


def differences(
    old: Measurement, new: Measurement, overrides: Sequence[Override] = ()
) -> tuple[str, ...]:
    """The fields that forbid a comparison and that nobody has overridden; () if comparable."""
    return tuple(
        str(difference)
        for difference in differing_fields(old, new)
        if difference.hinders and not reason_to_ignore(difference, overrides)
    )


def reason_to_ignore(difference: Difference, overrides: Iterable[Override]) -> str | None:
    """The reason of the first override that covers the difference."""
    if difference.field in _BEYOND_OVERRIDE:
        return None
    for override in overrides:
        if fnmatchcase(difference.field, override.field):
            return override.reason
    return None


def differing_fields(old: Measurement, new: Measurement) -> Sequence[Difference]:
    """Every field in which two measurements differ or of which only one side knows."""
    same = (
        old.conditions == new.conditions
        and old.unit == new.unit
        and old.direction == new.direction
        and old.asserted == new.asserted
    )
    return () if same else tuple(_differing_fields(old, new))


def _differing_fields(old: Measurement, new: Measurement) -> Iterator[Difference]:
    if old.unit != new.unit:
        yield Difference("unit", old.unit, new.unit)
    if old.direction != new.direction and Direction.UNKNOWN not in (old.direction, new.direction):
        yield Difference("better direction", old.direction, new.direction)
    if old.conditions != new.conditions:
        yield from _differing_conditions(dict(old.conditions), dict(new.conditions))
    if old.asserted != new.asserted:
        yield from _differing_assertions(dict(old.asserted), dict(new.asserted))


def harness_condition(name: str, version: str) -> str:
    """A harness as a condition: by its major version, which before 1.0 is the second number."""
    parts = version.removeprefix("v").split(".")
    return f"{name} {'.'.join(parts[:2]) if parts[0] == '0' else parts[0]}"


def _differing_conditions(old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    found = {
        field: Difference(field, before, after, _hinders(field, before, after))
        for field in sorted(old.keys() | new.keys())
        if (before := old.get(field)) != (after := new.get(field))
    }
    causes = {field for field, one in found.items() if one.hinders or field == SYSTEM_PROMPT}
    same_prompts = ALL_PROMPTS in old and ALL_PROMPTS not in found
    for field, one in found.items():
        if field == SYSTEM_PROMPT or not causes.isdisjoint(_EXPLAINED_BY.get(field, ())):
            continue
        if field == QUESTIONS and same_prompts:
            continue  # the same were asked, and not all of them scored
        yield one


def _differing_assertions(old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    """Of the questions of both sides; the first of them stands for all."""
    common = sorted(old.keys() & new.keys())
    changed = [question for question in common if old[question] != new[question]]
    if changed:
        first = changed[0]
        of = f"{len(changed):,} of {len(common):,} tests, such as {first}"
        yield Difference(ASSERTIONS, old[first], new[first], of=of)


def _hinders(field: str, old: str | None, new: str | None) -> bool:
    if old is not None and new is not None:
        return True
    return field in _ALWAYS_WRITTEN or field.startswith(MODEL_ARGUMENT)


def _shown(value: str | None, absent: str) -> str:
    if value is None:
        return absent
    digits = value.removeprefix("sha256:")
    is_hash = len(digits) >= 32 and all(digit in "0123456789abcdef" for digit in digits)
    return f"{digits[:_SHOWN_OF_A_HASH]}…" if is_hash else value
