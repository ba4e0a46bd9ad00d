"""The parts of an Every Eval Ever record that are read, schemas 0.2 and 0.3."""

from __future__ import annotations

from typing import Any

import msgspec


class Source(msgspec.Struct):
    """Of the record, or of the data that a result is on."""

    source_name: Any = None
    dataset_name: Any = None
    hf_repo: Any = None
    hf_split: Any = None
    samples_number: Any = None


class Named(msgspec.Struct):
    """A model or a library."""

    name: Any = None
    id: Any = None
    version: Any = None


class Judge(msgspec.Struct):
    model_info: Named | None = None


class Judging(msgspec.Struct):
    judges: list[Judge] = []
    input_prompt: Any = None


class MetricConfig(msgspec.Struct):
    """`min_score` and `max_score` may be the words -Infinity and Infinity."""

    evaluation_description: Any = None
    metric_id: Any = None
    metric_name: Any = None
    metric_kind: Any = None
    metric_unit: Any = None
    lower_is_better: Any = None
    score_type: Any = None
    has_unknown_level: Any = None
    min_score: Any = None
    max_score: Any = None
    llm_scoring: Judging | None = None
    additional_details: dict[str, Any] | None = None


class StandardError(msgspec.Struct):
    value: Any = None
    method: Any = None


class Uncertainty(msgspec.Struct):
    standard_error: StandardError | None = None
    standard_deviation: Any = None
    num_samples: Any = None


class ScoreDetails(msgspec.Struct):
    score: Any = None
    uncertainty: Uncertainty | None = None


class GenerationConfig(msgspec.Struct):
    generation_args: dict[str, Any] | None = None
    additional_details: dict[str, Any] | None = None


class Result(msgspec.Struct):
    evaluation_name: str
    metric_config: MetricConfig
    score_details: ScoreDetails
    evaluation_result_id: Any = None
    source_data: Source | None = None
    evaluation_timestamp: Any = None
    generation_config: GenerationConfig | None = None


class Record(msgspec.Struct):
    """The results of one model."""

    evaluation_results: list[Result]
    schema_version: Any = None
    evaluation_timestamp: Any = None
    source_metadata: Source | None = None
    eval_library: Named | None = None
    model_info: Named | None = None


class Evaluation(msgspec.Struct):
    score: Any = None
    is_correct: Any = None


class Instance(msgspec.Struct):
    """One answer to one question, under one metric."""

    evaluation_name: str
    sample_id: Any
    evaluation_result_id: Any = None
    evaluation: Evaluation | None = None
    model_id: Any = None
    error: Any = None
    metadata: dict[str, Any] | None = None


RECORD = msgspec.json.Decoder(Record)
INSTANCE = msgspec.json.Decoder(Instance)
