"""How an Inspect run measured: the fields that decide whether two results may be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from relnotes.evals.comparability import SYSTEM_PROMPT, harness_condition
from relnotes.evals.readers import model_args
from relnotes.evals.readers.inspect_shape import Header, Plan, Score, Spec, Step
from relnotes.evals.readers.redaction import is_secret_key, redacted

Pairs = tuple[tuple[str, str], ...]

COMPLETE = "complete"

# The decoding that a release itself may change, and what makes a run faster or possible.
_NOT_COMPARED = frozenset(
    {
        *("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty"),
        *("max_connections", "adaptive_connections", "max_retries", "timeout", "attempt_timeout"),
        *("stream_idle_timeout", "batch", "cache", "cache_prompt", "parallel_tool_calls"),
        *("extra_headers", "system_message", "fallback_models"),
    }
)
_LIMITS = ("message_limit", "token_limit", "time_limit", "working_limit")
_WITHOUT_JUDGE = frozenset(
    {"match", "includes", "pattern", "answer", "exact", "f1", "choice", "math", "perplexity"}
)
_SYSTEM_SOLVER = "system_message"


def of_run(header: Header) -> Pairs:
    """Of every score of the log alike."""
    return tuple(_of_spec(header.eval)) + tuple(_of_plan(header)) + (("run", completeness(header)),)


def of_score(header: Header, score: Score) -> Iterator[tuple[str, str]]:
    """The scorer with its settings, and the model that judges."""
    params = dict(score.params) if isinstance(score.params, dict) else {}
    shown = str(score.scorer or score.name)
    judge = _model(params.pop("model", None))
    if judge is None and shown not in _WITHOUT_JUDGE:
        judge = _model(_roles(header.eval).get("grader"))
    yield "scorer", f"{shown} with {_digest(params)[:12]}" if params else shown
    if judge:
        yield "judge", redacted(judge)


def completeness(header: Header) -> str:
    """Whether all was asked. Runs that ended early are alike only if they ended at one place."""
    results = header.results
    total, done = (results.total_samples, results.completed_samples) if results else (None, None)
    logged = results.logged_samples if results else None
    if header.status == "success" and (logged is None or logged == total):
        return COMPLETE
    word = "stopped" if header.status == "success" else str(header.status or "unfinished")
    if total is None:
        return word
    return f"{word} after {done if logged is None else logged} of {total} answers"


def version(spec: Spec) -> str | None:
    """Of the harness."""
    found = spec.packages.get("inspect_ai") if isinstance(spec.packages, dict) else None
    return None if found is None else str(found)


def _of_spec(spec: Spec) -> Iterator[tuple[str, str]]:
    yield "harness", harness_condition("inspect_ai", version(spec) or "0.3")
    if spec.task_version is not None:
        yield "task version", str(spec.task_version)
    if spec.dataset:
        if name := spec.dataset.name or spec.dataset.location:
            yield "dataset", redacted(str(name))
        if spec.dataset.samples is not None:
            yield "dataset size", str(spec.dataset.samples)
    for key, value in _settings(spec.task_args):
        yield f"task.{key}", value
    config = spec.config
    if config:
        limit = config.limit if config.sample_id is None else [config.limit, config.sample_id]
        yield "limit", "none" if limit is None else _text(limit)
        yield "repeats", str(config.epochs or 1)
        for field in _LIMITS:
            if (value := getattr(config, field)) is not None:
                yield field.replace("_", " "), str(value)
    for role, model in _roles(spec).items():
        if role != "grader" and (name := _model(model)):
            yield f"role.{role}", redacted(name)
    yield from model_args.conditions(spec.model_args)


def _of_plan(header: Header) -> Iterator[tuple[str, str]]:
    plan = header.plan or Plan()
    steps = [[step.solver, _passed(step)] for step in plan.steps if step.solver != _SYSTEM_SOLVER]
    if steps:
        yield "solver", _digest(steps)
    yield SYSTEM_PROMPT, _system_prompt(header, plan)
    generation = {**_mapping(header.eval.model_generate_config), **_mapping(plan.config)}
    for key, value in _settings(generation):
        if key not in _NOT_COMPARED:
            yield f"generation.{key}", value


def _system_prompt(header: Header, plan: Plan) -> str:
    """Of the solvers that write one, and of the model's configuration."""
    texts = [_passed(step) for step in plan.steps if step.solver == _SYSTEM_SOLVER]
    for config in (header.eval.model_generate_config, plan.config):
        if text := _mapping(config).get("system_message"):
            texts.append(text)
    return _digest(texts) if texts else "none"


def _passed(step: Step) -> Any:
    """What its author set; newer versions write the defaults too, and list these apart."""
    return step.params if step.params_passed is None else step.params_passed


def _settings(values: Any) -> Iterator[tuple[str, str]]:
    for key, value in sorted(_mapping(values).items()):
        if value is not None and not is_secret_key(key):
            yield key, redacted(_text(value))


def _roles(spec: Spec) -> dict[str, Any]:
    return _mapping(spec.model_roles)


def _model(written: Any) -> str | None:
    """A model stands as its name, or with its settings."""
    found = written.get("model") if isinstance(written, dict) else written
    return found if isinstance(found, str) and found else None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 200 else f"sha256:{_digest(value)}"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
