"""The parts of an Inspect log that are read; everything else is skipped unparsed.

Only the skeleton is typed: versions of the harness differ in what they write into a field.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Dataset(msgspec.Struct):
    name: Any = None
    location: Any = None
    samples: Any = None
    sample_ids: list[Any] | None = None


class Config(msgspec.Struct):
    """How the task was run; `limit` is a number or a range."""

    limit: Any = None
    sample_id: Any = None
    epochs: Any = None
    epochs_reducer: Any = None
    message_limit: Any = None
    token_limit: Any = None
    time_limit: Any = None
    working_limit: Any = None


class Spec(msgspec.Struct):
    """What was evaluated; known from the start of a run on."""

    task: str
    created: Any = None
    task_version: Any = None
    task_args: Any = None
    dataset: Dataset | None = None
    model: Any = None
    model_args: Any = None
    model_generate_config: Any = None
    model_roles: Any = None
    config: Config | None = None
    packages: Any = None


class Step(msgspec.Struct):
    solver: Any = None
    params: Any = None
    params_passed: Any = None


class Plan(msgspec.Struct):
    """How an answer is made."""

    steps: list[Step] = []
    config: Any = None


class Metric(msgspec.Struct):
    name: Any = None
    group: Any = None
    value: Any = None
    params: Any = None
    options: Any = None
    """What older versions call `params`."""


class Score(msgspec.Struct):
    """The metrics of one scorer, or of one key of its scores, under one reducer of epochs."""

    name: Any = None
    scorer: Any = None
    reducer: Any = None
    scored_samples: Any = None
    """Questions, since epochs are reduced before they are counted; not in older versions."""
    unscored_samples: Any = None
    params: Any = None
    metrics: dict[str, Metric] = {}


class Results(msgspec.Struct):
    """`total_samples` and `completed_samples` count answers: questions × epochs."""

    total_samples: Any = None
    completed_samples: Any = None
    logged_samples: Any = None
    scores: list[Score] = []


class Stats(msgspec.Struct):
    started_at: Any = None


class Failure(msgspec.Struct):
    message: Any = None


class Header(msgspec.Struct):
    """A log without its answers."""

    eval: Spec
    status: Any = None
    plan: Plan | None = None
    results: Results | None = None
    stats: Stats | None = None
    error: Failure | None = None
    invalidated: Any = None


class SampleScore(msgspec.Struct):
    value: Any = None


class Summary(msgspec.Struct):
    """One answer to one question."""

    id: Any
    epoch: Any = 1
    metadata: Any = None
    scores: dict[str, SampleScore] | None = None
    error: Any = None


class ReducedScore(msgspec.Struct):
    value: Any = None
    sample_id: Any = None


class Reduction(msgspec.Struct):
    """The scores of a scorer after its epochs were made into one."""

    scorer: Any = None
    reducer: Any = None
    samples: list[ReducedScore] = []


class Answers(msgspec.Struct):
    """The answers of a log that is a single JSON file."""

    samples: list[Summary] | None = None
    reductions: list[Reduction] | None = None


HEADER = msgspec.json.Decoder(Header)
SUMMARIES = msgspec.json.Decoder(list[Summary])
REDUCTIONS = msgspec.json.Decoder(list[Reduction])
ANSWERS = msgspec.json.Decoder(Answers)
