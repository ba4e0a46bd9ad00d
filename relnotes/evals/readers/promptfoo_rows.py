"""What a row of promptfoo's output says: which test, what became of it, and its scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.promptfoo_shape import Row

PASS_RATE = ("pass_rate", None)
SCORE = ("score", None)
ASSERTION = "assertion"
NAMED = "named"

Measured = tuple[str, str | None]  # metric, filter

_ERROR = 2
# The assertions that another model, or an embedding, decides.
_JUDGED = ("llm-rubric", "model-graded", "factuality", "g-eval", "similar", "classifier",
           "moderation", "answer-relevance", "context-", "select-best", "conversation-relevance",
           "pi", "search-rubric", "trajectory:goal-success")  # fmt: skip


def failed(row: Row) -> bool:
    """Whether there is no answer to judge. Before version 3 this is not said, but seen."""
    if row.failure_reason is not None:
        return bool(row.failure_reason == _ERROR)
    answered = row.response is not None and row.response.output is not None
    return bool(row.error) and row.grading_result is None and not answered


def scores(row: Row, place: str, checks: Checks) -> Iterator[tuple[Measured, float | None]]:
    """Of an answer: passed or not, its score, and what each kind of assertion gave."""
    passed = row.success
    yield PASS_RATE, float(passed) if isinstance(passed, bool) else None
    if row.score is not msgspec.UNSET:  # the first versions have none
        yield SCORE, checks.number_at(row.score, place, "score")
    for name, value in (row.named_scores or {}).items():
        taken = (name, None) in (PASS_RATE, SCORE)
        yield (name, NAMED if taken else None), checks.number_at(value, place, name)
    by_type: dict[str, list[float]] = {}
    for component in _components(row):
        score = checks.number_at(component.score, place, "score")
        type_ = (component.assertion or {}).get("type")
        if isinstance(type_, str) and score is not None:
            by_type.setdefault(type_, []).append(score)
    for type_, values in by_type.items():
        yield (type_, ASSERTION), sum(values) / len(values)


def judges(row: Row) -> Iterator[str | None]:
    """The models that decide an assertion, where the row names them; None is promptfoo's own."""
    options = (row.test_case or {}).get("options")
    usual = options.get("provider") if isinstance(options, dict) else None
    for component in _components(row):
        assertion = component.assertion or {}
        type_ = str(assertion.get("type", "")).removeprefix("not-")
        if type_.startswith(_JUDGED):
            yield provider_name(assertion.get("provider") or usual)


def provider_name(provider: Any) -> str | None:
    """By its label, which a person gave it, else by its id."""
    if isinstance(provider, dict):
        provider = provider.get("label") or provider.get("id")
    return str(provider) if provider else None


def variables(row: Row) -> dict[str, Any]:
    """What tells one test from another; promptfoo's own begin with an underscore."""
    found = row.vars if isinstance(row.vars, dict) else {}
    return {name: value for name, value in found.items() if not name.startswith("_")}


def asserted(row: Row) -> Iterator[tuple[str, str]]:
    """What a test holds an answer against: the type, and a digest of value and threshold.

    Values are written as templates, so one is mostly the same for all tests of a suite.
    """
    found = (row.test_case or {}).get("assert")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and isinstance(one.get("type"), str):
            yield one["type"], digest([one.get("value"), one.get("threshold")])


class Keys:
    """The key and epoch of each row of one column.

    A test is its variables, since its position changes whenever one is added before it. The same
    variables again are another epoch, unless something else is asserted of them.
    """

    def __init__(self) -> None:
        self._asserted: dict[str, str] = {}
        self._epochs: dict[str, int] = {}

    def of(self, row: Row) -> tuple[str, int]:
        key = digest(variables(row))
        asserted = digest((row.test_case or {}).get("assert"))
        if self._asserted.setdefault(key, asserted) != asserted:
            key = digest([key, asserted])
        self._epochs[key] = self._epochs.get(key, 0) + 1
        return key, self._epochs[key]


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _components(row: Row) -> Iterator[Any]:
    found = row.grading_result.componentResults if row.grading_result else None
    return (component for component in found or () if component is not None)
