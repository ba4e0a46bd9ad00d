"""lm-evaluation-harness before 0.4."""

from __future__ import annotations

import json
from typing import Any

from relnotes.evals.comparability import differences
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Direction, EvalFile

RESULTS = {
    "lambada": {"ppl": 20.2, "ppl_stderr": 0.74, "acc": 0.42, "acc_stderr": 0.007},
    "truthful": {"mc1": 0.22, "mc2": 0.41, "mc2_stderr": 0.0145},
}


def read(shots: int | None = 0, **config: Any) -> EvalFile:
    written: dict[str, Any] = {"results": RESULTS, "versions": {"lambada": 0, "truthful": 1}}
    if shots is not None:
        arguments = "use_fast=True,pretrained=example/wren-1,dtype=auto"
        written["config"] = {"model": "gpt2", "model_args": arguments, "num_fewshot": shots}
        written["config"] |= {"limit": None, "batch_size": "8", **config}
    return read_eval(json.dumps(written).encode(), "x.json")


def test_metrics_are_read_with_their_errors_and_the_direction_of_the_table() -> None:
    found = {m.key: m for m in read().measurements}

    assert found.keys() == {
        ("lambada", "ppl", None),
        ("lambada", "acc", None),
        ("truthful", "mc1", None),
        ("truthful", "mc2", None),
    }
    ppl = found["lambada", "ppl", None]
    assert (ppl.value, ppl.stderr, ppl.n, ppl.direction) == (20.2, 0.74, None, Direction.LOWER)
    assert found["truthful", "mc1", None].stderr is None


def test_conditions_come_from_the_run_and_the_version() -> None:
    truthful = read().measurements[-1]

    assert truthful.conditions == (
        ("harness", "lm-eval before 0.4"),
        ("limit", "none"),
        ("model_args.dtype", "auto"),
        ("shots", "0"),
        ("task version", "1"),
    )


def test_the_same_task_at_other_shots_is_not_comparable() -> None:
    zero, many = (read(shots).measurements[0] for shots in (0, 25))

    assert differences(zero, many) == ("shots 0 → 25",)


def test_the_model_is_named_by_its_arguments_or_else_by_itself() -> None:
    assert read().model == "example/wren-1"
    assert read(model="example/wren", model_args=None).model == "example/wren"


def test_a_file_without_a_run_is_read() -> None:
    file = read(shots=None)

    assert file.model is None
    assert len(file.measurements) == 4
