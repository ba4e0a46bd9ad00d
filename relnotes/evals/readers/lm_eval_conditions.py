"""How an lm-eval run measured: the fields that decide whether two results may be compared."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from relnotes.evals.comparability import (
    ALL_PROMPTS,
    QUESTIONS,
    SYSTEM_PROMPT,
    harness_condition,
)
from relnotes.evals.readers import model_args
from relnotes.evals.readers.lm_eval_shape import File
from relnotes.evals.readers.lm_eval_task import Task, digest, task

Pairs = tuple[tuple[str, str], ...]

FIRST_VERSION = "0.4"
"""The harness writes its version since 0.4.3; this shape of file is as old as 0.4."""

_AN_OBJECT = "CUSTOM"
"""The model was handed over in Python, so its interface has no name."""


def of_run(file: File) -> Pairs:
    """Of every task alike. A null template is known to be none; a missing key is not known."""
    version = text(file.lm_eval_version) or FIRST_VERSION
    found = {"harness": harness_condition("lm-eval", version)}
    if file.model_source and file.model_source != _AN_OBJECT:
        found["model interface"] = str(file.model_source)
    if file.chat_template_sha is not msgspec.UNSET:
        found["chat template"] = text(file.chat_template_sha) or "none"
    if file.system_instruction_sha is not msgspec.UNSET:
        found[SYSTEM_PROMPT] = text(file.system_instruction_sha) or "none"
    run = file.config
    if run is None:
        return tuple(found.items())
    if run.limit is not msgspec.UNSET:
        limit = run.limit
        found["limit"] = f"{limit:g}" if isinstance(limit, float) else text(limit) or "none"
    return (*found.items(), *model_args.conditions(run.model_args))


class Conditions(msgspec.Struct, frozen=True, eq=False):
    """Of one task in one run. Release after release says the same of it: it is put together once,
    and what is the same is one tuple."""

    pairs: Pairs
    scored: dict[str | None, Pairs] = {}

    def with_scorer(self, scorer: str | None) -> Pairs:
        """All conditions of one of its results, sorted."""
        found = self.scored.get(scorer)
        if found is None:
            own = (("scorer", scorer),) if scorer else ()
            found = self.scored[scorer] = tuple(sorted((*self.pairs, *own)))
        return found


def of_task(file: File, name: str, config: Task | None, run: Pairs) -> Conditions:
    """Of one task or group, `run` being those of the run."""
    below = _leaves(file, name) if is_group(file, name) else []
    shots = _shots(file, below) if below else _shots_of(file, name, config)
    said = (
        text(file.versions.get(name)),
        shots,
        text(file.task_hashes.get(name)) if file.task_hashes else None,
        text(file.n_samples[name].get("original")) if name in file.n_samples else None,
        _questions(file, name),
        text(file.config.fewshot_seed) if file.config and shots != "0" else None,
        text(file.fewshot_as_multiturn) if shots != "0" else None,  # null is left to the harness
        digest([[leaf, text(file.versions.get(leaf))] for leaf in below]) if below else None,
    )
    return _of_task(run, said, config)


_SAID = (
    *("task version", "shots", ALL_PROMPTS, "dataset size", QUESTIONS),
    *("few-shot seed", "few-shot as multiturn", "subtasks"),
)


@lru_cache(maxsize=4096)
def _of_task(run: Pairs, said: tuple[str | None, ...], config: Task | None) -> Conditions:
    known = ((name, value) for name, value in zip(_SAID, said, strict=True) if value)
    return Conditions((*run, *known, *(config.conditions if config else ())))


def _questions(file: File, name: str) -> str | None:
    """How many were asked of those there are, where no limit says that it was not all of them.

    The harness does not write which ones it was told to ask (`--samples`).
    """
    counts = file.n_samples.get(name, {})
    asked, there = counts.get("effective"), counts.get("original")
    limited = file.config is not None and file.config.limit not in (None, msgspec.UNSET)
    if limited or asked is None or there is None or asked == there:
        return None
    return f"{asked} of {there}"


def asked_below(file: File, group: str) -> int | None:
    """Questions asked in all tasks of a group; None where one of them does not say."""
    leaves = _leaves(file, group)
    said = (file.n_samples.get(leaf, {}).get("effective") for leaf in leaves)
    asked = [one for one in said if isinstance(one, int)]
    return sum(asked) if asked and len(asked) == len(leaves) else None


def config_of(file: File, name: str) -> Task | None:
    """What the file says of the task itself; groups have nothing of the kind."""
    config = file.configs.get(name)
    return task(bytes(config)) if config is not None else None


def is_group(file: File, name: str) -> bool:
    """Whether its numbers are made from those of other tasks."""
    return bool(file.group_subtasks.get(name))


def text(value: Any) -> str | None:
    """As a condition shows it; None where the harness says that it does not know."""
    return None if value is None or value == "N/A" else str(value)


def _leaves(file: File, group: str) -> list[str]:
    """The tasks below a group, however deep."""
    found: dict[str, None] = {}
    waiting = list(file.group_subtasks.get(group, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            waiting.extend(file.group_subtasks.get(one, ()))
        found[one] = None
    return sorted(one for one in found if not is_group(file, one))


def _shots(file: File, tasks: list[str]) -> str | None:
    """The shots of all the tasks, or each number if they differ."""
    numbers = {_shots_of(file, name, config_of(file, name)) for name in tasks}
    return "/".join(sorted(number for number in numbers if number is not None)) or None


def _shots_of(file: File, name: str, config: Task | None) -> str | None:
    shots = file.n_shot.get(name)
    if shots is None and config:
        shots = config.shots
    if shots is None and file.config:
        shots = file.config.num_fewshot
    return text(shots)
