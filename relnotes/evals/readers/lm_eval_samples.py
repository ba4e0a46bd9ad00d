"""Recognise `samples_*.jsonl` of lm-evaluation-harness: one line a question.

Only the first line is looked at; such files can be huge.
"""

from __future__ import annotations

from typing import Any

import msgspec

from relnotes.evals.readers import json_text
from relnotes.evals.result import EvalFile

name = "lm-eval samples"

_REMARK = "per-sample results are kept in the release, and not compared yet"


class _Line(msgspec.Struct):
    doc_id: Any = None
    resps: Any = None
    filtered_resps: Any = None
    doc_hash: Any = None


_DECODER = msgspec.json.Decoder(_Line)


def is_samples(head: bytes) -> bool:
    """Whether the first bytes of a file are those of per-sample results."""
    if b'"doc_id"' not in head:
        return False
    line, ended, _ = head.lstrip().partition(b"\n")
    if not ended and line.startswith((b'{"doc_id"', b'{ "doc_id"')):
        return True  # the first question is longer than the head
    try:
        found = _DECODER.decode(line)
    except json_text.BROKEN:
        return False
    answered = (found.resps, found.filtered_resps, found.doc_hash)
    return found.doc_id is not None and any(field is not None for field in answered)


def recognise(head: bytes) -> bool:
    """The same, under the name that every reader has."""
    return is_samples(head)


def read(data: bytes, place: str) -> EvalFile:  # noqa: ARG001  (nothing of it is read)
    """No measurement, and a remark that says so."""
    return EvalFile(name, "lm-eval", None, None, None, (), (_REMARK,))
