"""What an lm-eval file says of a task itself: its data, its prompt template, its scoring.

Release after release carries the same task, so each distinct text is decoded once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

_TEMPLATE_FIELDS = (
    *("description", "doc_to_text", "doc_to_target", "doc_to_choice"),
    *("target_delimiter", "fewshot_delimiter", "gen_prefix"),
)
# The decoding that a release itself may change; what is left says how long and up to where.
_SAMPLING = frozenset(
    {
        *("do_sample", "temperature", "top_p", "top_k", "min_p", "typical_p", "seed"),
        *("repetition_penalty", "presence_penalty", "frequency_penalty"),
        *("num_beams", "use_cache"),
    }
)
# A function stands in a file as its source or, in older versions, as its address.
_ADDRESS = "<function "


class _Written(msgspec.Struct):
    """Of dozens of fields only those that decide what may be compared."""

    dataset_path: Any = None
    dataset_name: Any = None
    dataset_kwargs: Any = None
    test_split: Any = None
    validation_split: Any = None
    num_fewshot: Any = None
    doc_to_text: Any = None
    doc_to_target: Any = None
    doc_to_choice: Any = None
    description: Any = None
    target_delimiter: Any = None
    fewshot_delimiter: Any = None
    metric_list: Any = None
    filter_list: Any = None
    generation_kwargs: Any = None
    repeats: Any = None
    gen_prefix: Any = None
    process_docs: Any = None
    process_results: Any = None


_DECODER = msgspec.json.Decoder(_Written)


class Scoring(msgspec.Struct, frozen=True, eq=False):
    """How answers become one number."""

    aggregation: str | None
    shown: str | None
    """The aggregation, and a digest of settings and filter where there are any."""


class Task(msgspec.Struct, frozen=True, eq=False):
    """The settings of one task; `shots` as text."""

    conditions: tuple[tuple[str, str], ...]
    shots: str | None
    written: _Written
    scorings: dict[tuple[str, str], Scoring]

    def scoring(self, metric: str, filter_name: str) -> Scoring:
        """Of one metric under one filter."""
        found = self.scorings.get((metric, filter_name))
        if found is None:
            found = _scoring(self.written, metric, filter_name)
            self.scorings[metric, filter_name] = found
        return found


@lru_cache(maxsize=4096)
def task(config: bytes) -> Task:
    """The task that an entry of `configs` describes; msgspec.ValidationError if it is no object."""
    written = _DECODER.decode(config)
    shots = None if written.num_fewshot is None else str(written.num_fewshot)
    conditions = tuple(_conditions(written))
    return Task(conditions, shots, written, {})


def digest(value: Any) -> str:
    """A hash that does not depend on the order of keys."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _conditions(written: _Written) -> Iterator[tuple[str, str]]:
    if written.dataset_path:
        yield "dataset", " ".join(_dataset(written))
    if isinstance(written.dataset_kwargs, dict) and written.dataset_kwargs.get("revision"):
        yield "dataset revision", str(written.dataset_kwargs["revision"])
    if split := written.test_split or written.validation_split:
        yield "split", str(split)
    if written.repeats is not None:
        yield "repeats", str(written.repeats)
    if isinstance(written.process_docs, str) and _ADDRESS not in written.process_docs:
        yield "question preparation", digest(written.process_docs)
    template = [getattr(written, field) for field in _TEMPLATE_FIELDS]
    if written.doc_to_text is not None and _ADDRESS not in str(template):
        yield "prompt template", digest(template)
    if isinstance(written.generation_kwargs, dict):
        for key, value in written.generation_kwargs.items():
            if key not in _SAMPLING:
                yield f"generation.{key}", str(value)


def _dataset(written: _Written) -> Iterator[str]:
    """Its name, and the files where it is made of files; folders are the machine's own."""
    path = str(written.dataset_path)
    yield _last(path) if path.startswith(("/", "~", ".")) else path
    if written.dataset_name:
        yield str(written.dataset_name)
    if isinstance(written.dataset_kwargs, dict):
        yield from sorted({_last(one) for one in _texts(written.dataset_kwargs.get("data_files"))})


def _texts(value: Any) -> Iterator[str]:
    """Every text in a text, a list or an object of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _last(path: str) -> str:
    """The last part of a path or an address."""
    return path.partition("?")[0].rstrip("/").rpartition("/")[2]


def _scoring(written: _Written, metric: str, filter_name: str) -> Scoring:
    settings = _named(written.metric_list, "metric", metric)
    aggregation = settings.get("aggregation")
    if aggregation is None or _ADDRESS in str(aggregation):
        return Scoring(None, None)
    of_metric = {
        key: value
        for key, value in settings.items()
        if key not in ("metric", "aggregation", "higher_is_better")
    }
    steps = _named(written.filter_list, "name", filter_name)
    rest = [one for one in (of_metric, steps, written.process_results) if one]
    if _ADDRESS in str(rest):
        return Scoring(str(aggregation), None)
    shown = f"{aggregation} with {digest(rest)[:12]}" if rest else str(aggregation)
    return Scoring(str(aggregation), shown)


def _named(entries: Any, key: str, wanted: str) -> dict[str, Any]:
    """The entry of a list of objects that has this name."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get(key) == wanted:
            return entry
    return {}
