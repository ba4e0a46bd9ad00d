"""Take secrets out of what harnesses write: API keys in arguments, passwords in addresses.

A short digest stands in place of each, so that two of them can still be told apart.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from functools import lru_cache

from msgspec.structs import replace

from relnotes.errors import RelnotesError
from relnotes.evals.result import EvalFile, Measurement

_SECRET_KEY = re.compile(
    r"(^|_)(api_?key|key|password|passwd|secret|authorization|auth|credentials?|bearer|headers?)($|_)"
    r"|^((hf|auth|use_auth|access|api|refresh|bearer|huggingface|verify)_?)?token$"
)
_NAMES = (
    r"(?i:(?:api|access|secret|private)[-_]?key|password|passwd|secret"
    r"|(?:access|auth|api)[-_]?token)"
)
_SECRET_VALUE = re.compile(
    # said to be one, by what stands before it
    rf"""(?:--{_NAMES}[=\s]|{_NAMES}["']?\s*[=:])\s*["']?(?P<named>[^\s"',;&]{{4,}})"""
    r"|(?i:bearer|basic)\s+(?=\S*[\d._=-])(?P<header>\S{8,})"
    # as vendors write them
    r"|\b(?:sk|pk|rk|hf|gsk|gh[pousr]|github_pat|xox[abeprs]|glpat)[-_][\w-]{16,}"
    r"|AKIA\w{12,}|eyJ[\w-]{10,}\.\S*"
    # of letters and digits, and too long between two hyphens to be a word
    r"|(?=[\w+=~-]*\d)(?=[\w+=~-]*[A-Za-z])(?=[\w+=~-]*?[A-Za-z0-9+=~]{20})[\w+=~-]{32,}"
    # in an address
    r"|\w+://[^/\s:@]*:[^/\s@]+@\S*"
)
_HASH = re.compile(r"(?:sha256:|md5:)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})")
_HASH_FIELDS = re.compile(r"hash|revision|digest|template|prompt|version|commit|subtasks|questions")


def is_secret_key(key: str) -> bool:
    """Whether what stands under a key is never to be shown."""
    return _SECRET_KEY.search(key.strip().lower().replace("-", "_")) is not None


@lru_cache(maxsize=1 << 14)
def redacted(text: str) -> str:
    """Without what looks like a secret. A git or SHA-256 hash by itself is none."""
    if len(text) in (40, 64, 71) and _HASH.fullmatch(text):
        return text
    return _SECRET_VALUE.sub(_marked, text)


def without_secrets(file: EvalFile) -> EvalFile:
    """The file with every text redacted, whichever reader it came from."""
    return replace(
        file,
        harness=redacted(file.harness),
        harness_version=_redacted(file.harness_version),
        model=_redacted(file.model),
        measurements=tuple(map(_measurement, file.measurements)),
        remarks=tuple(redacted(remark) for remark in file.remarks),
        shared=_conditions(file.shared),
        sampled=tuple((redacted(a), redacted(b), _redacted(c)) for a, b, c in file.sampled),
    )


def error_without_secrets(error: RelnotesError) -> RelnotesError:
    """The same problems; their words may quote the file."""
    problems = (
        dataclasses.replace(one, what=redacted(one.what), mend=redacted(one.mend))
        for one in error.problems
    )
    return RelnotesError(problems, error.exit_code)


def _measurement(one: Measurement) -> Measurement:
    names = _names(one.task, one.metric, one.filter)
    conditions = _conditions(one.conditions)
    if names is None and conditions == one.conditions:
        return one
    task, metric, filter_name = names or one.key
    return replace(one, task=task, metric=metric, filter=filter_name, conditions=conditions)


@lru_cache(maxsize=1 << 14)
def _names(task: str, metric: str, filter_name: str | None) -> tuple[str, str, str | None] | None:
    """None where they hold no secret, which is nearly always."""
    clean = redacted(task), redacted(metric), _redacted(filter_name)
    return None if clean == (task, metric, filter_name) else clean


@lru_cache(maxsize=1 << 12)
def _conditions(conditions: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The very same where they hold no secret, which is nearly always."""
    clean = tuple((field, _condition(field, value)) for field, value in conditions)
    return conditions if clean == conditions else clean


def _condition(field: str, value: str) -> str:
    """A field made for hashes may hold one of any length; an Azure key looks the same."""
    if _HASH_FIELDS.search(field) and _HASH.fullmatch(value):
        return value
    return redacted(value)


def _redacted(text: str | None) -> str | None:
    return None if text is None else redacted(text)


def _marked(found: re.Match[str]) -> str:
    secret = found["named"] or found["header"] or found[0]
    mark = f"[redacted {hashlib.sha256(secret.encode()).hexdigest()[:8]}]"
    return found[0].replace(secret, mark)
