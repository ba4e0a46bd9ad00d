"""Read the scores of single questions, from the formats that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from relnotes.errors import RelnotesError
from relnotes.evals.readers import HEAD, lm_eval, readers, referred
from relnotes.evals.readers.redaction import error_without_secrets
from relnotes.evals.sample import Sample

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping


@cache
def _of_format() -> dict[str, Callable[[BinaryIO, str], Iterator[Sample]]]:
    return {
        reader.name: reader.read_samples for reader in readers() if hasattr(reader, "read_samples")
    }


def holds_samples(format_name: str, mapping: Mapping | None = None) -> bool:
    """Whether files of a format (`EvalFile.format`) can hold scores by question."""
    if mapping:
        return mapping.columns.score is not None
    if format_name == lm_eval.name:
        return False  # the common case need not import every reader
    return format_name in _of_format() or format_name == referred.name


def read_samples(file: BinaryIO, place: str, mapping: Mapping | None = None) -> Iterator[Sample]:
    """Every score in a seekable file; none where its format holds none."""
    try:
        yield from _samples(file, place, mapping)
    except RelnotesError as error:
        raise error_without_secrets(error) from error


def _samples(file: BinaryIO, place: str, mapping: Mapping | None) -> Iterator[Sample]:
    if mapping is not None:
        from relnotes.evals.readers import mapped  # few have tables of their own

        return mapped.read_samples(file, place, mapping)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    for reader in readers():
        if reader.recognise(head):
            return _of_format().get(reader.name, _none)(file, place)
    return iter(())


def _none(file: BinaryIO, place: str) -> Iterator[Sample]:  # noqa: ARG001
    return iter(())
