"""Read a result file of any known harness; the list of readers is here and nowhere else.

Reading needs no harness installed.
"""

from __future__ import annotations

from relnotes.errors import RelnotesError, fail
from relnotes.evals.readers import json_text, lm_eval, lm_eval_legacy, lm_eval_samples, native
from relnotes.evals.readers.protocol import Reader
from relnotes.evals.result import EvalFile

# The samples come first: their questions are free text, which may hold anything.
READERS: tuple[Reader, ...] = (lm_eval_samples, lm_eval, lm_eval_legacy, native)

HEAD = 1 << 18
"""How much of a file a reader needs to recognise it."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_IGNORE = (
    "if it is no eval result, declare it in relnotes.toml: "
    '[[evals.ignore]] with its path and a reason = "…"'
)


def read_eval(data: bytes, place: str) -> EvalFile:
    """The results in a file; RelnotesError if nothing recognises it or its content is wrong."""
    head = data if len(data) <= HEAD else data[:HEAD]
    for reader in READERS:
        if reader.recognise(head):
            return reader.read(data, place)
    raise _unrecognised(data, place)


def _unrecognised(data: bytes, place: str) -> RelnotesError:
    if data.startswith(_LFS_POINTER):
        return fail(place, "a Git LFS pointer, not the results", "run `git lfs pull`, and commit")
    if not data.strip():
        return fail(place, "an empty file", _IGNORE)
    if data.lstrip()[:1] in (b"{", b"[") and (broken := json_text.problem_of(data, place)):
        return RelnotesError([broken])
    known = ", ".join(reader.name for reader in READERS)
    return fail(place, f"no known format of eval results (known: {known})", _IGNORE)
