"""The parts of promptfoo's output that are read; everything else is skipped unparsed.

Versions 0 to 3 differ in what stands around the rows, which are much the same in all of them,
and are the lines of the JSONL output.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Response(msgspec.Struct):
    output: Any = None


class Component(msgspec.Struct):
    """What one assertion said."""

    score: Any = None
    assertion: dict[str, Any] | None = None


class Grading(msgspec.Struct):
    componentResults: list[Component | None] | None = None  # noqa: N815  (promptfoo's name)


class Row(msgspec.Struct, rename="camel"):
    """One test of one prompt with one provider."""

    success: Any
    provider: Any = None
    prompt: dict[str, Any] = {}
    prompt_idx: Any = None
    vars: Any = None
    response: Response | None = None
    error: Any = None
    failure_reason: Any = None
    score: Any = msgspec.UNSET
    named_scores: dict[str, Any] | None = None
    grading_result: Grading | None = None
    test_case: dict[str, Any] | None = None


class Head(msgspec.Struct):
    prompts: list[Any] = []


class Table(msgspec.Struct):
    head: Head | None = None


class Stats(msgspec.Struct):
    successes: Any = None
    failures: Any = None
    errors: Any = None


class Summary(msgspec.Struct):
    """`version` is 1, 2 or 3; the first files have none."""

    results: list[Row]
    version: Any = None
    timestamp: Any = None
    prompts: list[Any] | None = None
    table: Table | None = None
    stats: Stats | None = None


class Config(msgspec.Struct, rename="camel"):
    description: Any = None
    default_test: Any = None
    derived_metrics: Any = None


class Metadata(msgspec.Struct, rename="camel"):
    promptfoo_version: Any = None


class Output(msgspec.Struct, rename="camel"):
    """What the command writes; the library writes the summary alone."""

    results: Summary
    config: Config | None = None
    metadata: Metadata | None = None
    created_at: Any = None


OUTPUT = msgspec.json.Decoder(Output)
SUMMARY = msgspec.json.Decoder(Summary)
ROW = msgspec.json.Decoder(Row)
