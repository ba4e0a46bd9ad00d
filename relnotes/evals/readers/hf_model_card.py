"""Read the `model-index` in the front matter of a Hugging Face model card.

Its traps: a value may be text (`20.0 ± 1.2`); nobody says n or direction; 0.71 in one card and
71 in the next; one metric twice, told apart only by its display name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from relnotes.errors import fail
from relnotes.evals.readers import hf_checks, yaml_checks
from relnotes.evals.readers.checks import Path
from relnotes.evals.readers.lm_eval_task import digest
from relnotes.evals.readers.yaml_checks import YamlChecks, child, plain, text
from relnotes.evals.result import EvalFile, Measurement

name = "Hugging Face model card"

_INDEX = re.compile(rb"^model-index\s*:", re.MULTILINE)
_FRONT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*---[ \t]*\r?\n")
_END = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_SHOTS = ("num_few_shot", "num_fewshot", "num_shots", "shots")
_NOBODY_SAYS = "a model card says neither n nor which way is better"


def recognise(head: bytes) -> bool:
    """Front matter, or plain YAML, with a `model-index`."""
    found = _INDEX.search(head)
    if not found:
        return False
    return found.start() == 0 or _FRONT.match(head) is not None


def read(data: bytes, place: str) -> EvalFile:
    """Every metric of every result; by model where there are several."""
    document, checks = yaml_checks.loaded(_front_matter(data, place), place)
    index = document.value.get("model-index") if isinstance(document.value, dict) else None
    models = checks.entries(index, ("model-index",))
    found = [
        (place_of, one)
        for path, model in models
        for place_of, one in _of_model(path, model, len(models) > 1, checks)
    ]
    measurements = tuple(_told_apart(found, checks))
    checks.remark(_NOBODY_SAYS)
    model = text(models[0][1].get("name")) if len(models) == 1 else None
    return EvalFile(name, "model card", None, None, model, measurements, checks.finish())


def _front_matter(data: bytes, place: str) -> bytes:
    """The part between the marks, with as many line ends before it as there were."""
    start = _FRONT.match(data)
    if start is None:
        return data
    end = _END.search(data, start.end())
    if end is None:
        raise fail(place, "the front matter does not end", "close it with a line `---`")
    return b"\n" * data.count(b"\n", 0, start.end()) + data[start.end() : end.start()]


_Found = tuple[Path, Measurement, str | None]


def _of_model(
    path: Path, model: dict[str, Any], several: bool, checks: YamlChecks
) -> Iterator[tuple[Path, tuple[Measurement, str | None]]]:
    prefix = f"{text(model.get('name')) or 'unnamed model'}: " if several else ""
    for at, result in checks.entries(model.get("results"), (*path, "results")):
        dataset = child(result, "dataset")
        task = prefix + _task(result, dataset)
        conditions = tuple(_conditions(dataset))
        for here, metric in checks.entries(result.get("metrics"), (*at, "metrics")):
            kind = text(metric.get("type")) or text(metric.get("name"))
            if kind is None or "value" not in metric:
                checks.problem(here, "a metric has neither type nor name, or no value")
                continue
            value = hf_checks.value_of(metric["value"], (*here, "value"), checks)
            own = tuple(sorted((*conditions, *_of_metric(metric))))
            one = hf_checks.measurement(task, kind, text(metric.get("config")), value, own)
            yield here, (one, text(metric.get("name")))


def _told_apart(
    found: list[tuple[Path, tuple[Measurement, str | None]]], checks: YamlChecks
) -> Iterator[Measurement]:
    """What is given twice is told apart by its display name, if that can be."""
    times = Counter((one.key, one.conditions) for _, (one, _) in found)
    seen: set[tuple[object, ...]] = set()
    for path, (one, shown) in found:
        if times[one.key, one.conditions] > 1:
            one = replace(one, filter=shown)
            if (one.key, one.conditions) in seen:
                what = f"{one.task} {one.metric} is given twice"
                checks.problem(path, what, "keep one of them, or give them different names")
            seen.add((one.key, one.conditions))
        yield one


def _task(result: dict[str, Any], dataset: dict[str, Any]) -> str:
    """The dataset and its configuration; the kind of task is too wide ("text-generation")."""
    parts = (text(dataset.get("type")) or text(dataset.get("name")), text(dataset.get("config")))
    named = " ".join(part for part in parts if part)
    return named or text(child(result, "task").get("type")) or "unnamed task"


def _conditions(dataset: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "harness", "model card"
    if split := text(dataset.get("split")):
        yield "split", split
    if revision := text(dataset.get("revision")):
        yield "dataset revision", revision
    settings = dict(child(dataset, "args"))
    shots = [settings.pop(key) for key in _SHOTS if key in settings]
    if shots and (number := text(shots[0])):
        yield "shots", number
    if settings:
        yield "dataset settings", digest(plain(settings))


def _of_metric(metric: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if settings := metric.get("args"):
        yield "scorer", f"with {digest(plain(settings))[:12]}"
