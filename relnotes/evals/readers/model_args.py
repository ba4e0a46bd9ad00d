"""Model arguments of lm-eval: which are the model, which are speed, which change the measure.

Secrets among them never get past here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from relnotes.evals.comparability import MODEL_ARGUMENT
from relnotes.evals.readers.redaction import is_secret_key, redacted

# What a release changes by being a release.
_MODEL = ("pretrained", "model", "path", "engine", "model_name", "model_id")
_IDENTITY = frozenset(
    {
        *_MODEL,
        *("revision", "peft", "delta", "lora_local_path", "lora_path", "adapter", "autogptq"),
        *("tokenizer", "tokenizer_name", "tokenizer_path", "tokenizer_revision"),
        *("base_url", "gguf_file", "filename", "subfolder", "config", "config_name"),
        *("checkpoint", "checkpoint_path", "ckpt", "ckpt_path", "step", "weights", "model_path"),
        *("adapter_path", "lora", "deployment", "deployment_name"),
    }
)
# What makes a run faster or possible, and no answer different.
_PERFORMANCE = frozenset(
    {
        *("device", "device_map", "device_map_option", "parallelize", "devices", "num_gpus"),
        *("batch_size", "max_batch_size", "max_memory", "max_memory_per_gpu", "max_cpu_memory"),
        *("tensor_parallel_size", "data_parallel_size", "pipeline_parallel_size"),
        *(
            "gpu_memory_utilization",
            "swap_space",
            "offload_folder",
            "offload_buffers",
            "cpu_offload_gb",
        ),
        *("low_cpu_mem_usage", "use_fast_tokenizer", "use_fast", "use_cache", "cache_dir"),
        *("download_dir", "trust_remote_code", "num_concurrent", "max_retries", "timeout"),
        *("max_length_cache", "max_num_seqs", "max_num_batched_tokens", "enforce_eager"),
        *("disable_log_stats", "disable_log_requests", "verify_certificate", "log_level"),
    }
)


def conditions(model_args: Any) -> tuple[tuple[str, str], ...]:
    """The arguments that decide what may be compared, as condition pairs."""
    if isinstance(model_args, str):
        return _conditions_of_text(model_args)
    return tuple(_conditions(model_args)) if isinstance(model_args, dict) else ()


def model(model_args: Any) -> str | None:
    """The name of the model among its arguments."""
    found = _parsed(model_args) if isinstance(model_args, str) else model_args
    if not isinstance(found, dict):
        return None
    names = (found[key] for key in _MODEL if found.get(key))
    return next((redacted(str(name)) for name in names), None)


@lru_cache(maxsize=512)
def _conditions_of_text(model_args: str) -> tuple[tuple[str, str], ...]:
    return tuple(_conditions(_parsed(model_args)))


def _conditions(arguments: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in sorted(arguments.items()):
        plain = str(key).strip().lower().replace("-", "_")
        if plain in _IDENTITY or plain in _PERFORMANCE or is_secret_key(plain):
            continue
        yield MODEL_ARGUMENT + str(key).strip(), redacted(_text(value))


def _parsed(model_args: str) -> dict[str, Any]:
    """`a=1,b=2`, or the JSON object that newer versions take as well."""
    if model_args.lstrip().startswith("{"):
        try:
            found = json.loads(model_args)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
    arguments: dict[str, Any] = {}
    last = ""
    for part in model_args.split(","):
        key, equals, value = part.partition("=")
        if equals:
            last = key.strip()
            arguments[last] = value.strip()
        elif last:  # a comma inside a value
            arguments[last] = f"{arguments[last]},{part}"
    return arguments


def _text(value: Any) -> str:
    if isinstance(value, str):
        return {"true": "True", "false": "False"}.get(value, value)
    return str(value) if isinstance(value, bool | int | float | None) else _nested(value)


def _nested(value: Any) -> str:
    return json.dumps(_without_secrets(value), sort_keys=True, ensure_ascii=False)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            str(key): _without_secrets(item)
            for key, item in value.items()
            if not is_secret_key(str(key))
        }
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value
