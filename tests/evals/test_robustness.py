"""Whatever stands in a file of Inspect, promptfoo, HELM or Every Eval Ever: never a traceback."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from evals import helm_examples, inspect_examples
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.evals.index import EvalIndex
from relnotes.evals.readers import read_eval, readers
from relnotes.evals.readers.by_question import read_samples
from relnotes.evals.result import EvalFile

MADE = Path(__file__).parent / "fixtures"
FILES = sorted(
    path
    for harness in ("inspect", "promptfoo", "every-eval-ever")
    for path in (MADE / harness).iterdir()
    if path.suffix in (".eval", ".json", ".jsonl")
)
INSPECT = inspect_examples.header(
    samples=[{"id": 1, "epoch": 1, "scores": {"match": {"value": "C"}}, "metadata": {"a": "b"}}]
)
PROMPTFOO = json.loads((MADE / "promptfoo" / "columns.json").read_bytes())
PROMPTFOO["results"]["results"] = PROMPTFOO["results"]["results"][:2]
RECORD = json.loads((MADE / "every-eval-ever" / "birds-2.json").read_bytes())
INSTANCE = json.loads(
    (MADE / "every-eval-ever" / "birds-2_samples.jsonl").read_text().split("\n")[0]
)
STATS = [
    helm_examples.stat("exact_match", 0.5, perturbation=helm_examples.perturbation("typos")),
    helm_examples.stat("num_instances", 10.0),
]
INSTANCES = [helm_examples.instance("id1", *STATS)]
SPEC = helm_examples.run_spec()
WHOLE = {
    "inspect": INSPECT,
    "promptfoo": PROMPTFOO,
    "every eval ever": RECORD,
    "instance": INSTANCE,
    "helm stats": STATS,
    "helm instances": INSTANCES,
    "helm specification": SPEC,
}

anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda one: st.lists(one, max_size=2) | st.dictionaries(st.text(max_size=5), one, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Of every value in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path]
    for key, item in inside:
        within = isinstance(item, dict | list)
        found += places(item, (*path, key)) if within else [(*path, key)]
    return found


def changed(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    if isinstance(value, dict):
        return value | {path[0]: changed(value[path[0]], path[1:], by)}
    return [changed(v, path[1:], by) if i == path[0] else v for i, v in enumerate(value)]


def is_read_or_refused(data: bytes) -> bool:
    """Numbers and samples; anything else than these two outcomes is a traceback."""
    try:
        assert isinstance(read_eval(data, "x"), EvalFile)
        list(read_samples(io.BytesIO(data), "x"))
    except RelnotesError as error:
        return all(problem.place.startswith("x") for problem in error.problems)
    return True


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE.keys())
def test_what_is_changed_below_is_read_as_it_stands(whole: Any) -> None:
    data = json.dumps(whole).encode()

    assert read_eval(data, "x").format
    assert is_read_or_refused(data)


@given(st.sampled_from(sorted(WHOLE)), st.data(), anything)
@settings(max_examples=600, deadline=None)
def test_anything_in_place_of_any_value_is_read_or_is_a_problem(
    name: str, data: st.DataObject, value: object
) -> None:
    path = data.draw(st.sampled_from(places(WHOLE[name])), "path")

    assert is_read_or_refused(json.dumps(changed(WHOLE[name], path, value)).encode())


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_is_a_problem_with_a_place(
    path: Path, data: st.DataObject
) -> None:
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)), "start")
    end = data.draw(st.integers(start, min(len(whole), start + 5_000)), "end")

    assert is_read_or_refused(whole[:start] + data.draw(st.binary(max_size=3)) + whole[end:])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_two_readers_take_the_same_file(path: Path) -> None:
    takers = [reader.name for reader in readers() if reader.recognise(path.read_bytes()[: 1 << 18])]

    # The old lm-eval takes whatever has results and standard errors; it is asked last.
    assert len([taker for taker in takers if not taker.startswith("lm-eval")]) == 1
    assert not takers[0].startswith("lm-eval")


def test_formats_may_be_mixed_in_one_folder() -> None:
    index = EvalIndex()
    files = {f"evals/{path.parent.name}-{path.name}": path.read_bytes() for path in FILES}
    files |= {
        "evals/stats.json": json.dumps(STATS).encode(),
        "evals/run_spec.json": json.dumps(SPEC).encode(),
    }

    index.apply([(path, path, read_eval(data, path)) for path, data in files.items()])

    tasks = {task for task, _, _ in index.located}
    assert {
        "sums",
        "times three",
        "birds_quiz",
        "mmlu:subject=law,method=multiple_choice_joint",
    } <= tasks
    assert not any(task == "HELM run" for task in tasks)
    shots = {
        dict(at.measurement.conditions).get("shots")
        for at in index.located[("sums", "accuracy", "match")]
    }
    assert shots == {None}


def test_a_long_log_is_read_by_its_header_and_summaries_alone() -> None:
    """Other members are not unpacked, whatever they hold."""
    members = {
        "_journal/start.json": INSPECT,
        "header.json": INSPECT,
        "summaries.json": INSPECT["samples"],
        "samples/1_epoch_1.json": b"no JSON at all",
    }

    assert len(read_eval(inspect_examples.archive(members), "x").measurements) == 1
    found = read_samples(io.BytesIO(inspect_examples.archive(members)), "x")
    assert [sample.key for sample in found] == ["1"]
