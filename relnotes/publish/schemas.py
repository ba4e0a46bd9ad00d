"""JSON Schemas of the files that are read and written."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from pydantic import BaseModel

from relnotes.evals.referred import References
from relnotes.incident.event import Event
from relnotes.incident.record import FollowUp, Head
from relnotes.publish import api_records as api
from relnotes.publish.compare_record import CompareRecord
from relnotes.publish.incident_json import ToldIncident, ToldMetrics, ToldTimeline, ToldTrends
from relnotes.release.bundle import Amendment, Behaviours, Bundle, FragmentHead, Limitation
from relnotes.release.check_report import AuditReport, CheckReport
from relnotes.release.record import Record
from relnotes.release.review_files import Approval, Decision, Signal, Waiver
from relnotes.release.translations import Translation
from relnotes.settings import Settings

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

WRITTEN: dict[str, tuple[type[BaseModel], str]] = {
    "bundle": (Bundle, "bundle.yaml"),
    "behaviours": (Behaviours, "behaviours.yaml"),
    "limitation": (Limitation, "limitations/*.yaml"),
    "signal": (Signal, "signals/*.yaml"),
    "decision": (Decision, "decisions/*.yaml"),
    "approval": (Approval, "approvals/*.yaml"),
    "waiver": (Waiver, "waivers/*.yaml"),
    "note": (FragmentHead, "the front matter of notes/*.md"),
    "amendment": (Amendment, "amendments/*.yaml"),
    "translation": (Translation, "translations/LANGUAGE/*.yaml"),
    "samples": (References, "evals/samples.yaml"),
    "incident": (Head, "incidents/*/incident.yaml"),
    "event": (Event, "incidents/*/events/*.yaml"),
    "followup": (FollowUp, "incidents/*/followups/*.yaml"),
    "settings": (Settings, "relnotes.toml"),
}
COMPUTED: dict[str, tuple[type, str]] = {
    "release": (Record, "the record of a release, and of `relnotes diff --format json`"),
    "check": (CheckReport, "the answer of `relnotes check --format json`"),
    "audit": (AuditReport, "the answer of `relnotes audit --format json`, and audit.json"),
    "compare": (CompareRecord, "the answer of `relnotes compare --format json`"),
    "site": (api.SiteIndex, "api/v1/index.json: where to begin"),
    "releases": (api.Releases, "api/v1/releases.json"),
    "limitations": (api.Limitations, "api/v1/limitations.json"),
    "evals": (api.Evals, "api/v1/evals.json"),
    "eval": (api.EvalHistory, "evals/LINE/TASK.json: an eval across releases"),
    "behaviours-status": (api.Behaviours, "api/v1/behaviours.json"),
    "prompts": (api.Prompts, "api/v1/prompts.json"),
    "lifecycle": (api.Lifecycles, "api/v1/lifecycle.json"),
    "corrections": (api.Corrections, "api/v1/corrections.json"),
    "history": (api.History, "api/v1/history/LINE/N.json: what some releases changed"),
    "incident-record": (ToldIncident, "relnotes incident show, or export, --format json"),
    "incident-timeline": (ToldTimeline, "relnotes incident timeline --format json"),
    "incident-metrics": (ToldMetrics, "relnotes incident metrics --format json"),
    "incident-trends": (
        ToldTrends,
        "relnotes incident metrics --all --format json",
    ),
}
NAMES = (*WRITTEN, *COMPUTED)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called `name`, one of NAMES."""
    if name in WRITTEN:
        model, title = WRITTEN[name]
        found = model.model_json_schema()
    else:
        record, title = COMPUTED[name]
        found = _computed(record)
    found.pop("title", None)
    return {"$schema": _DIALECT, "title": f"relnotes: {title}", **found}


def schema_text(name: str) -> str:
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def _computed(record: type) -> dict[str, Any]:
    if issubclass(record, BaseModel):
        return record.model_json_schema(mode="serialization")
    return msgspec.json.schema(record)
