"""Remarks on what authors wrote to no effect, and on results that are not of what is released."""

from __future__ import annotations

import hashlib
import json

import pytest
from bundlekit import SETTINGS, bundle, lm_eval, project
from test_build import build
from test_history import records_of

PROMPT = "Be direct.\n"
ANOTHER = "measured under another system prompt than this release's"


def measured_under(prompt: str | None, value: float) -> str:
    """A results file as the harness writes it with `--system_instruction`."""
    digest = None if prompt is None else hashlib.sha256(prompt.encode()).hexdigest()
    return json.dumps({**json.loads(lm_eval({"mmlu": value})), "system_instruction_sha": digest})


def released(path, prompt: str | None):
    """The second release, with results of `prompt`."""
    prompted = bundle(prompts=[{"name": "system", "file": "prompts/system.md"}])
    first = {"bundle.yaml": prompted, "prompts/system.md": PROMPT}
    repository = project(
        path,
        {
            "v1": {**first, "evals/a.json": measured_under(PROMPT, 0.5)},
            "v2": {"evals/a.json": measured_under(prompt, 0.6)},
        },
    )
    return records_of(repository.path)["v2"]


@pytest.mark.parametrize("prompt", [PROMPT, "Be direct.", None])
def test_results_of_the_released_prompt_or_of_none_need_no_remark(tmp_path, prompt):
    record = released(tmp_path / "wren", prompt)

    assert record.evals[0].remarks == ()
    assert record.remarks == ()


def test_results_of_another_system_prompt_are_named_to_readers_and_authors(tmp_path):
    record = released(tmp_path / "wren", "Match the user's mood.")

    assert record.evals[0].verdict == "improved"
    assert record.evals[0].remarks == (ANOTHER,)
    assert record.remarks == (f"v2:bundle/evals/a.json: {ANOTHER}",)


def test_settings_that_no_result_takes_up_are_named(tmp_path):
    settings = (
        SETTINGS
        + """
[[evals.override]]
task = "mlmu"
field = "shots"
reason = "as before"

[[evals.override]]
field = "task versoin"
reason = "as before"

[evals.metrics.acc]
unit = "fraction"

[evals.metrics.acc_nrom]
direction = "higher"
"""
    )
    files = {"bundle.yaml": bundle(), "evals/a.json": lm_eval({"mmlu": 0.5})}
    repository = project(tmp_path / "wren", {"v1": files})
    repository.commit({"relnotes.toml": settings})

    said = build(repository.path).stderr

    none = "no result of the latest releases has the"
    assert f'{none} task "mlmu" (did you mean "mmlu"?)' in said
    assert f'{none} field "task versoin" (did you mean "task version"?)' in said
    assert f'[evals.metrics."acc_nrom"] has no effect: {none} metric "acc_nrom"' in said
    assert said.count("has no effect") == 3
