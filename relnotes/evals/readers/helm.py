"""Read the run folders of HELM: `stats.json` beside `run_spec.json` and their companions.

Its traps: `count` counts trials, and n is the statistic `num_instances`; over one trial the
standard deviation is 0, which says nothing; the numbers and the task stand in different files;
splits and perturbations are siblings that must not merge; folder names hold `:`, `=` and `,`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks
from relnotes.evals.readers.helm_conditions import (
    conditions,
    model,
    task_of_folder,
    task_of_name,
)
from relnotes.evals.readers.helm_shape import (
    INSTANCES,
    RUN_SPEC,
    STATS,
    Context,
    Stat,
    context_of,
)
from relnotes.evals.result import TASK, Direction, EvalFile, Measurement
from relnotes.evals.sample import Sample, State

name = "HELM run folder"

_STATS = re.compile(rb'\s*\[\s*\{\s*"name"\s*:\s*\{\s*"name"\s*:')
_INSTANCES = re.compile(rb'\s*\[\s*\{\s*"instance_id"\s*:')
_HOLDS = re.compile(rb'"(stats|predicted_text|request)"\s*:')
_SPEC = (b'"scenario_spec"', b'"adapter_spec"')
_STATE = (b'"adapter_spec"', b'"request_states"')
_SCENARIO = (b'"definition_path"', b'"tags"')
_DATASET = re.compile(rb'\s*\[\s*\{\s*"input"\s*:\s*\{.*?"references"\s*:', re.DOTALL)
_BEGINNING = 1 << 16

# What describes the run and not the answers. HELM itself calls no direction of these better.
_NO_METRIC = re.compile(
    r"num_\w+|finish_reason_\w+|training_\w+_cost|inference_\w+|batch_size|prompt_truncated"
    r"|predicted_index|platt_(coef|intercept)"
)
_HIGHER = frozenset({"logprob", "logprob_per_byte", "selective_cov_acc_area", "selective_acc@10"})
_LOWER = frozenset({"ece_10_bin", "ece_1_bin", "platt_ece_10_bin", "platt_ece_1_bin"})
_OF_ALL = frozenset({"robustness", "fairness"})
_MEND = "a run has one number for each; keep each run in a folder of its own"


def recognise(head: bytes) -> bool:
    """Any file of a run folder."""
    return _kind(head) is not None


def read(data: bytes, place: str) -> EvalFile:
    """The numbers of `stats.json`; of the specification what it says of its folder."""
    kind = _kind(data)
    if kind == "stats":
        return _read_stats(data, place)
    if kind == "run_spec":
        spec = json_text.decode(data, RUN_SPEC, place)
        shared = ((TASK, task_of_name(spec.name)), *conditions(spec))
        return EvalFile(name, "HELM", None, None, model(spec), (), (), shared)
    return EvalFile(name, "HELM", None, None, None)


def read_samples(file: BinaryIO, place: str) -> Iterator[Sample]:
    """Of `per_instance_stats.json`: every metric of every instance, trial by trial.

    The task is that of the folder's name, until `run_spec.json` says another.
    """
    data = file.read()
    if _kind(data) != "instances":
        return
    seen: dict[Sample, None] = {}
    for sample in _samples(data, place):
        if sample not in seen:  # two of HELM's metrics may write the same statistic
            seen[sample] = None
            yield sample


def _samples(data: bytes, place: str) -> Iterator[Sample]:
    task, checks = task_of_folder(place), Checks(b"", place)
    for instance in json_text.decode(data, INSTANCES, place):
        trial = instance.train_trial_index
        for stat in instance.stats:
            if _NO_METRIC.fullmatch(stat.name.name):
                continue
            score = _score(stat, f"{place}: {instance.instance_id}", checks)
            yield Sample(
                task,
                stat.name.name,
                context_of(stat.name).shown,
                str(instance.instance_id),
                trial + 1 if isinstance(trial, int) else 1,
                None,
                score,
                State.UNSCORED if score is None else State.SCORED,
            )
    checks.finish()


def _kind(data: bytes) -> str | None:
    """Which file of a run folder it is, by what it begins with."""
    head = data[:_BEGINNING]
    if _STATS.match(head):
        return "stats" if b'"count"' in head else None
    if _INSTANCES.match(head):
        return _of_instances(head)
    if head.lstrip()[:1] == b"{":
        for kind, marks in (("state", _STATE), ("run_spec", _SPEC), ("scenario", _SCENARIO)):
            if all(mark in head for mark in marks):
                return kind
    return "dataset" if _DATASET.match(head) else None


def _of_instances(head: bytes) -> str | None:
    """The scores, or what HELM writes for its web page, which may have empty `stats` at its end."""
    found = _HOLDS.search(head)
    if found is None:
        return "display" if b'"train_trial_index"' in head else None
    return "instances" if found[1] == b"stats" else "display"


def _read_stats(data: bytes, place: str) -> EvalFile:
    stats = json_text.decode(data, STATS, place)
    checks = Checks(data, place)
    n = {
        context_of(stat.name): checks.count(stat.mean, (index, "mean"))
        for index, stat in enumerate(stats)
        if stat.name.name == "num_instances"
    }
    perturbed = any(_is_perturbed(stat) for stat in stats)
    measurements: dict[tuple[str, str, str | None], Measurement] = {}
    for index, stat in enumerate(stats):
        if _NO_METRIC.fullmatch(stat.name.name):
            continue
        context = context_of(stat.name)
        if context.perturbation in _OF_ALL and not perturbed:
            checks.remark("nothing was perturbed: robustness and fairness repeat the plain scores")
            continue
        one = _measurement(stat, index, context, _n_of(context, n), place, checks)
        if one.key in measurements and one.value != measurements[one.key].value:
            what = f"{one.metric} of {one.filter} is given twice, and differently"
            checks.problem((index,), what, _MEND)
        measurements[one.key] = one
    if not measurements:
        checks.remark("this file holds no result")
    return EvalFile(name, "HELM", None, None, None, tuple(measurements.values()), checks.finish())


def _measurement(
    stat: Stat, index: int, context: Context, n: int | None, place: str, checks: Checks
) -> Measurement:
    """No standard error: the spread over trials is that of the examples shown to the model."""
    return checks.measurement(
        task_of_folder(place),
        stat.name.name,
        context.shown,
        checks.number(stat.mean, (index, "mean")),
        None,
        None,
        n,
        _direction(stat.name.name),
        (("harness", "HELM"),),
    )


def _n_of(context: Context, n: dict[Context, int | None]) -> int | None:
    """Counted are plain and perturbed instances; worst and original are over the same ones."""
    for known in (
        context,
        context._replace(computed_on="perturbed"),
        Context(context.split, "", ""),
    ):
        if known in n:
            return n[known]
    return None


def _is_perturbed(stat: Stat) -> bool:
    perturbation = stat.name.perturbation
    return perturbation is not None and str(perturbation.get("name")) not in _OF_ALL


def _direction(metric: str) -> Direction | None:
    if metric in _HIGHER:
        return Direction.HIGHER
    return Direction.LOWER if metric in _LOWER else None


def _score(stat: Stat, place: str, checks: Checks) -> float | None:
    return checks.number_at(stat.mean, place, stat.name.name)
