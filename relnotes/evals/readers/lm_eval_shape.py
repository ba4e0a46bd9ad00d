"""The parts of an lm-eval 0.4 result file that are read; everything else is skipped unparsed.

Only the skeleton is typed: versions of the harness differ in what they write into a field.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Run(msgspec.Struct):
    """How the harness was called."""

    model_args: Any = None
    limit: Any = msgspec.UNSET
    num_fewshot: Any = None
    fewshot_seed: Any = None


class File(msgspec.Struct, rename={"n_shot": "n-shot", "n_samples": "n-samples"}):
    """One run over one or more tasks; the dictionaries are by task name."""

    results: dict[str, dict[str, Any]]
    group_subtasks: dict[str, list[str]] = {}
    configs: dict[str, msgspec.Raw] = {}
    versions: dict[str, Any] = {}
    n_shot: dict[str, Any] = {}
    n_samples: dict[str, dict[str, Any]] = {}
    higher_is_better: dict[str, dict[str, bool | None] | bool | None] = {}
    config: Run | None = None
    date: Any = None
    lm_eval_version: Any = None
    model_name: Any = None
    task_hashes: dict[str, Any] | None = None
    system_instruction_sha: Any = msgspec.UNSET
    chat_template_sha: Any = msgspec.UNSET
    fewshot_as_multiturn: Any = None
    model_source: Any = None


DECODER = msgspec.json.Decoder(File)
