"""Result files as lm-evaluation-harness 0.4.9 writes them, from scores; reads and writes no disk.

The numbers follow the harness's own formulas: a stderr is that of the mean of n scores, a
group pools its parts, and where answers are logged the aggregate is their mean.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any

Json = dict[str, Any]

_MACHINE: Json = {
    "pretty_env_info": "PyTorch version: 2.7.1+cu126\nOS: Linux (x86_64)\nPython version: 3.12.8",
    "transformers_version": "4.52.4",
    "lm_eval_version": "0.4.9",
    "upper_git_hash": None,
    "tokenizer_pad_token": ["<pad>", "0"],
    "tokenizer_eos_token": ["<end>", "2"],
    "tokenizer_bos_token": ["<start>", "1"],
    "eot_token_id": 2,
    "max_length": 131072,
}


@dataclass(frozen=True, slots=True)
class Score:
    """One metric of one task; a stderr of None is the harness's "N/A"."""

    metric: str
    value: float
    stderr: float | None
    filter: str = "none"
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """One question as asked, and what came of it."""

    doc: Json
    prompt: str
    target: str
    response: str
    kept: str  # what the filter made of the response
    score: float


@dataclass(frozen=True, slots=True)
class Task:
    """What one task measured; `answers` are logged where the team allows it."""

    name: str
    n: int
    version: float
    shots: int
    scores: tuple[Score, ...]
    config: Json = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks whose first scores are pooled under a name of their own."""

    name: str
    version: float
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One call of the harness."""

    suite: str  # the folder below evals/ that it writes to
    started: datetime
    seconds: float
    backend: str  # the harness's word for how it reached the model
    model: str
    model_args: str
    measured: tuple[Task | Group, ...]

    @property
    def stamp(self) -> str:
        return self.started.strftime("%Y-%m-%dT%H-%M-%S.%f")

    @property
    def tasks(self) -> Iterator[Task]:
        for one in self.measured:
            yield from one.tasks if isinstance(one, Group) else (one,)


def files(run: Run) -> dict[str, bytes]:
    """The files of a run by their path below evals/."""
    written = {f"results_{run.stamp}.json": _dumped(results(run), indent=2)}
    for task in run.tasks:
        if task.answers:
            rows = (_dumped(row) + b"\n" for row in samples(task))
            written[f"samples_{task.name}_{run.stamp}.jsonl"] = b"".join(rows)
    return {f"{run.suite}/{name}": data for name, data in written.items()}


# -- scores ----------------------------------------------------------------------------------------


def right(metric: str, count: int, n: int, filter_name: str = "none") -> Score:
    """`count` of n questions scored 1, the others 0."""
    share = count / n
    return Score(metric, share, sqrt(share * (1 - share) / (n - 1)), filter_name)


def mean(metric: str, answers: Iterable[Answer], *, higher_is_better: bool = True) -> Score:
    """The mean of logged answers, with the stderr of a sample of them."""
    scores = [answer.score for answer in answers]
    n, average = len(scores), sum(scores) / len(scores)
    variance = sum((score - average) ** 2 for score in scores) / (n - 1)
    return Score(metric, average, sqrt(variance / n), higher_is_better=higher_is_better)


def pooled(group: Group) -> Score:
    """The mean over all questions of a group, and the harness's pooled stderr."""
    parts = [(task.n, task.scores[0]) for task in group.tasks]
    n = sum(size for size, _ in parts)
    value = sum(size * score.value for size, score in parts) / n
    # The harness's pooled_sample_stderr: every part's variance, weighted by its size less one.
    squares = sum((size - 1) * size * (score.stderr or 0.0) ** 2 for size, score in parts)
    first = parts[0][1]
    return Score(first.metric, value, sqrt(squares / (n - len(parts)) / n), first.filter)


# -- results_*.json --------------------------------------------------------------------------------


def results(run: Run) -> Json:
    """The aggregates, in the order in which the harness writes its keys."""
    groups = [one for one in run.measured if isinstance(one, Group)]
    tasks = list(run.tasks)
    named: list[Task | Group] = [*groups, *tasks]
    return {
        "results": dict(_result_rows(run)),
        **_group_rows(groups),
        "group_subtasks": {
            one.name: [task.name for task in one.tasks] if isinstance(one, Group) else []
            for one in run.measured
        },
        "configs": {task.name: _config(task, run.model) for task in tasks},
        "versions": {one.name: one.version for one in named},
        "n-shot": {task.name: task.shots for task in tasks},
        "higher_is_better": {
            one.name: {score.metric: score.higher_is_better for score in _scores(one)}
            for one in named
        },
        "n-samples": {task.name: {"original": task.n, "effective": task.n} for task in tasks},
        "config": _run_config(run),
        "git_hash": "4f8ba2d1",
        "date": run.started.timestamp(),
        **_MACHINE,
        "task_hashes": {task.name: _task_hash(task) for task in tasks if task.answers},
        **_experiment(run),
    }


def _result_rows(run: Run) -> Iterator[tuple[str, Json]]:
    for one in run.measured:
        yield one.name, _row(one.name, _scores(one))
        if isinstance(one, Group):
            for task in one.tasks:
                yield task.name, _row(" - " + task.name.removeprefix(one.name + "_"), task.scores)


def _group_rows(groups: list[Group]) -> Json:
    """The harness leaves the key out where there are none."""
    rows = {one.name: _row(one.name, [pooled(one)]) for one in groups}
    return {"groups": rows} if rows else {}


def _scores(one: Task | Group) -> Iterable[Score]:
    return (pooled(one),) if isinstance(one, Group) else one.scores


def _row(alias: str, scores: Iterable[Score]) -> Json:
    row: Json = {"alias": alias}
    for score in scores:
        row[f"{score.metric},{score.filter}"] = score.value
        row[f"{score.metric}_stderr,{score.filter}"] = (
            "N/A" if score.stderr is None else score.stderr
        )
    return row


def _config(task: Task, model: str) -> Json:
    metrics = {score.metric: score.higher_is_better for score in task.scores}
    return {
        "task": task.name,
        **task.config,
        "num_fewshot": task.shots,
        "metric_list": [
            {"metric": metric, "aggregation": "mean", "higher_is_better": higher}
            for metric, higher in metrics.items()
        ],
        "repeats": 1,
        "should_decontaminate": False,
        "metadata": {"version": task.version, "model": model},
    }


def _run_config(run: Run) -> Json:
    return {
        "model": run.backend,
        "model_args": run.model_args,
        "batch_size": "auto",
        "batch_sizes": [],
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


def _experiment(run: Run) -> Json:
    start = 1_000_000.0 + run.started.timestamp() % 86_400  # a counter, not a date
    return {
        "model_source": run.backend,
        "model_name": run.model,
        "model_name_sanitized": run.model.replace("/", "__"),
        "system_instruction": None,
        "system_instruction_sha": None,
        "fewshot_as_multiturn": False,
        "chat_template": None,
        "chat_template_sha": None,
        "start_time": start,
        "end_time": start + run.seconds,
        "total_evaluation_time_seconds": str(run.seconds),
    }


# -- samples_*.jsonl -------------------------------------------------------------------------------


def samples(task: Task) -> Iterator[Json]:
    """One row a question, as the harness logs it."""
    score = task.scores[0]
    for number, answer in enumerate(task.answers):
        yield {
            "doc_id": number,
            "doc": answer.doc,
            "target": answer.target,
            "arguments": {"gen_args_0": {"arg_0": answer.prompt, "arg_1": {"until": ["\n\n"]}}},
            "resps": [[answer.response]],
            "filtered_resps": [answer.kept],
            "filter": score.filter,
            "metrics": [score.metric],
            **_hashes(answer),
            score.metric: answer.score,
        }


def _hashes(answer: Answer) -> Mapping[str, str]:
    return {
        "doc_hash": _hash(json.dumps(answer.doc, indent=2, ensure_ascii=False)),
        "prompt_hash": _hash(answer.prompt),
        "target_hash": _hash(answer.target),
    }


def _task_hash(task: Task) -> str:
    return _hash("".join("".join(_hashes(answer).values()) for answer in task.answers))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _dumped(value: Json, indent: int | None = None) -> bytes:
    return json.dumps(value, indent=indent, ensure_ascii=False).encode()
