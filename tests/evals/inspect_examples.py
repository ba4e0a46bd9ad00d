"""Logs in the shape of Inspect, made up here, and the archives that hold them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any


def header(**changes: Any) -> dict[str, Any]:
    """One scorer, 80 questions; any top-level key can be replaced by name."""
    written: dict[str, Any] = {
        "version": 2,
        "status": "success",
        "eval": {
            "run_id": "r1",
            "task_id": "t1",
            "task": "geography",
            "task_version": 1,
            "created": "2026-04-01T10:00:00+00:00",
            "task_args": {},
            "dataset": {"name": "geography", "samples": 80, "sample_ids": []},
            "model": "example/wren",
            "model_args": {},
            "config": {"epochs": 1},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "plan": {"steps": [{"solver": "generate", "params": {}}], "config": {}},
        "results": {"total_samples": 80, "completed_samples": 80, "scores": [score()]},
        "stats": {"started_at": "2026-04-01T10:00:00+00:00"},
    }
    return written | changes


def score(**changes: Any) -> dict[str, Any]:
    return {
        "name": "match",
        "scorer": "match",
        "scored_samples": 80,
        "unscored_samples": 0,
        "params": {},
        "metrics": {"accuracy": metric("accuracy", 0.5), "stderr": metric("stderr", 0.05)},
    } | changes


def metric(name: str, value: Any, **changes: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "params": {}} | changes


def with_scores(*scores: dict[str, Any], **changes: Any) -> dict[str, Any]:
    results = {"total_samples": 80, "completed_samples": 80, "scores": list(scores)}
    return header(results=results | changes)


def with_spec(**changes: Any) -> dict[str, Any]:
    written = header()
    return written | {"eval": written["eval"] | changes}


def as_json(written: Any) -> bytes:
    return json.dumps(written).encode()


def archive(members: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A log as a zip; a member that is not bytes is written as JSON."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content if isinstance(content, bytes) else as_json(content))
    return file.getvalue()
