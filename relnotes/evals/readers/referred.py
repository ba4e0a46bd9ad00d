"""Recognise a file that says where samples lie; they themselves are read when they are compared."""

from __future__ import annotations

import re

from relnotes.evals.referred import FORMAT, read_references
from relnotes.evals.result import EvalFile

name = FORMAT

_FORMAT = re.compile(rb"""^[ {]*["']?format["']?\s*:\s*["']?relnotes-samples/""", re.MULTILINE)


def recognise(head: bytes) -> bool:
    """A line that names the format, in any version."""
    return b"relnotes-samples/" in head and _FORMAT.search(head) is not None


def read(data: bytes, place: str) -> EvalFile:
    """No measurement; what it refers to is checked by itself."""
    read_references(data, place)
    return EvalFile(name, "relnotes", None, None, None)
