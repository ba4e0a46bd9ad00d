"""Small bundles for tests: a few lines say what a release holds, the rest is filled in."""

from __future__ import annotations

import json
import math
from typing import Any

import yaml
from gitkit import GitRepo

MODEL = {"name": "Wren", "provider_id": "wren-1", "version": "2026-01", "weights": "sha256:aa"}
SETTINGS = '[project]\nname = "Wren"\n\n[[lines]]\nname = "wren"\ntags = "v*"\n'
MKDOCS = "INHERIT: relnotes.mkdocs.yml\n"


def bundle(**parts: Any) -> str:
    """`bundle.yaml` with a model, and whatever is given."""
    return yaml.safe_dump({"model": MODEL, **parts}, sort_keys=False)


def limitation(id_: str = "KL0001", text: str = "Invents citations.", **more: Any) -> str:
    return yaml.safe_dump({"id": id_, "text": text, **more}, sort_keys=False)


def behaviours(*items: dict[str, Any]) -> str:
    filled = [{"principle": "Says what is so.", **item} for item in items]
    return yaml.safe_dump({"behaviours": filled}, sort_keys=False)


def native_eval(
    task: str = "honesty", value: float = 0.9, n: int | None = 1000, **more: Any
) -> str:
    """A result in our own format, one task with one metric."""
    metric: dict[str, Any] = {"name": "acc", "value": value}
    if n:
        metric["stderr"] = round(math.sqrt(max(value * (1 - value), 1e-9) / n), 6)
    entry = {"task": task, "version": 1, "n": n, "metrics": [metric], **more}
    return yaml.safe_dump(
        {
            "format": "relnotes-eval/1",
            "harness": {"name": "house", "version": "1.0"},
            "tasks": [{key: item for key, item in entry.items() if item is not None}],
        },
        sort_keys=False,
    )


def lm_eval(scores: dict[str, float], n: int = 1000, **config: Any) -> str:
    """A results file of lm-evaluation-harness with `acc` for each task."""
    return json.dumps(
        {
            "results": {
                task: {
                    "alias": task,
                    "acc,none": value,
                    "acc_stderr,none": math.sqrt(value * (1 - value) / n),
                }
                for task, value in scores.items()
            },
            "versions": dict.fromkeys(scores, 1.0),
            "n-shot": dict.fromkeys(scores, 0),
            "higher_is_better": {task: {"acc": True} for task in scores},
            "n-samples": {task: {"original": n, "effective": n} for task in scores},
            "config": {"model": "hf", "model_args": "pretrained=wren", "limit": None, **config},
            "lm_eval_version": "0.4.9",
        }
    )


def project(path: Any, releases: dict[str, dict[str, str | bytes | None]]) -> GitRepo:
    """A repository whose tags are `releases`: files below bundle/, on top of the one before."""
    repository = GitRepo(path)
    repository.commit({"relnotes.toml": SETTINGS, "mkdocs.yml": MKDOCS})
    for tag, files in releases.items():
        repository.release(tag, {f"bundle/{name}": data for name, data in files.items()})
    return repository
