"""What each release changed, a hundred releases a document: a full one never changes again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from relnotes.publish.sitemap import SiteMap

STEPS_IN_ONE = 100  # releases of a document

_SCHEMA = "relnotes.history/1"


def history_path(site: SiteMap, line: str, at: int) -> str:
    """Of the document number `at`, counted from 0."""
    return f"api/v1/history/{site.folders[line]}/{at + 1}.json"


def history_document(line: str, steps: Sequence[bytes]) -> bytes:
    """`steps` are release.over_time.steps.Step, as JSON."""
    head = msgspec.json.encode({"schema": _SCHEMA, "line": line})[:-1]
    return head + b',"steps":[' + b",".join(steps) + b"]}\n"
