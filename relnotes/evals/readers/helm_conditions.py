"""What a HELM run specification says: the task, and how it was measured."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from relnotes.evals.readers.helm_shape import RunSpec
from relnotes.evals.readers.redaction import is_secret_key, redacted

UNKNOWN_TASK = "HELM run"

_MODEL = ("model", "model_deployment")
_PROMPT = (
    *("method", "global_prefix", "global_suffix", "instructions", "input_prefix", "input_suffix"),
    *("reference_prefix", "reference_suffix", "output_prefix", "output_suffix"),
    *("instance_prefix", "substitutions", "multi_label", "sample_train"),
)
_GENERATION = ("max_tokens", "stop_sequences", "num_outputs")
# The last `scenario:key=value` of a path; what stands before it may have colons as well.
_FOLDER = re.compile(r"([^:/]+):([^:/]*=[^/]*)$")


def task_of_name(name: str) -> str:
    """A run without its model, which is what a release changes."""
    scenario, _, arguments = name.partition(":")
    kept = [one for one in arguments.split(",") if one and one.partition("=")[0] not in _MODEL]
    return f"{scenario}:{','.join(kept)}" if kept else scenario


def task_of_folder(place: str) -> str:
    """The task by the name of its folder, for numbers that come without a specification."""
    folder = place.rpartition("/")[0]
    found = _FOLDER.search(folder)
    return task_of_name(f"{found[1]}:{found[2]}") if found else UNKNOWN_TASK


def conditions(spec: RunSpec) -> tuple[tuple[str, str], ...]:
    return tuple((field, redacted(value)) for field, value in _conditions(spec))


def model(spec: RunSpec) -> str | None:
    found = spec.adapter_spec.get("model") or spec.adapter_spec.get("model_deployment")
    return redacted(str(found)) if found else None


def _conditions(spec: RunSpec) -> Iterator[tuple[str, str]]:
    adapter = spec.adapter_spec
    yield "harness", "HELM"
    if spec.scenario_spec and spec.scenario_spec.class_name:
        yield "dataset", _scenario(spec.scenario_spec.class_name, spec.scenario_spec.args)
    if (shots := adapter.get("max_train_instances")) is not None:
        yield "shots", str(shots)
    if "max_eval_instances" in adapter:
        limit = adapter["max_eval_instances"]
        yield "limit", "none" if limit is None else str(limit)
    if (trials := adapter.get("num_train_trials")) is not None:
        yield "repeats", str(trials)
    if splits := adapter.get("eval_splits"):
        yield "split", "/".join(map(str, splits)) if isinstance(splits, list) else str(splits)
    template = {key: adapter[key] for key in _PROMPT if key in adapter}
    if template:
        yield "prompt template", _digest(template)
    for key in _GENERATION:
        if adapter.get(key) is not None:
            yield f"generation.{key}", _text(adapter[key])
    augmentation = spec.data_augmenter_spec or {}
    yield "perturbations", _digest(augmentation) if _perturbs(augmentation) else "none"
    if spec.annotators:
        yield "judge", _digest(spec.annotators)


def _scenario(class_name: Any, args: Any) -> str:
    settings = args if isinstance(args, dict) else {}
    shown = [f"{key}={_text(settings[key])}" for key in sorted(settings) if not is_secret_key(key)]
    return " ".join([str(class_name).rpartition(".")[2], *shown])


def _perturbs(augmentation: dict[str, Any]) -> bool:
    return bool(augmentation.get("perturbation_specs"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
