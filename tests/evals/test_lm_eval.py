"""lm-evaluation-harness 0.4 and later."""

from __future__ import annotations

from typing import Any

import pytest
from evals.eval_examples import as_json, lm_eval_file, task_config

from relnotes.evals.comparability import differences
from relnotes.evals.readers import read_eval
from relnotes.evals.result import Direction, EvalFile, Kind, Measurement

ACC = {"acc,none": 0.5, "acc_stderr,none": 0.01}


def read(results: dict[str, dict[str, Any]], **changes: Any) -> EvalFile:
    return read_eval(as_json(lm_eval_file(results, **changes)), "x.json")


def one(results: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Measurement:
    (measurement,) = read(results or {"mmlu": ACC}, **changes).measurements
    return measurement


def condition(measurement: Measurement, field: str) -> str | None:
    return dict(measurement.conditions).get(field)


def test_a_result_is_read_with_its_error_n_direction_and_kind() -> None:
    measurement = one()

    assert measurement.key == ("mmlu", "acc", None)
    assert (measurement.value, measurement.stderr, measurement.n) == (0.5, 0.01, 1000)
    assert measurement.stderr_method == "standard error of the mean"
    assert (measurement.direction, measurement.kind) == (Direction.HIGHER, Kind.BINARY)
    assert measurement.unit == "fraction"


def test_the_run_is_named() -> None:
    file = read({"mmlu": ACC})

    assert (file.harness, file.harness_version) == ("lm-eval", "0.4.9.1")
    assert file.model == "example/wren"
    assert file.started == "2025-04-20T12:00:00+00:00"


def test_conditions_are_the_known_fields_sorted() -> None:
    measurement = one()

    assert list(measurement.conditions) == sorted(measurement.conditions)
    assert condition(measurement, "task version") == "1.0"
    assert condition(measurement, "shots") == "5"
    assert condition(measurement, "dataset") == "example/mmlu main"
    assert condition(measurement, "dataset size") == "1000"
    assert condition(measurement, "harness") == "lm-eval 0.4"
    assert condition(measurement, "limit") == "none"
    assert condition(measurement, "chat template") == "none"
    assert condition(measurement, "model_args.dtype") == "bfloat16"
    assert condition(measurement, "judge") is None


def test_one_metric_under_several_filters_stays_apart() -> None:
    file = read(
        {
            "gsm8k": {
                "exact_match,strict-match": 0.31,
                "exact_match_stderr,strict-match": 0.012,
                "exact_match,flexible-extract": 0.44,
                "exact_match_stderr,flexible-extract": 0.013,
            }
        }
    )

    assert {(m.key, m.value, m.stderr) for m in file.measurements} == {
        (("gsm8k", "exact_match", "strict-match"), 0.31, 0.012),
        (("gsm8k", "exact_match", "flexible-extract"), 0.44, 0.013),
    }


def test_names_and_lengths_are_no_metrics_and_a_missing_error_is_none() -> None:
    measurement = one(
        {
            "wikitext": {
                "name": "wikitext",
                "sample_len": 62,
                "word_perplexity,none": 11.2,
                "word_perplexity_stderr,none": "N/A",
                "sample_count": {"word_perplexity,none": 62},
            }
        }
    )

    assert measurement.key == ("wikitext", "word_perplexity", None)
    assert measurement.stderr is None
    assert measurement.direction is Direction.LOWER


def test_a_metric_of_a_group_counts_the_questions_of_the_tasks_that_have_it() -> None:
    suite = {
        "sample_len": 260,
        "sample_count": {"acc,none": 200},
        **ACC,
        "exact_match,none": 0.8,
    }

    file = read({"suite": suite}, group_subtasks={"suite": ["a", "b"]}, **{"n-samples": {}})

    assert {m.metric: m.n for m in file.measurements} == {"acc": 200, "exact_match": 260}


def test_a_value_that_is_not_available_is_kept_without_a_number() -> None:
    assert one({"mmlu": {"acc,none": "N/A"}}).value is None


def grouped(counts: dict[str, dict[str, int]]) -> EvalFile:
    names = ["mmlu_anatomy", "mmlu_virology"]
    return read(
        {"mmlu": ACC, **dict.fromkeys(names, ACC), "glue": {" ": " "}},
        group_subtasks={"mmlu": names, **{name: [] for name in (*names, "glue")}},
        configs={"mmlu": None, "glue": None},
        **{"n-samples": counts, "n-shot": {"mmlu": 0, **dict.fromkeys(names, 5)}},
    )


def test_a_group_without_n_has_that_of_its_tasks_together() -> None:
    counts = {
        "mmlu_anatomy": {"original": 135, "effective": 135},
        "mmlu_virology": {"original": 166, "effective": 160},
    }
    file = grouped(counts)
    by_task = {m.task: m for m in file.measurements}

    assert by_task.keys() == {"mmlu", "mmlu_anatomy", "mmlu_virology"}
    assert by_task["mmlu"].n == 295
    assert by_task["mmlu"].stderr_method == "pooled over subtasks"


def test_the_n_of_a_group_is_unknown_where_one_of_its_tasks_has_none() -> None:
    file = grouped({"mmlu_anatomy": {"original": 135, "effective": 135}})
    by_task = {m.task: m for m in file.measurements}

    assert by_task["mmlu"].n is None
    assert by_task["mmlu_anatomy"].n == 135


def test_a_group_has_the_shots_of_its_subtasks_and_is_another_with_other_subtasks() -> None:
    names = ["mmlu_anatomy", "mmlu_virology"]
    files = [
        read(
            {"mmlu": ACC},
            group_subtasks={"mmlu": subtasks},
            configs={"mmlu": None},
            **{"n-shot": dict.fromkeys(names, 5), "n-samples": {}},
        )
        for subtasks in (names, names[:1])
    ]
    old, new = (file.measurements[0] for file in files)

    assert condition(old, "shots") == "5"
    (difference,) = differences(old, new)
    assert difference.startswith("subtasks ")


def test_a_group_of_a_newer_harness_knows_its_n() -> None:
    assert one({"mmlu": {**ACC, "sample_len": 14042}}, **{"n-samples": {}}).n == 14042


def test_a_limit_is_a_condition_and_makes_n_smaller() -> None:
    written = lm_eval_file({"mmlu": ACC})
    written["config"]["limit"] = 100.0
    written["n-samples"] = {"mmlu": {"original": 14042, "effective": 100}}

    (measurement,) = read_eval(as_json(written), "x").measurements

    assert measurement.n == 100
    assert condition(measurement, "limit") == "100"
    assert differences(one(n=14042), measurement) == ("limit none → 100",)


def test_a_metric_that_skips_questions_has_an_n_of_its_own() -> None:
    share, error = 5 / 60, (5 / 60 * 55 / 60 / 59) ** 0.5
    file = read(
        {"refusals": {"over_refusal,none": share, "over_refusal_stderr,none": error}}, n=120
    )

    assert file.measurements[0].n == 60
    assert file.remarks == (
        "refusals over_refusal: 60 scored, by its standard error; of the task 120",
    )


def test_an_error_that_is_pooled_counts_nothing() -> None:
    share, error = 5 / 60, (5 / 60 * 55 / 60 / 59) ** 0.5
    results = {"mmlu": {"acc,none": share, "acc_stderr,none": error, "sample_len": 420}}

    measurement = one(results, group_subtasks={"mmlu": ["a", "b"]}, **{"n-samples": {}})

    assert measurement.n == 420


def test_a_part_of_the_questions_without_a_limit_is_seen() -> None:
    part = one(**{"n-samples": {"mmlu": {"original": 1000, "effective": 10}}})

    assert differences(one(), part) == ("questions asked all → 10 of 1000",)


def test_the_files_own_direction_wins_over_the_table() -> None:
    file = {"crows": {"pct_stereotype,none": 0.6, "acc,none": 0.4, "made_up,none": 3.0}}

    better = {"crows": {"pct_stereotype": False, "acc": False, "made_up": None}}
    found = {m.metric: m.direction for m in read(file, higher_is_better=better).measurements}

    assert found == {
        "pct_stereotype": Direction.LOWER,
        "acc": Direction.LOWER,
        "made_up": Direction.UNKNOWN,
    }


def test_a_file_without_directions_uses_the_table_and_never_guesses() -> None:
    file = {"crows": {"pct_stereotype,none": 0.6, "acc,none": 0.4}}

    found = {m.metric: m.direction for m in read(file, higher_is_better={}).measurements}

    assert found == {"pct_stereotype": Direction.UNKNOWN, "acc": Direction.HIGHER}


def test_a_value_outside_its_range_has_no_known_scale() -> None:
    file = read({"squad": {"f1,none": 76.3}})

    assert file.measurements[0].unit is None
    assert file.measurements[0].kind is Kind.UNBOUNDED
    assert file.remarks == ("squad f1: 76.3 is not from 0 to 1; scale unknown",)


def test_answers_that_were_not_scored_are_remarked() -> None:
    file = read({"mmlu": {"bypass,none": 999, "bypass_stderr,none": "N/A"}})

    assert file.measurements == ()
    assert file.remarks == (
        "mmlu: the answers were kept and not scored",
        "this file holds no result",
    )


def test_only_another_model_is_comparable() -> None:
    old = one(model_args="pretrained=example/wren,revision=v1,dtype=bfloat16,device=cuda:0")
    new = one(
        model_args={
            "pretrained": "example/wren",
            "revision": "v2",
            "dtype": "bfloat16",
            "parallelize": True,
            "tensor_parallel_size": 4,
        }
    )

    assert differences(old, new) == ()


def test_only_add_bos_token_is_not_comparable() -> None:
    new = one(model_args="pretrained=example/wren,dtype=bfloat16,add_bos_token=True")

    assert differences(one(), new) == ("model_args.add_bos_token not set → True",)


def test_model_arguments_may_be_json_or_hold_commas() -> None:
    as_object = one(model_args='{"pretrained": "w", "add_bos_token": true, "dtype": "auto"}')
    as_text = one(model_args="pretrained=w,add_bos_token=true,dtype=auto")
    with_comma = one(model_args="pretrained=w,stop=a,b,dtype=auto")

    assert as_object.conditions == as_text.conditions
    assert condition(with_comma, "model_args.stop") == "a,b"


SECRETS = [
    "hunter2",
    "sk-abcdefghijklmnopqrstuv123",
    "hf_abcdefghijklmnopqrst",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "c0ffee" * 8,
    "AKIAIOSFODNN7EXAMPLE",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "key", ["api_key", "token", "hf_token", "password", "Authorization", "OPENAI_API_KEY"]
)
def test_secret_arguments_are_not_kept(key: str, secret: str) -> None:
    as_text = read({"mmlu": ACC}, model_args=f"model=wren,{key}={secret},max_length=4096")
    nested = read({"mmlu": ACC}, model_args={"model": "wren", "extra": {"deep": [{key: secret}]}})

    assert secret not in repr(as_text) + repr(nested)
    assert condition(as_text.measurements[0], "model_args.max_length") == "4096"


@pytest.mark.parametrize("secret", SECRETS[1:])
def test_what_looks_like_a_secret_is_redacted_under_any_name_and_still_told_apart(
    secret: str,
) -> None:
    first = one(model_args={"model": "wren", "extra": secret, "nested": {"x": f"Bearer {secret}"}})
    second = one(model_args={"model": "wren", "extra": secret + "9", "nested": {}})

    assert secret not in repr(first)
    assert condition(first, "model_args.extra") != condition(second, "model_args.extra")


def test_a_password_in_the_address_of_a_model_is_redacted() -> None:
    file = read({"mmlu": ACC}, model_name="https://rin:hunter2@models.example.org/wren")

    assert "hunter2" not in repr(file)


def test_arguments_that_only_sound_secret_stay() -> None:
    found = one(model_args="pretrained=w,add_bos_token=True,prefix_token_id=5,max_tokens=9")

    fields = {field for field, _ in found.conditions if field.startswith("model_args")}
    assert fields == {
        "model_args.add_bos_token",
        "model_args.prefix_token_id",
        "model_args.max_tokens",
    }


def test_another_prompt_template_is_not_comparable() -> None:
    new = one(configs={"mmlu": task_config("mmlu", doc_to_text="Q: {{question}}")})

    (difference,) = differences(one(), new)

    assert difference.startswith("prompt template ")


def test_a_template_that_is_only_an_address_is_not_known() -> None:
    config = task_config("mmlu", doc_to_text="<function doc_to_text at 0x7f21>")

    assert condition(one(configs={"mmlu": config}), "prompt template") is None


def test_another_metric_beside_it_does_not_change_how_a_metric_is_scored() -> None:
    metrics = [*task_config("mmlu")["metric_list"], {"metric": "f1", "aggregation": "f1"}]

    new = one(configs={"mmlu": task_config("mmlu", metric_list=metrics)})

    assert differences(one(), new) == ()


def test_another_filter_pattern_is_another_scorer() -> None:
    results = {"gsm8k": {"exact_match,strict": 0.5}}
    files = [
        task_config(
            "gsm8k",
            metric_list=[{"metric": "exact_match", "aggregation": "mean", "ignore_case": True}],
            filter_list=[{"name": "strict", "filter": [{"function": "regex", "pattern": pattern}]}],
        )
        for pattern in ("#### (.*)", "answer is (.*)")
    ]

    old, new = (one(results, configs={"gsm8k": config}) for config in files)

    (difference,) = differences(old, new)
    assert difference.startswith("scorer mean with ")


def test_another_scoring_function_is_another_scorer() -> None:
    def scored(code: str) -> Measurement:
        return one(configs={"mmlu": task_config("mmlu", process_results=code)})

    old = scored("def score(doc, results):\n    return {'acc': results[0] == doc['answer']}\n")
    new = scored("def score(doc, results):\n    return {'acc': doc['answer'] in results[0]}\n")

    (difference,) = differences(old, new)
    assert difference.startswith("scorer mean with ")
    assert old.stderr_method == "standard error of the mean"


def test_a_scoring_function_that_is_only_an_address_is_not_known() -> None:
    code = "<function score at 0x7f21>"
    measurement = one(configs={"mmlu": task_config("mmlu", process_results=code)})

    assert condition(measurement, "scorer") is None


def test_another_preparation_of_the_questions_is_not_comparable() -> None:
    config = task_config("mmlu", process_docs="def process_docs(dataset):\n    return dataset\n")

    (difference,) = differences(one(), one(configs={"mmlu": config}))

    assert difference.startswith("question preparation ")


def test_a_dataset_of_files_is_known_by_their_names_and_not_by_their_folders() -> None:
    def asked(**dataset: Any) -> str | None:
        config = task_config("mmlu", dataset_name=None, **dataset)
        return condition(one(configs={"mmlu": config}), "dataset")

    files = {"test": "/home/rin/evals/facts.jsonl", "train": ["data/shots.jsonl"]}
    assert asked(dataset_path="json", dataset_kwargs={"data_files": files}) == (
        "json facts.jsonl shots.jsonl"
    )
    assert asked(dataset_path="/home/rin/evals/facts", dataset_kwargs=None) == "facts"


def test_another_interface_to_the_model_is_not_comparable() -> None:
    assert differences(one(), one(model_source="local-chat-completions")) == (
        "model interface hf → local-chat-completions",
    )
    assert condition(one(model_source="CUSTOM"), "model interface") is None


def test_turns_matter_only_where_there_are_shots() -> None:
    def asked(shots: int, multiturn: bool | None) -> Measurement:
        return one(fewshot_as_multiturn=multiturn, **{"n-shot": {"mmlu": shots}})

    assert differences(asked(5, False), asked(5, True)) == ("few-shot as multiturn False → True",)
    assert differences(asked(5, None), asked(5, True)) == ()
    assert differences(asked(0, False), asked(0, True)) == ()


def test_the_arguments_that_name_a_checkpoint_are_the_model() -> None:
    old, new = (one(model_args=f"checkpoint=wren-{n},step={n}000") for n in (1, 2))

    assert differences(old, new) == ()


def test_decoding_that_a_release_may_change_does_not_hinder_and_length_does() -> None:
    def generated(**settings: Any) -> Measurement:
        return one(configs={"mmlu": task_config("mmlu", generation_kwargs=settings)})

    old = generated(temperature=0.7, max_gen_toks=256, until=["\n"])

    assert differences(old, generated(temperature=1.0, max_gen_toks=256, until=["\n"])) == ()
    assert differences(old, generated(temperature=0.7, max_gen_toks=512, until=["\n"])) == (
        "generation.max_gen_toks 256 → 512",
    )


def test_another_chat_template_hinders_and_another_system_prompt_does_not() -> None:
    old = one(
        chat_template_sha="a" * 64, system_instruction_sha="b" * 64, task_hashes={"mmlu": "1"}
    )
    prompt = one(
        chat_template_sha="a" * 64, system_instruction_sha="c" * 64, task_hashes={"mmlu": "2"}
    )
    template = one(
        chat_template_sha="d" * 64, system_instruction_sha="b" * 64, task_hashes={"mmlu": "1"}
    )

    assert differences(old, prompt) == ()
    assert differences(old, template) == (f"chat template {'a' * 12}… → {'d' * 12}…",)


def test_another_question_set_of_the_same_size_is_seen_by_its_hash() -> None:
    old, new = (one(task_hashes={"mmlu": digest}) for digest in ("1", "2"))

    assert differences(old, new) == ("all prompts 1 → 2",)


def test_a_patch_version_of_the_harness_does_not_hinder() -> None:
    assert differences(one(lm_eval_version="0.4.3"), one(lm_eval_version="0.4.9.1")) == ()
    assert differences(one(), one(lm_eval_version="0.5.0")) == (
        "harness lm-eval 0.4 → lm-eval 0.5",
    )


def test_an_old_file_of_this_format_with_little_in_it_is_read() -> None:
    data = b'{"results": {"mmlu": {"acc,none": 0.5, "acc_stderr,none": 0.01, "alias": " - mmlu"}}}'

    (measurement,) = read_eval(data, "x").measurements

    assert measurement.conditions == (("harness", "lm-eval 0.4"),)
    assert measurement.n is None
