"""Whether results were measured under the system prompt that is released. Pure.

The harness writes the SHA-256 of the text that it was given, which is mostly read from a file:
with or without the line break at its end, and with either kind of line break.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from relnotes.evals.comparability import SYSTEM_PROMPT
from relnotes.evals.result import EvalFile

ANOTHER = "measured under another system prompt than this release's"

_WRITES_SHA_256 = "lm-eval"
_NONE = "none"


def digests_of(prompts: Iterable[str]) -> frozenset[str]:
    """What a harness may write of any of these texts."""
    texts = {
        form
        for prompt in prompts
        for text in (prompt, prompt.replace("\r\n", "\n"))
        for form in (text, text.rstrip("\n"), text.strip())
    }
    return frozenset(hashlib.sha256(text.encode()).hexdigest() for text in texts)


def digest_in(file: EvalFile) -> str | None:
    """The digest of the system prompt that a file names; a run without any has none."""
    if file.harness != _WRITES_SHA_256 or not file.measurements:
        return None
    said = dict(file.measurements[0].conditions).get(SYSTEM_PROMPT, _NONE)
    return None if said == _NONE else said
