"""The JSON Schemas that there are, by name: which file each describes. Imports no model.

Their texts are shipped: to make them takes every model and a fifth of a second (`schemas`).
"""

from __future__ import annotations

from relnotes.shipped import schemas_folder

WRITTEN = {
    "bundle": "bundle.yaml",
    "behaviours": "behaviours.yaml",
    "limitation": "limitations/*.yaml",
    "signal": "signals/*.yaml",
    "decision": "decisions/*.yaml",
    "approval": "approvals/*.yaml",
    "waiver": "waivers/*.yaml",
    "note": "the front matter of notes/*.md",
    "amendment": "amendments/*.yaml",
    "translation": "translations/LANGUAGE/*.yaml",
    "samples": "evals/samples.yaml",
    "incident": "incidents/*/incident.yaml",
    "event": "incidents/*/events/*.yaml",
    "followup": "incidents/*/followups/*.yaml",
    "settings": "relnotes.toml",
}
COMPUTED = {
    "release": "the record of a release, and of `relnotes diff --format json`",
    "check": "the answer of `relnotes check --format json`",
    "audit": "the answer of `relnotes audit --format json`, and audit.json",
    "compare": "the answer of `relnotes compare --format json`",
    "site": "api/v1/index.json: where to begin",
    "releases": "api/v1/releases.json, and its older parts",
    "limitations": "api/v1/limitations.json",
    "evals": "api/v1/evals.json",
    "eval": "evals/LINE/TASK.json: an eval across releases, and its older parts",
    "behaviours-status": "api/v1/behaviours.json",
    "prompts": "api/v1/prompts.json",
    "lifecycle": "api/v1/lifecycle.json",
    "corrections": "api/v1/corrections.json",
    "history": "api/v1/history/LINE/N.json: what some releases changed",
    "incident-record": "relnotes incident show, or export, --format json",
    "incident-timeline": "relnotes incident timeline --format json",
    "incident-metrics": "relnotes incident metrics --format json",
    "incident-trends": "relnotes incident metrics --all --format json",
}
NAMES = (*WRITTEN, *COMPUTED)


def shipped_schema(name: str) -> str:
    """The text of the schema called `name`, one of NAMES."""
    return (schemas_folder() / f"{name}.json").read_text("utf-8")
