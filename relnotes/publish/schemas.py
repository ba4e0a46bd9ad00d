"""Make the JSON Schemas of the files that are read and written; knows every model.

What it makes is shipped (`schema_names.shipped_schema`): tests/test_docs.py writes it down, and
holds that it is what the models say.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from pydantic import BaseModel

from relnotes.evals.referred import References
from relnotes.incident.event import Event
from relnotes.incident.record import FollowUp, Head
from relnotes.publish import api_records as api
from relnotes.publish import schema_names
from relnotes.publish.comparison.record import CompareRecord
from relnotes.publish.incident.record_json import (
    ToldIncident,
    ToldMetrics,
    ToldTimeline,
    ToldTrends,
)
from relnotes.release.record import Record
from relnotes.release.review.check_report import AuditReport, CheckReport
from relnotes.release.written.bundle import Amendment, Behaviours, Bundle, FragmentHead, Limitation
from relnotes.release.written.review_files import Approval, Decision, Signal, Waiver
from relnotes.release.written.translations import Translation
from relnotes.settings import Settings

_BOUNDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

MODELS: dict[str, type[BaseModel]] = {
    "bundle": Bundle,
    "behaviours": Behaviours,
    "limitation": Limitation,
    "signal": Signal,
    "decision": Decision,
    "approval": Approval,
    "waiver": Waiver,
    "note": FragmentHead,
    "amendment": Amendment,
    "translation": Translation,
    "samples": References,
    "incident": Head,
    "event": Event,
    "followup": FollowUp,
    "settings": Settings,
}
RECORDS: dict[str, type] = {
    "release": Record,
    "check": CheckReport,
    "audit": AuditReport,
    "compare": CompareRecord,
    "site": api.SiteIndex,
    "releases": api.Releases,
    "limitations": api.Limitations,
    "evals": api.Evals,
    "eval": api.EvalHistory,
    "behaviours-status": api.Behaviours,
    "prompts": api.Prompts,
    "lifecycle": api.Lifecycles,
    "corrections": api.Corrections,
    "history": api.History,
    "incident-record": ToldIncident,
    "incident-timeline": ToldTimeline,
    "incident-metrics": ToldMetrics,
    "incident-trends": ToldTrends,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called `name`, one of schema_names.NAMES."""
    if name in MODELS:
        title, found = schema_names.WRITTEN[name], MODELS[name].model_json_schema()
    else:
        title, found = schema_names.COMPUTED[name], _computed(RECORDS[name])
    found.pop("title", None)
    return {"$schema": _DIALECT, "title": f"relnotes: {title}", **_in_words_of_json_schema(found)}


def _in_words_of_json_schema(node: Any) -> Any:
    """Bounds as a validator knows them; pydantic leaves its own names beside a check of ours."""
    if isinstance(node, list):
        return [_in_words_of_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key if isinstance(value, dict) else _BOUNDS.get(key, key): _in_words_of_json_schema(value)
        for key, value in node.items()
    }


def schema_text(name: str) -> str:
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def _computed(record: type) -> dict[str, Any]:
    if issubclass(record, BaseModel):
        return record.model_json_schema(mode="serialization")
    return msgspec.json.schema(record)
