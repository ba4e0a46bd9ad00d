"""What looks like a secret never gets past a reader; what only looks like one stays."""

from __future__ import annotations

import json

import pytest
from evals.eval_examples import as_json, lm_eval_file

from relnotes.errors import RelnotesError
from relnotes.evals.mapping import Mapping
from relnotes.evals.readers import read_eval
from relnotes.evals.readers.redaction import is_secret_key, redacted

KEY = "sk-proj-abcdef1234567890abcdef"
SECRETS = {
    "vendor key": KEY,
    "argument": "--api-key hunter22",
    "variable": "OPENAI_API_KEY=hunter22",
    "json": '"password": "hunter22"',
    "header": "Authorization: Bearer hunter22.x9",
    "basic": "Basic dXNlcjpodW50ZXIyMg==",
    "address": "https://rin:hunter22@models.example.org",
    "random": "AIzaSyA1234567890hunter22bcdefghijklmn",
    "cloud": "AKIAIOSFODNN7HUNTER22",
    "azure": "0123456789abcdef0123456789hunter22",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_redacted_and_two_are_told_apart(text: str) -> None:
    clean = redacted(f"run with {text} on Monday")

    assert "hunter22" not in clean.lower()
    assert KEY not in clean
    assert clean.startswith("run with ")
    assert redacted(text) != redacted(text + "z")


@pytest.mark.parametrize(
    "text",
    [
        "meta-llama/Llama-3.3-70B-Instruct-Turbo-Free-20241206",
        "DeepSeek-R1-Distill-Qwen-32B-Instruct-AWQ-v1-2025",
        "bigbench_logical_deduction_three_objects_v2",
        "5503434ddd753f426f4b38109466949a1217c2bb",
        "sha256:" + "c0ffee01" * 8,
        "secret agent",
        "basic internationalization",
        "password reset flow",
        "the bearer of this letter",
        "max_tokens=4096",
    ],
)
def test_names_and_hashes_are_no_secrets(text: str) -> None:
    assert redacted(text) == text


def test_keys_that_name_secrets_are_known() -> None:
    assert all(map(is_secret_key, ["api_key", "X-Api-Key", "hf_token", "verifyToken".lower()]))
    assert not any(map(is_secret_key, ["max_tokens", "tokenizer", "prefix_token_id", "keyword_x"]))


SPEC = {"eval_name": f"t.{KEY}.v0", "completion_fns": [KEY], "run_config": {"max_samples": KEY}}
FILES = {
    "openai evals": json.dumps({"spec": SPEC})
    + "\n"
    + json.dumps({"final_report": {"accuracy": 0.5, KEY: 0.5}}),
    "aider": f"- model: m\n  pass_rate_1: 20.4\n  test_cases: 225\n  edit_format: {KEY}\n"
    f"  command: aider --api-key {KEY}\n",
    "model card": f"---\nmodel-index:\n- name: {KEY}\n  results:\n  - dataset: {{type: {KEY}}}\n"
    f"    metrics: [{{type: acc, value: 0.5, config: {KEY}}}]\n---\n",
    "eval results": f"- dataset:\n    id: {KEY}\n    task_id: x\n  value: 1\n  notes: {KEY}\n"
    f"  verifyToken: {KEY}\n",
    "deepeval": json.dumps(
        {
            "testCases": [
                {"input": KEY, "metricsData": [{"name": KEY, "score": 1, "evaluationModel": KEY}]}
            ],
            "datasetAlias": KEY,
            "hyperparameters": {"model": KEY, "api_key": KEY},
        }
    ),
    "lighteval": json.dumps(
        {
            "config_general": {
                "lighteval_sha": "?",
                "model_name": KEY,
                "model_config": {"api_key": "hunter22", "base": KEY, "n": {"token": "hunter22"}},
            },
            "results": {f"{KEY}|0": {"em": 0.5}},
        }
    ),
    "mlflow": json.dumps(
        {
            "info": {"experiment_id": "1", "lifecycle_stage": "active", "run_name": KEY},
            "data": {"metrics": {KEY: 0.5}, "params": {"model": KEY, "api_key": KEY}},
        }
    ),
    "junit": f'<testsuite name="{KEY}"><properties><property name="k" value="{KEY}"/></properties>'
    f'<testcase name="a"><failure message="{KEY}">{KEY}</failure></testcase></testsuite>',
    "lm-eval": as_json(lm_eval_file({KEY: {"acc,none": 0.5}}, model_name=KEY)).decode(),
    "native": f"format: relnotes-eval/1\nharness: {{name: {KEY}, version: 1}}\n"
    f"tasks:\n  - {{task: {KEY}, scorer: {KEY}, metrics: [{{name: acc, value: 0.5}}]}}\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_no_reader_lets_a_secret_through(text: str) -> None:
    assert KEY in text

    file = read_eval(text.encode(), "evals/x")

    assert file.measurements
    assert KEY not in repr(file)
    assert "hunter22" not in repr(file)


def test_a_problem_quotes_no_secret() -> None:
    with pytest.raises(RelnotesError) as caught:
        read_eval(FILES["openai evals"].replace("0.5}", '"x"}').encode(), "evals/x")

    assert "should be a number" in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_table_lets_no_secret_through() -> None:
    mapping = Mapping.model_validate(
        {
            "path": "*",
            "metric": "acc",
            "columns": {"value": "v", "task": "t"},
            "condition_columns": {"judge": "j"},
        }
    )

    file = read_eval(f"t,v,j\n{KEY},0.5,{KEY}\n".encode(), "evals/x", mapping)

    assert KEY not in repr(file)
