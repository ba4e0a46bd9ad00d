"""Run folders in the shape of HELM, made up here after its source."""

from __future__ import annotations

import json
from typing import Any

NAME = "mmlu:subject=law,method=multiple_choice_joint,model=example_wren-1"
ADAPTER = {
    "method": "multiple_choice_joint",
    "instructions": "The following are questions about law.",
    "input_prefix": "Question: ",
    "output_prefix": "Answer: ",
    "max_train_instances": 5,
    "max_eval_instances": 100,
    "num_outputs": 1,
    "num_train_trials": 1,
    "model": "example/wren-1",
    "model_deployment": "example/wren-1",
    "temperature": 0.0,
    "max_tokens": 1,
    "stop_sequences": ["\n"],
}


def run_spec(name: str = NAME, **adapter: Any) -> dict[str, Any]:
    return {
        "name": name,
        "scenario_spec": {
            "class_name": "helm.benchmark.scenarios.mmlu_scenario.MMLUScenario",
            "args": {"subject": "law"},
        },
        "adapter_spec": ADAPTER | adapter,
        "metric_specs": [],
        "data_augmenter_spec": {"perturbation_specs": []},
        "groups": ["mmlu"],
    }


def stat(
    name: str,
    mean: float | None,
    *,
    split: str = "test",
    trials: int = 1,
    stddev: float = 0.0,
    **context: Any,
) -> dict[str, Any]:
    """A statistic; `context` may have a sub_split and a perturbation."""
    written: dict[str, Any] = {"name": {"name": name, "split": split} | context, "count": trials}
    if mean is not None:
        written |= {"sum": mean * trials, "mean": mean, "variance": stddev**2, "stddev": stddev}
    return written


def perturbation(name: str, computed_on: str = "perturbed", **settings: Any) -> dict[str, Any]:
    roles = {"robustness": True, "fairness": False, "computed_on": computed_on}
    return {"name": name} | roles | settings


def instance(key: str, *stats: dict[str, Any], trial: int = 0, **more: Any) -> dict[str, Any]:
    return {"instance_id": key, "train_trial_index": trial, "stats": list(stats)} | more


def as_json(written: Any) -> bytes:
    """As HELM writes it."""
    return json.dumps(written, indent=2).encode()
