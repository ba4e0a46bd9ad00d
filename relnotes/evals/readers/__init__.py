"""Read a result file of any known harness; the list of readers is here and nowhere else.

Reading needs no harness installed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from relnotes.errors import RelnotesError, fail
from relnotes.evals.readers import json_text, lm_eval
from relnotes.evals.readers.protocol import Reader
from relnotes.evals.readers.redaction import error_without_secrets, without_secrets
from relnotes.evals.result import EvalFile

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping

HEAD = 1 << 18
"""How much of a file a reader needs to recognise it."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_IGNORE = (
    "if it is no eval result, declare it in relnotes.toml: "
    '[[evals.ignore]] with its path and a reason = "…"'
)


@cache
def readers() -> tuple[Reader, ...]:
    """In the order in which they are asked; imported when something else than the usual comes."""
    from relnotes.evals.readers import (
        aider,
        deepeval,
        every_eval_ever,
        every_eval_ever_samples,
        helm,
        hf_eval_results,
        hf_model_card,
        inspect_log,
        junit,
        lighteval,
        lm_eval_legacy,
        lm_eval_samples,
        mlflow,
        native,
        openai_evals,
        promptfoo,
        referred,
    )

    # The samples come first: their questions are free text, which may hold anything. lighteval
    # stands before lm-eval, whose older files share its keys.
    return (
        lm_eval_samples,
        openai_evals,
        every_eval_ever_samples,
        every_eval_ever,
        inspect_log,
        promptfoo,
        helm,
        lighteval,
        deepeval,
        mlflow,
        lm_eval,
        lm_eval_legacy,
        junit,
        aider,
        hf_eval_results,
        hf_model_card,
        native,
        referred,
    )


def read_eval(data: bytes, place: str, mapping: Mapping | None = None) -> EvalFile:
    """The results in a file, without secrets; RelnotesError if its content is wrong.

    A file with a `mapping` is a table; any other must be recognised by a reader.
    """
    head = data if len(data) <= HEAD else data[:HEAD]
    if nothing := _nothing_in(head, place):
        raise nothing
    try:
        return without_secrets(_read(data, head, place, mapping))
    except RelnotesError as error:
        raise error_without_secrets(error) from error


def _read(data: bytes, head: bytes, place: str, mapping: Mapping | None) -> EvalFile:
    if mapping is not None:
        from relnotes.evals.readers import mapped  # few have tables of their own

        return mapped.read(data, place, mapping)
    if lm_eval.is_unmistakable(head):
        return lm_eval.read(data, place)  # the common case need not import and ask every reader
    for reader in readers():
        if reader.recognise(head):
            return reader.read(data, place)
    raise _unrecognised(data, place)


def _nothing_in(head: bytes, place: str) -> RelnotesError | None:
    if head.startswith(_LFS_POINTER):
        return fail(place, "a Git LFS pointer, not the results", "run `git lfs pull`, and commit")
    return None if head.strip() else fail(place, "an empty file", _IGNORE)


def _unrecognised(data: bytes, place: str) -> RelnotesError:
    if data.lstrip()[:1] in (b"{", b"[") and (broken := json_text.problem_of(data, place)):
        return RelnotesError([broken])
    known = ", ".join(reader.name for reader in readers())
    return fail(place, f"no known format of eval results (known: {known})", _IGNORE)
