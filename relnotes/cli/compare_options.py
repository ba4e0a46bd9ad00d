"""What the options of `relnotes compare` mean, with the settings of a repository below them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from relnotes import config
from relnotes.comparing import House, Options
from relnotes.errors import Problem, RelnotesError
from relnotes.evals.comparability import Override
from relnotes.evals.comparison import Settings as Sureness
from relnotes.evals.metrics import Facts
from relnotes.evals.result import Direction, Kind
from relnotes.validation import did_you_mean

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping


def asked(
    options: Options,
    settings_file: str | None,
    *,
    margins: Iterable[str],
    overrides: Iterable[str],
    directions: Iterable[str],
    columns: Iterable[str],
    alpha: float | None,
    power: float | None,
    min_overlap: float | None,
) -> Options:
    """The options with what was typed as text; RelnotesError names every slip at once.

    A settings file is looked for as every command does, and not needed.
    """
    problems: list[Problem] = []
    fractions, of_metrics = _margins(margins, problems)
    found = replace(
        options,
        margins=of_metrics,
        overrides=tuple(_overrides(overrides, problems)),
        directions=tuple(_directions(directions, problems)),
        reading=replace(options.reading, table=_table(list(columns), problems)),
    )
    if problems:
        raise RelnotesError(problems)
    found = _with_settings(found, settings_file)
    said = {
        "alpha": alpha,
        "power": power,
        "margin": fractions[-1] if fractions else None,
        "min_overlap": min_overlap,
    }
    given = {name: value for name, value in said.items() if value is not None}
    return replace(found, sureness=replace(found.sureness, **given))


def _margins(
    texts: Iterable[str], problems: list[Problem]
) -> tuple[list[float], tuple[tuple[str, float], ...]]:
    fractions: list[float] = []
    of_metrics: list[tuple[str, float]] = []
    for text in texts:
        metric, _, written = text.rpartition("=")
        loss = _number(written)
        if loss is None or not 0 < loss < (math.inf if metric else 1):
            kind = "a number above 0" if metric else "a share between 0 and 1, such as 0.02"
            problems.append(Problem("--margin", f'"{written}" is no margin', f"give {kind}"))
        elif metric:
            of_metrics.append((metric, loss))
        else:
            fractions.append(loss)
    return fractions, tuple(of_metrics)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _overrides(texts: Iterable[str], problems: list[Problem]) -> Iterator[Override]:
    for text in texts:
        field, _, reason = (part.strip() for part in text.partition("="))
        if field and reason:
            yield Override(field, reason)
        else:
            what = f'"{text}" gives no reason' if field else f'"{text}" names no field'
            mend = "write FIELD=why it does not matter, such as harness=same prompts, checked"
            problems.append(Problem("--override", what, mend))


def _directions(texts: Iterable[str], problems: list[Problem]) -> Iterator[tuple[str, Direction]]:
    for text in texts:
        metric, _, word = text.rpartition("=")
        if metric and word in (Direction.HIGHER, Direction.LOWER):
            yield metric, Direction(word)
        else:
            mend = "write METRIC=higher or METRIC=lower"
            problems.append(Problem("--direction", f'"{text}" is no direction', mend))


def _table(texts: list[str], problems: list[Problem]) -> Mapping | None:
    """A table's mapping; without a column for them, one task, and the metric of that column."""
    if not texts:
        return None
    from pydantic import ValidationError

    from relnotes.evals.mapping import Columns, Mapping

    columns = {field.strip(): name for field, _, name in (one.partition("=") for one in texts)}
    made: dict[str, Any] = {"path": "*", "columns": columns}
    if "task" not in columns:
        made["task"] = "all questions" if "score" in columns else "all"
    if "metric" not in columns:
        made["metric"] = columns.get("score") or columns.get("value") or "value"
    try:
        return Mapping.model_validate(made)
    except ValidationError as error:
        known = list(Columns.model_fields)
        for one in error.errors(include_url=False):
            field = str(one["loc"][-1]) if one["loc"] else ""
            strange = one["type"] == "extra_forbidden"
            what = f'"{field}" is no field{did_you_mean(field, known)}' if strange else one["msg"]
            mend = f"fields: {', '.join(known)}" if strange else ""
            problems.append(Problem("--column", what.removeprefix("Value error, "), mend))
    return None


def _with_settings(options: Options, settings_file: str | None) -> Options:
    file = config.find(Path.cwd(), Path(settings_file) if settings_file else None)
    if file.path is None:
        return options
    settings = config.load(file)
    evals = settings.evals
    facts = tuple(
        (
            name,
            Facts(
                direction=Direction(one.direction) if one.direction else None,
                kind=Kind(one.kind) if one.kind else None,
                unit=one.unit,
            ),
        )
        for name, one in evals.metrics.items()
    )
    overrides = tuple((one.task, Override(one.field, one.reason)) for one in evals.override)
    return replace(
        options,
        sureness=Sureness(alpha=evals.alpha, power=evals.power, margin=evals.margin),
        house=House(
            file=str(file.path),
            samples_mb=settings.limits.samples_mb,
            warehouse=options.house.warehouse or evals.warehouse,
            again=evals.again,
            facts=facts,
            overrides=overrides,
        ),
        reading=replace(options.reading, mappings=evals.mapping),
    )
