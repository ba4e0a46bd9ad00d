"""Records and instances of Every Eval Ever; `fixtures/every-eval-ever/README.md` says whence."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.readers import every_eval_ever_samples, read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement
from relnotes.evals.sample import Sample, State

MADE = Path(__file__).parent / "fixtures" / "every-eval-ever"
LM_EVAL = Path(__file__).parent / "cases" / "lm-eval-real" / "new"


def made(name: str) -> EvalFile:
    return read_eval((MADE / name).read_bytes(), f"v1:evals/{name}")


def result(score: Any = 0.5, **changes: Any) -> dict[str, Any]:
    """One accuracy; `config` and `details` are merged into those of the result."""
    config = changes.pop("config", {})
    details = changes.pop("details", {})
    return {
        "evaluation_name": "geography",
        "source_data": {"dataset_name": "geography", "source_type": "hf_dataset"},
        "metric_config": {
            "metric_name": "accuracy",
            "metric_kind": "accuracy",
            "metric_unit": "proportion",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0,
        }
        | config,
        "score_details": {"score": score} | details,
    } | changes


def record(*results: dict[str, Any], **changes: Any) -> bytes:
    written = {
        "schema_version": "0.3.0",
        "evaluation_id": "geography/example_wren/1775037600",
        "evaluation_timestamp": "1775037600",
        "retrieved_timestamp": "1780000000",
        "source_metadata": {"source_name": "our runs", "source_type": "evaluation_run"},
        "eval_library": {"name": "inspect_ai", "version": "0.3.285"},
        "model_info": {"name": "wren", "id": "example/wren"},
        "evaluation_results": list(results),
    }
    return json.dumps(written | changes).encode()


def read(*results: dict[str, Any], **changes: Any) -> EvalFile:
    return read_eval(record(*results, **changes), "v1:evals/x.json")


def one(*results: dict[str, Any], **changes: Any) -> Measurement:
    (measurement,) = read(*results, **changes).measurements
    return measurement


def uncertain(**uncertainty: Any) -> dict[str, Any]:
    return {"uncertainty": uncertainty}


def instance(sample_id: str = "q1", score: Any = 1.0, **changes: Any) -> dict[str, Any]:
    return {
        "schema_version": "0.3.0",
        "evaluation_id": "geography/example_wren/1",
        "model_id": "example/wren",
        "evaluation_name": "geography",
        "sample_id": sample_id,
        "interaction_type": "single_turn",
        "evaluation": {"score": score, "is_correct": score == 1.0},
    } | changes


def as_lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def samples(*rows: dict[str, Any]) -> list[Sample]:
    return list(every_eval_ever_samples.read_samples(io.BytesIO(as_lines(*rows)), "x"))


def test_the_numbers_are_those_that_lm_eval_printed() -> None:
    file = made("birds-2.json")

    assert [(m.task, m.metric, m.filter, m.n) for m in file.measurements] == [
        ("birds_quiz", "acc", None, 300),
        ("birds_quiz", "acc_norm", None, 300),
    ]
    assert [(round(m.value or 0, 4), round(m.stderr or 0, 4)) for m in file.measurements] == [
        (0.6300, 0.0279),
        (0.6233, 0.0280),
    ]
    assert (file.harness, file.harness_version) == ("lm-eval", "0.4.13")
    assert (file.model, file.started) == ("example/birds-2", "2026-11-21T04:19:39+00:00")


def test_a_result_goes_by_the_name_it_has_in_the_harness_itself() -> None:
    (path,) = LM_EVAL.glob("results_*.json")
    own = {m.key: m for m in read_eval(path.read_bytes(), "x").measurements}

    for converted in (*made("birds-2.json").measurements, *made("birds-2-sums.json").measurements):
        same = own[converted.key]
        assert (converted.value, converted.stderr, converted.n) == (same.value, same.stderr, same.n)
        assert (converted.direction, converted.unit) == (same.direction, same.unit)


def test_one_metric_under_two_filters_is_not_merged() -> None:
    found = {m.filter: m.value for m in made("birds-2-sums.json").measurements}

    assert found == {"strict-match": 0.356, "flexible-extract": 0.652}


def test_a_standard_error_that_stands_as_a_score_is_no_metric() -> None:
    file = made("lm-eval-0.3.json")

    assert [(m.metric, m.value, m.stderr) for m in file.measurements] == [
        ("acc", 0.6, 0.0155),
        ("acc_norm", 0.55, 0.0157),
    ]
    assert file.remarks == ()


def test_a_standard_error_of_nothing_here_is_left_out_and_said() -> None:
    file = read(result(evaluation_result_id="acc_stderr"), result(evaluation_result_id="f1"))

    assert [m.metric for m in file.measurements] == ["f1"]
    assert file.remarks == ("geography: acc_stderr is no metric, and of none here; left out",)


def test_two_releases_are_compared_without_a_task_version() -> None:
    old, new = made("birds-1.json"), made("birds-2.json")

    assert [m.key for m in old.measurements] == [m.key for m in new.measurements]
    assert differences(old.measurements[0], new.measurements[0]) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"evaluation_result_id": "acc"}, ("geography", "acc", None)),
        (
            {"evaluation_result_id": "acc:strict", "evaluation_name": "geography/strict"},
            ("geography", "acc", "strict"),
        ),
        ({"evaluation_result_id": "geography"}, ("geography", "accuracy", None)),
        ({"evaluation_result_id": "geo/overall"}, ("geography", "accuracy", None)),
        (
            {
                "evaluation_name": "geography/strict",
                "config": {"evaluation_description": "exact_match (filter: strict)"},
            },
            ("geography", "exact_match", "strict"),
        ),
        ({"config": {"evaluation_description": "f1"}}, ("geography", "f1", None)),
        (
            {"config": {"evaluation_description": "How good it is", "metric_name": "The f1"}},
            ("geography", "accuracy", None),
        ),
        (
            {"config": {"metric_name": None, "metric_kind": None}},
            ("geography", "score", None),
        ),
    ],
)
def test_the_metric_is_found_in_whichever_field_a_converter_wrote_it(
    changes: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert one(result(**changes)).key == expected


def test_results_of_one_name_are_set_apart_by_their_ids() -> None:
    file = read(
        result(0.5, evaluation_result_id="geo/easy"), result(0.3, evaluation_result_id="geo/hard")
    )

    assert {m.filter: m.value for m in file.measurements} == {"geo/easy": 0.5, "geo/hard": 0.3}


def test_the_same_result_twice_is_a_problem() -> None:
    with pytest.raises(RelnotesError, match="geography accuracy is given twice"):
        read(result(0.5), result(0.6))


def test_direction_kind_and_scale_are_taken_from_the_record() -> None:
    accuracy = one(result())
    loss = one(result(2.5, config={"lower_is_better": True, "metric_unit": "nats", "max_score": 9}))

    assert (accuracy.direction, accuracy.kind) == (Direction.HIGHER, Kind.BINARY)
    assert (accuracy.unit, accuracy.low, accuracy.high) == ("fraction", 0.0, 1.0)
    assert (loss.direction, loss.kind, loss.unit) == (Direction.LOWER, Kind.BOUNDED, "nats")


def test_a_direction_that_the_converter_did_not_know_is_not_believed() -> None:
    guessed = {"additional_details": {"polarity": "unknown"}, "metric_name": "vibes"}

    assert one(result(config=guessed)).direction is Direction.UNKNOWN


def test_bounds_may_be_infinite_in_words() -> None:
    elo = {"metric_unit": "points", "min_score": "-Infinity", "max_score": "Infinity"}
    found = one(result(1200.0, config=elo | {"metric_name": "elo", "metric_kind": "elo"}))

    assert (found.kind, found.low, found.high) == (Kind.UNBOUNDED, None, None)


def test_a_score_outside_of_its_range_has_no_known_scale() -> None:
    file = read(result(52.3))

    assert file.measurements[0].unit is None
    assert file.remarks == ("geography accuracy: 52.3 is outside of its range; scale unknown",)


def test_schema_0_2_has_less_and_is_read_too() -> None:
    old = result(config={"metric_name": None, "metric_kind": None, "metric_unit": None})
    found = read(old, schema_version="0.2.0", eval_library=None, evaluation_timestamp=None)

    (measurement,) = found.measurements
    assert (measurement.metric, measurement.unit) == ("score", "fraction")
    assert dict(measurement.conditions)["harness"] == "our runs"
    assert found.started is None


def test_n_and_standard_error_come_with_how_they_were_made() -> None:
    given = uncertain(standard_error={"value": 0.02, "method": "bootstrap"}, num_samples=400)
    spread = uncertain(standard_deviation=0.5, num_samples=400)

    found = one(result(details=given))
    assert (found.stderr, found.stderr_method, found.n) == (0.02, "bootstrap", 400)
    found = one(result(details=spread))
    assert (found.stderr, found.n) == (0.025, 400)
    assert found.stderr_method == "standard deviation over the square root of n"
    assert one(result(details=uncertain(standard_deviation=0.5))).stderr is None


def test_minus_one_is_no_score_where_a_level_may_be_unknown() -> None:
    levels = {"score_type": "levels", "has_unknown_level": True, "min_score": None}

    assert one(result(-1, config=levels)).value is None


@pytest.mark.parametrize("version", ["unknown", "", None])
def test_an_unknown_version_is_none(version: str | None) -> None:
    file = read(result(), eval_library={"name": "lm_eval", "version": version})

    assert file.harness_version is None
    assert dict(file.measurements[0].conditions)["harness"] == "lm-eval"


def test_of_a_list_of_packages_the_harness_is_taken() -> None:
    packages = {"name": "inspect_ai", "version": "inspect_ai:0.3.285,openai:2.1"}

    assert read(result(), eval_library=packages).harness_version == "0.3.285"


def test_how_it_was_measured_decides_what_may_be_compared() -> None:
    def measured(judge: str, shots: str, tokens: int, template: str) -> Measurement:
        return one(
            result(
                config={
                    "llm_scoring": {
                        "judges": [{"model_info": {"name": judge}}],
                        "input_prompt": "Grade it.",
                    }
                },
                generation_config={
                    "generation_args": {
                        "max_tokens": tokens,
                        "temperature": tokens / 10,
                        "prompt_template": template,
                    },
                    "additional_details": {"num_fewshot": shots},
                },
            )
        )

    found = differences(measured("j-2", "0", 1, "a"), measured("j-3", "5", 2, "b"))

    assert [text for text in found if not text.startswith("prompt template")] == [
        "generation.max_tokens 1 → 2",
        "judge j-2 → j-3",
        "shots 0 → 5",
    ]
    assert len(found) == 4


@pytest.mark.parametrize("score", [float("nan"), float("inf"), "high", True])
def test_a_score_that_is_no_number_is_a_problem_with_its_place(score: object) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(result(score))

    (problem,) = caught.value.problems
    assert problem.place.startswith("v1:evals/x.json:1:")


def test_a_null_score_is_no_value() -> None:
    assert one(result(None)).value is None


def test_a_truncated_record_says_where_it_ends() -> None:
    with pytest.raises(RelnotesError, match="the JSON ends too early"):
        read_eval((MADE / "birds-2.json").read_bytes()[:1500], "x")


def test_secrets_are_not_read() -> None:
    secret = "sk-abcdefghijklmnop1234567890"
    arguments = {"execution_command": f"run --api_key {secret}", "api_key": secret, "note": secret}
    file = read(result(generation_config={"generation_args": arguments}))

    assert secret not in repr(file)


# -- instances -------------------------------------------------------------------------------------


def test_instances_belong_to_the_result_that_their_id_names() -> None:
    name = "birds-2_samples.jsonl"
    file = made(name)
    data = io.BytesIO((MADE / name).read_bytes())
    found = list(every_eval_ever_samples.read_samples(data, name))

    assert file.measurements == ()
    assert {s[:3] for s in found} == {m.key for m in made("birds-2.json").measurements}
    assert [s.metric for s in found] == ["acc", "acc_norm"] * 4
    assert {s.epoch for s in found} == {1}


def test_the_key_of_lm_evals_documents_is_their_hash_and_not_their_position() -> None:
    (found,) = samples(instance("0", metadata={"doc_hash": "f62f"}, evaluation_result_id="acc"))

    assert found.key == "f62f"


def test_instances_of_no_result_are_a_result_of_their_own() -> None:
    data = as_lines(instance("q1", 1.0), instance("q2", 0.0), instance("q3", 1.0))

    (found,) = read_eval(data, "x").measurements
    assert (found.task, found.metric, found.n) == ("geography", "correct", 3)
    assert found.value == pytest.approx(2 / 3)
    assert (found.direction, found.kind) == (Direction.HIGHER, Kind.BINARY)


def test_a_score_is_a_result_only_where_it_says_more_than_right_or_wrong() -> None:
    rows = [instance("q1", 0.5), instance("q2", 1.0)]
    file = read_eval(as_lines(*rows), "x")

    assert {m.metric: m.value for m in file.measurements} == {"correct": 0.5, "score": 0.75}
    assert [m.direction for m in file.measurements] == ["higher", "unknown"]
    assert [s.metric for s in samples(*rows)] == ["correct", "score"] * 2


def test_an_answer_that_failed_is_not_wrong() -> None:
    found = samples(instance("q1", 0.0, error="timeout"), instance("q1", 1.0))

    assert [(s.epoch, s.score, s.state) for s in found] == [
        (1, None, State.ERRORED),
        (2, 1.0, State.SCORED),
    ]
    file = read_eval(as_lines(instance("q1", 0.0, error="timeout"), instance("q2")), "x")
    assert (file.measurements[0].value, file.measurements[0].n) == (1.0, 1)
    assert "1 failed with an error" in file.remarks[0]


def test_several_models_in_one_file_are_a_problem() -> None:
    data = as_lines(instance("q1"), instance("q2", model_id="example/finch"))

    with pytest.raises(RelnotesError, match="several models: example/finch, example/wren"):
        read_eval(data, "x")


def test_a_broken_line_is_named() -> None:
    with pytest.raises(RelnotesError) as caught:
        read_eval(as_lines(instance()) + b'{"schema_version": ', "v1:x.jsonl")

    assert caught.value.problems[0].place == "v1:x.jsonl:2:20"


def test_an_infinite_score_is_a_problem_with_its_line() -> None:
    rows = instance("q1"), instance("q2", float("inf"))

    with pytest.raises(RelnotesError) as caught:
        samples(*rows)
    assert caught.value.problems[0].place == "x:2"
