"""Results of lighteval, after its documentation and its source."""

from __future__ import annotations

import json
from typing import Any

import pytest

from relnotes.errors import RelnotesError
from relnotes.evals.comparability import differences
from relnotes.evals.comparison import Verdict, compare
from relnotes.evals.readers import read_eval, readers
from relnotes.evals.result import Direction, EvalFile


def config(*metrics: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "ifeval",
        "prompt_function": "ifeval_prompt",
        "hf_repo": "google/IFEval",
        "hf_subset": "default",
        "metrics": [*metrics],
        "hf_revision": None,
        "evaluation_splits": ["train"],
        "original_num_docs": 541,
        "effective_num_docs": 541,
        "num_fewshots": 0,
        "version": 0,
    } | more


def metric(name: Any, aggregation: Any, better: Any = True) -> dict[str, Any]:
    return {
        "metric_name": name,
        "higher_is_better": better,
        "category": "GENERATIVE",
        "sample_level_fn": "compute",
        "corpus_level_fn": aggregation,
    }


GROUPED = metric(
    ["prompt_level_strict_acc", "inst_level_strict_acc"],
    {"prompt_level_strict_acc": "mean", "inst_level_strict_acc": "agg_inst_level_acc"},
    {"prompt_level_strict_acc": True, "inst_level_strict_acc": True},
)
NUMBERS = {
    "prompt_level_strict_acc": 0.37153419593345655,
    "prompt_level_strict_acc_stderr": 0.020794253888707544,
    "inst_level_strict_acc": 0.5011990407673861,
    "inst_level_strict_acc_stderr": 0.0005421591980743841,
}


def written(**change: Any) -> dict[str, Any]:
    hashes = {"hash_examples": "8517d5bf7e880086", "hash_full_prompts": "8517d5bf7e880086"}
    return {
        "config_general": {
            "lighteval_sha": "?",
            "num_fewshot_seeds": 1,
            "max_samples": None,
            "start_time": 4234089.961510135,
            "end_time": 4248689.822375883,
            "model_name": "example/wren-1",
            "model_config": {
                "model_name": "example/wren-1",
                "revision": "main",
                "batch_size": 4,
                "add_special_tokens": True,
                "system_prompt": None,
                "generation_parameters": {"temperature": 0.7},
            },
        },
        "results": {"extended|ifeval|0": dict(NUMBERS)},
        "versions": {"extended|ifeval|0": 0},
        "config_tasks": {"extended|ifeval": config(GROUPED)},
        "summary_tasks": {"extended|ifeval|0": {"hashes": hashes}},
        "summary_general": {"hashes": hashes},
    } | change


def read(data: dict[str, Any]) -> EvalFile:
    return read_eval(json.dumps(data, indent=2).encode(), "v1:evals/results.json")


def test_metrics_are_read_with_what_the_file_says_of_them() -> None:
    file = read(written())
    strict = file.measurements[0]

    assert (file.format, file.model) == ("lighteval results", "example/wren-1")
    assert strict.key == ("extended|ifeval", "prompt_level_strict_acc", None)
    assert (strict.n, strict.direction) == (541, Direction.HIGHER)
    assert dict(strict.conditions) == {
        "all prompts": "8517d5bf7e880086",
        "dataset": "google/IFEval default",
        "harness": "lighteval",
        "limit": "none",
        "model_args.add_special_tokens": "True",
        "prompt template": "ifeval_prompt",
        "shots": "0",
        "split": "train",
        "system prompt": "none",
        "task version": "0",
    }


def test_the_error_of_a_mean_is_taken_and_a_bootstrap_is_not() -> None:
    file = read(written())
    strict, loose = file.measurements

    assert strict.stderr == 0.020794253888707544
    assert loose.stderr is None
    assert file.remarks == (
        "lighteval's standard error of extended|ifeval inst_level_strict_acc is a bootstrap that"
        " is 31 times too small; left out",
    )


def test_a_drop_that_only_the_too_small_error_would_call_real_is_no_claim() -> None:
    new = written(results={"extended|ifeval|0": NUMBERS | {"inst_level_strict_acc": 0.495}})

    row = compare(read(written()).measurements[1], read(new).measurements[1])

    assert row.verdict is Verdict.INCONCLUSIVE


def test_an_error_whose_making_the_file_does_not_tell_is_not_trusted() -> None:
    assert read(written(config_tasks={})).measurements[0].stderr is None


def test_an_average_over_tasks_has_no_error_and_no_n_and_knows_its_tasks() -> None:
    def averaged(*names: str) -> EvalFile:
        one = {"acc": 0.5, "acc_stderr": 0.03}
        results = dict.fromkeys((f"lighteval|{name}|5" for name in names), one)
        tasks = {key: config(metric("acc", "mean")) for key in results}
        results |= {"lighteval|mmlu:_average|5": one, "all": one}
        return read(written(results=results, config_tasks=tasks))

    old, new = averaged("mmlu:law", "mmlu:art"), averaged("mmlu:law")
    found = {one.task: one for one in old.measurements}

    assert found["all"].stderr is found["all"].n is None
    assert found["lighteval|mmlu:_average"].stderr is None
    assert found["lighteval|mmlu:law"].stderr == 0.03
    for one, other in zip(old.measurements[-2:], new.measurements[-2:], strict=True):
        assert "subtasks " in differences(one, other)[0]


@pytest.mark.parametrize("unknown", [-1, 0, None])
def test_a_number_of_documents_that_is_not_known_is_no_n(unknown: int | None) -> None:
    tasks = {"extended|ifeval": config(GROUPED, effective_num_docs=unknown)}

    assert read(written(config_tasks=tasks)).measurements[0].n is None


def test_the_shots_are_read_off_the_name_in_every_version() -> None:
    def of(name: str) -> tuple[str, str | None]:
        (one, *_) = read(written(results={name: {"em": 0.5}})).measurements
        return one.task, dict(one.conditions).get("shots")

    assert of("leaderboard|gsm8k|5") == ("leaderboard|gsm8k", "5")
    assert of("leaderboard|gsm8k|5|0") == ("leaderboard|gsm8k", "5")
    assert of("gsm8k|3") == ("gsm8k", "3")
    assert of("gsm8k") == ("gsm8k", None)


def test_a_time_that_counts_from_the_start_of_the_machine_is_no_date() -> None:
    assert read(written()).started is None


def test_a_limited_run_is_not_comparable() -> None:
    limited = written()
    limited["config_general"]["max_samples"] = 10

    assert differences(read(written()).measurements[0], read(limited).measurements[0]) == (
        "limit none → 10",
    )


def test_other_arguments_of_the_model_are_not_comparable_and_decoding_is_the_release() -> None:
    new = written()
    new["config_general"]["model_config"] |= {
        "add_special_tokens": False,
        "generation_parameters": {"temperature": 0.1},
        "revision": "v2",
    }

    assert differences(read(written()).measurements[0], read(new).measurements[0]) == (
        "model_args.add_special_tokens True → False",
    )


def test_lower_is_better_where_the_file_says_so() -> None:
    tasks = {"t|0": config(metric("loss_x", "mean", False))}
    file = read(written(results={"t|0": {"loss_x": 2.5}}, config_tasks=tasks))

    assert file.measurements[0].direction is Direction.LOWER


def test_no_other_reader_takes_these_files() -> None:
    data = json.dumps(written()).encode()

    first = next(reader.name for reader in readers() if reader.recognise(data))

    assert first == "lighteval results"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("high", "em should be a number"),
        (float("nan"), "em is NaN, which is no result"),
        (float("inf"), "em is Infinity, which is no result"),
    ],
)
def test_a_value_that_is_no_number_is_a_problem(value: Any, what: str) -> None:
    with pytest.raises(RelnotesError) as caught:
        read(written(results={"t|0": {"em": value}}))

    assert [one.what for one in caught.value.problems] == [what]


def test_a_pointer_of_git_lfs_is_called_one() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 50565\n"

    with pytest.raises(RelnotesError) as caught:
        read_eval(pointer, "x")

    assert caught.value.problems[0].what == "a Git LFS pointer, not the results"


@pytest.mark.parametrize(
    "change",
    [
        {"results": []},
        {"config_general": 7},
        {"config_tasks": {"extended|ifeval": 7}},
    ],
)
def test_a_wrong_skeleton_is_a_problem(change: dict[str, Any]) -> None:
    with pytest.raises(RelnotesError) as caught:
        read_eval(
            json.dumps({"config_general": {"lighteval_sha": "?"}} | written(**change)).encode(), "x"
        )

    assert caught.value.problems[0].place.startswith("x")


@pytest.mark.parametrize(
    "change",
    [
        {"summary_tasks": {"extended|ifeval|0": 7}},
        {"config_tasks": {"extended|ifeval": {"metrics": 7, "evaluation_splits": "x"}}},
        {"config_tasks": {"extended|ifeval": {"metrics": [7, {"metric_name": 7}]}}},
        {"versions": {}},
    ],
)
def test_odd_settings_do_no_harm(change: dict[str, Any]) -> None:
    assert len(read(written(**change)).measurements) == 2
