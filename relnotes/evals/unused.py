"""What a team says of its results and no result takes up: mostly a slip of the pen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from relnotes.evals.result import Measurement
from relnotes.validation import did_you_mean

_ALWAYS_KNOWN = frozenset({"unit", "better direction"})


def unused(
    overrides: Iterable[tuple[str, str]], metrics: Iterable[str], results: Iterable[Measurement]
) -> Iterator[str]:
    """A remark on each override (task and field, as globs) and each metric that nothing has."""
    tasks: set[str] = set()
    fields: set[str] = set(_ALWAYS_KNOWN)
    named: set[str] = set()
    for one in results:
        tasks.add(one.task)
        named.add(one.metric)
        fields.update(field for field, _ in one.conditions)
    for task, field in overrides:
        yield from _unmatched("[[evals.override]]", "task", task, tasks)
        yield from _unmatched("[[evals.override]]", "field", field, fields)
    for metric in metrics:
        yield from _unmatched(f'[evals.metrics."{metric}"]', "metric", metric, named)


def _unmatched(place: str, what: str, wanted: str, known: set[str]) -> Iterator[str]:
    if not any(fnmatchcase(one, wanted) for one in known):
        missing = f'no result of the latest releases has the {what} "{wanted}"'
        yield f"{place} has no effect: {missing}{did_you_mean(wanted, sorted(known))}"
