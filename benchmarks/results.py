"""Result files as lm-evaluation-harness writes them, many and fast.

The text of a file is made once; a new version of it costs a walk over its scores and a join.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from random import Random
from typing import Any

Json = dict[str, Any]

STEP = 0.2  # standard errors that a score moves from one run to the next
RETURN = 0.3  # of the way back to where the task started
DROP = 6.0  # standard errors of a real regression
_PLACE = re.compile(r'"@(\d+)@"')
_PROSE = (
    "answer the question below with one letter and nothing else when several options fit choose"
    " the one that a careful reader would defend given the passage and no other source of facts"
)
_WORDS = _PROSE.split()


@dataclass(slots=True)
class Share:
    """A metric that is a share of right answers, and its standard error."""

    n: int
    start: float
    now: float

    def move(self, random: Random, drop: float = 0.0) -> None:
        error = sqrt(self.start * (1 - self.start) / self.n)
        back = (self.start - self.now) * RETURN
        moved = self.now + back + random.gauss(0.0, STEP * error) - drop * error
        self.now = min(max(moved, 1 / self.n), 1 - 1 / self.n)

    @property
    def shown(self) -> tuple[str, str]:
        share = round(self.now * self.n) / self.n
        return repr(share), repr(sqrt(share * (1 - share) / (self.n - 1)))


class ResultFile:
    """One suite: `move` runs it again, `text` is its file."""

    def __init__(self, number: int, tasks: int, random: Random) -> None:
        name = self.name = f"suite{number:03}"
        self.path = f"evals/{name}/results.json"
        self.tasks = [f"{name}_{_KINDS[(number + at) % len(_KINDS)]}_{at}" for at in range(tasks)]
        self._shares: list[Share] = []
        document = self._document(random)
        pieces = _PLACE.split(json.dumps(document, indent=2))
        self._texts = [text.encode() for text in pieces[::2]]
        self._places = [int(place) for place in pieces[1::2]]

    def move(self, random: Random, *, regress: bool = False) -> None:
        """Measure again; `regress`: the first task loses what nobody can overlook."""
        for at, share in enumerate(self._shares):
            share.move(random, DROP if regress and at == 0 else 0.0)

    def text(self, started: int) -> bytes:
        """The file of a run that started then (seconds since 1970)."""
        values = [repr(started + 0.25), repr(1_000_000.5 + started), repr(1_000_900.75 + started)]
        for share in self._shares:
            values += share.shown
        encoded = [value.encode() for value in values]
        parts = [self._texts[0]]
        for place, text in zip(self._places, self._texts[1:], strict=True):
            parts += (encoded[place], text)
        return b"".join(parts)

    # -- the document, with "@3@" where the fourth value goes --------------------------------------

    def _share(self, n: int, random: Random) -> tuple[str, str]:
        start = random.uniform(0.25, 0.9)
        self._shares.append(Share(n, start, start))
        place = 1 + 2 * len(self._shares)
        return f"@{place}@", f"@{place + 1}@"

    def _document(self, random: Random) -> Json:
        sizes = {task: random.randrange(400, 4000) for task in self.tasks}
        return {
            "results": {task: self._row(task, sizes[task], random) for task in self.tasks},
            "group_subtasks": {task: [] for task in self.tasks},
            "configs": {task: _config(task, random) for task in self.tasks},
            "versions": dict.fromkeys(self.tasks, 1.0),
            "n-shot": {task: _shots(task) for task in self.tasks},
            "higher_is_better": {task: _better(task) for task in self.tasks},
            "n-samples": {
                task: {"original": sizes[task], "effective": sizes[task]} for task in self.tasks
            },
            "config": _RUN,
            "git_hash": "4f8ba2d1",
            "date": "@0@",
            **_MACHINE,
            "task_hashes": {},
            "model_source": "vllm",
            "model_name": "bench/model",
            "model_name_sanitized": "bench__model",
            "system_instruction": None,
            "system_instruction_sha": None,
            "fewshot_as_multiturn": False,
            "chat_template": None,
            "chat_template_sha": None,
            "start_time": "@1@",
            "end_time": "@2@",
            "total_evaluation_time_seconds": "900.25",
        }

    def _row(self, task: str, n: int, random: Random) -> Json:
        row: Json = {"alias": task}
        for metric, filter_name in _METRICS[_kind(task)]:
            value, stderr = self._share(n, random)
            row[f"{metric},{filter_name}"] = value
            row[f"{metric}_stderr,{filter_name}"] = stderr
        return row


_METRICS = {
    "choice": [("acc", "none"), ("acc_norm", "none")],
    "answer": [("exact_match", "strict-match"), ("exact_match", "flexible-extract")],
    "span": [("exact", "none"), ("f1", "none")],
    "truth": [("acc", "none"), ("mc2", "none"), ("f1", "none")],
}
_KINDS = list(_METRICS)


def _kind(task: str) -> str:
    return task.rsplit("_", 2)[1]


def _shots(task: str) -> int:
    return 8 if _kind(task) == "answer" else 0


def _better(task: str) -> Json:
    return dict.fromkeys((metric for metric, _ in _METRICS[_kind(task)]), True)


def _config(task: str, random: Random) -> Json:
    metrics = dict.fromkeys(metric for metric, _ in _METRICS[_kind(task)])
    return {
        "task": task,
        "tag": ["bench"],
        "dataset_path": f"bench/{task.rsplit('_', 2)[0]}",
        "dataset_name": _kind(task),
        "training_split": "train",
        "validation_split": "validation",
        "test_split": "test",
        "fewshot_split": "validation",
        "process_docs": _function("process_docs", random),
        "doc_to_text": _prose(random, 60) + "\n\n{{question.strip()}}\nA. {{a}}\nB. {{b}}\nAnswer:",
        "doc_to_target": "{{['A', 'B', 'C', 'D'][answer]}}",
        "doc_to_choice": ["A", "B", "C", "D"],
        "unsafe_code": False,
        "description": _prose(random, 90),
        "target_delimiter": " ",
        "fewshot_delimiter": "\n\n",
        "fewshot_config": {"sampler": "first_n", "samples": [_sample(random) for _ in range(4)]},
        "num_fewshot": _shots(task),
        "metric_list": [
            {"metric": metric, "aggregation": "mean", "higher_is_better": True}
            for metric in metrics
        ],
        "output_type": "generate_until" if _kind(task) == "answer" else "multiple_choice",
        "generation_kwargs": {"until": ["Q:", "</s>"], "do_sample": False, "temperature": 0.0},
        "repeats": 1,
        "filter_list": [
            {
                "name": "strict-match",
                "filter": [
                    {"function": "regex", "regex_pattern": "The answer is (\\-?[0-9\\.\\,]+)."},
                    {"function": "take_first"},
                ],
            },
            {
                "name": "flexible-extract",
                "filter": [
                    {"function": "regex", "group_select": -1, "regex_pattern": "(-?[$0-9.,]{2,})"},
                    {"function": "take_first"},
                ],
            },
        ],
        "should_decontaminate": False,
        "metadata": {"version": 1.0, "pretrained": "bench/model", "dtype": "bfloat16"},
    }


def _prose(random: Random, words: int) -> str:
    return " ".join(random.choices(_WORDS, k=words)).capitalize() + "."


def _sample(random: Random) -> Json:
    return {"question": _prose(random, 25), "target": _prose(random, 40)}


def _function(name: str, random: Random) -> str:
    lines = [f"    out['{word}'] = doc['{word}'].strip()" for word in random.choices(_WORDS, k=8)]
    return f"def {name}(doc):\n    out = {{}}\n" + "\n".join(lines) + "\n    return out\n"


@lru_cache
def _environment() -> str:
    """What the harness writes of the machine: a few thousand characters that nobody compares."""
    random = Random("environment")
    head = "PyTorch version: 2.7.1+cu126\nOS: Linux (x86_64)\nPython version: 3.12.8\nCPU:\n"
    flags = " ".join(f"{random.choice(_WORDS)}_{at}" for at in range(110))
    libraries = "\n".join(f"[pip3] lib-{word}=={at}.1" for at, word in enumerate(_WORDS))
    return f"{head}Flags: {flags}\n\nVersions of relevant libraries:\n{libraries}"


_RUN: Json = {
    "model": "vllm",
    "model_args": "pretrained=bench/model,dtype=bfloat16,gpu_memory_utilization=0.9",
    "model_num_parameters": 8030261248,
    "model_dtype": "torch.bfloat16",
    "batch_size": "auto",
    "batch_sizes": [64],
    "device": None,
    "use_cache": None,
    "limit": None,
    "bootstrap_iters": 100000,
    "gen_kwargs": None,
    "random_seed": 0,
    "numpy_seed": 1234,
    "torch_seed": 1234,
    "fewshot_seed": 1234,
}
_MACHINE: Json = {
    "pretty_env_info": _environment(),
    "transformers_version": "4.52.4",
    "lm_eval_version": "0.4.9",
    "upper_git_hash": None,
    "tokenizer_pad_token": ["<pad>", "0"],
    "tokenizer_eos_token": ["<end>", "2"],
    "tokenizer_bos_token": ["<start>", "1"],
    "eot_token_id": 2,
    "max_length": 131072,
}
