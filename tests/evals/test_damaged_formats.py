"""Whatever is done to a file, it is read or refused with a place; never a traceback."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from evals.test_aider import ENTRY
from evals.test_hugging_face import CARD, RESULTS
from evals.test_junit import SUITE
from evals.test_lighteval import written
from evals.test_openai_evals import REPORT, log, matches, spec
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.errors import RelnotesError
from relnotes.evals.readers import (
    aider,
    deepeval,
    hf_eval_results,
    hf_model_card,
    junit,
    lighteval,
    mlflow,
    openai_evals,
    read_eval,
    readers,
)

FIXTURES = Path(__file__).parent / "fixtures"
DEEPEVAL = (FIXTURES / "deepeval" / "test_run.json").read_bytes()
MLFLOW = (FIXTURES / "mlflow" / "run.json").read_bytes()
WHOLE: list[tuple[ModuleType, bytes]] = [
    (openai_evals, log(spec(), {"final_report": REPORT}, *matches("+-!"))),
    (aider, ENTRY.encode()),
    (hf_model_card, CARD.encode()),
    (hf_eval_results, RESULTS.encode()),
    (deepeval, DEEPEVAL),
    (lighteval, json.dumps(written()).encode()),
    (mlflow, MLFLOW),
    (junit, SUITE.encode()),
]
NAMES = [module.__name__.rpartition(".")[2] for module, _ in WHOLE]


def is_read_or_refused(data: bytes, reader: ModuleType) -> bool:
    """Anything else than these two is a traceback."""
    attempts = [lambda: read_eval(data, "x"), lambda: reader.read(data, "x")]
    if hasattr(reader, "read_samples"):
        attempts.append(lambda: list(reader.read_samples(io.BytesIO(data), "x")))
    for attempt in attempts:
        try:
            attempt()
        except RelnotesError as error:
            if not all(problem.place.startswith("x") for problem in error.problems):
                return False
    return True


@pytest.mark.parametrize(("reader", "data"), WHOLE, ids=NAMES)
def test_each_format_is_recognised_by_its_own_reader_alone(reader: ModuleType, data: bytes) -> None:
    first = next(one.name for one in readers() if one.recognise(data))

    assert first == reader.name
    assert read_eval(data, "x").measurements


@pytest.mark.parametrize(("reader", "data"), WHOLE, ids=NAMES)
def test_a_file_cut_off_anywhere_is_read_or_refused(reader: ModuleType, data: bytes) -> None:
    for end in range(0, len(data), max(1, len(data) // 40)):
        assert is_read_or_refused(data[:end], reader)


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_is_read_or_refused(
    whole: tuple[ModuleType, bytes], data: st.DataObject
) -> None:
    reader, content = whole
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    damaged = content[:start] + data.draw(st.binary(max_size=3)) + content[end:]

    assert is_read_or_refused(damaged, reader)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=5), one, max_size=3),
    max_leaves=6,
)
AS_JSON = [
    (deepeval, json.loads(DEEPEVAL)),
    (mlflow, json.loads(MLFLOW)),
    (lighteval, written()),
    (openai_evals, spec()),
    (openai_evals, {"final_report": REPORT}),
    (openai_evals, matches("+")[1]),
]


@given(st.sampled_from(AS_JSON), anything, st.data())
@settings(max_examples=500, deadline=None)
def test_anything_in_place_of_a_part_is_read_or_refused(
    whole: tuple[ModuleType, Any], value: object, data: st.DataObject
) -> None:
    reader, content = whole
    paths = list(_paths(content))
    path = data.draw(st.sampled_from(paths))
    changed = json.dumps(_with(content, path, value)).encode()

    assert is_read_or_refused(changed, reader)
    if reader is openai_evals:
        assert is_read_or_refused(json.dumps(spec()).encode() + b"\n" + changed, reader)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else ()
    steps = enumerate(value) if isinstance(value, list) else steps
    for step, child in steps:
        yield from _paths(child, (*path, step))


def _with(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return value | {step: _with(value[step], tuple(rest), new)}
    return [_with(one, tuple(rest), new) if at == step else one for at, one in enumerate(value)]


@pytest.mark.parametrize("value", ["", "[1, 2]", "{a: 1}", "~", ".nan", "2026-01-01", '"x"', "-"])
@pytest.mark.parametrize(
    ("reader", "data"), [WHOLE[1], WHOLE[2], WHOLE[3]], ids=["aider", "card", "results"]
)
def test_anything_in_place_of_a_yaml_value_is_read_or_refused(
    reader: ModuleType, data: bytes, value: str
) -> None:
    lines = data.decode().splitlines()
    for at, line in enumerate(lines):
        if ":" in line:
            changed = [*lines[:at], f"{line.partition(':')[0]}: {value}", *lines[at + 1 :]]
            assert is_read_or_refused("\n".join(changed).encode(), reader)
