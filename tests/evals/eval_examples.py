"""Result files in the shape of lm-evaluation-harness 0.4, made up here."""

from __future__ import annotations

import json
from typing import Any

DOC_TO_TEXT = "Question: {{question}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nAnswer:"
SYSTEM_INFO = "PyTorch version: 2.9.0\nOS: Linux\nCPU: 64 cores\n" * 40


def task_config(task: str, **changes: Any) -> dict[str, Any]:
    return {
        "task": task,
        "dataset_path": f"example/{task}",
        "dataset_name": "main",
        "dataset_kwargs": {"trust_remote_code": True},
        "training_split": "train",
        "test_split": "test",
        "process_docs": "def process_docs(dataset):\n    return dataset.map(clean)\n",
        "doc_to_text": DOC_TO_TEXT,
        "doc_to_target": "{{answer}}",
        "doc_to_choice": ["A", "B"],
        "unsafe_code": False,
        "description": "Answer the question.\n\n",
        "target_delimiter": " ",
        "fewshot_delimiter": "\n\n",
        "fewshot_config": {"sampler": "first_n"},
        "num_fewshot": 5,
        "metric_list": [
            {"metric": "acc", "aggregation": "mean", "higher_is_better": True},
            {"metric": "acc_norm", "aggregation": "mean", "higher_is_better": True},
        ],
        "output_type": "multiple_choice",
        "repeats": 1,
        "should_decontaminate": False,
        "metadata": {"version": 1.0},
    } | changes


def lm_eval_file(
    results: dict[str, dict[str, Any]],
    *,
    configs: dict[str, dict[str, Any] | None] | None = None,
    model_args: Any = "pretrained=example/wren,dtype=bfloat16",
    n: int = 1000,
    **changes: Any,
) -> dict[str, Any]:
    """The whole file for these results; any top-level key can be replaced by name.

    A group has no configuration: None.
    """
    of_tasks = {task: task_config(task) for task in results} | (configs or {})
    written = {
        "results": {task: {"alias": task, **values} for task, values in results.items()},
        "group_subtasks": {task: [] for task in results},
        "configs": {task: config for task, config in of_tasks.items() if config is not None},
        "versions": dict.fromkeys(results, 1.0),
        "n-shot": dict.fromkeys(results, 5),
        "higher_is_better": {task: {"acc": True, "acc_norm": True} for task in results},
        "n-samples": {task: {"original": n, "effective": n} for task in results},
        "config": {
            "model": "hf",
            "model_args": model_args,
            "model_num_parameters": 7_000_000_000,
            "batch_size": "8",
            "batch_sizes": [],
            "device": "cuda:0",
            "use_cache": None,
            "limit": None,
            "bootstrap_iters": 100000,
            "gen_kwargs": None,
            "random_seed": 0,
            "fewshot_seed": 1234,
        },
        "git_hash": "9f1c2ab",
        "date": 1745150400.25,
        "pretty_env_info": SYSTEM_INFO,
        "transformers_version": "4.51.3",
        "lm_eval_version": "0.4.9.1",
        "tokenizer_pad_token": ["<pad>", "0"],
        "max_length": 8192,
        "task_hashes": {},
        "model_source": "hf",
        "model_name": "example/wren",
        "system_instruction": None,
        "system_instruction_sha": None,
        "fewshot_as_multiturn": False,
        "chat_template": None,
        "chat_template_sha": None,
        "total_evaluation_time_seconds": "812.4",
    }
    return written | changes


def as_json(written: dict[str, Any]) -> bytes:
    """As the harness writes it."""
    return json.dumps(written, indent=2, ensure_ascii=False).encode()
