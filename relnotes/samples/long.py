"""From which size on a file on disk is read by the engine itself, and not line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relnotes.evals.readers.lm_eval_samples import is_samples

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping

_PARQUET = b"PAR1"
_TABLE_BYTES = 1 << 20
"""Of Parquet, a hundred thousand rows or so; plain reading would take a second."""
_TEXT_BYTES = 1 << 23


def is_long(size: int, head: bytes, mapping: Mapping | None) -> bool:
    """Of a table of questions, or of lines of lm-evaluation-harness; `size` 0: not on disk."""
    if mapping is None:
        return size > _TEXT_BYTES and is_samples(head)
    if mapping.columns.score is None or mapping.condition_columns:
        return False
    return size > (_TABLE_BYTES if head.startswith(_PARQUET) else _TEXT_BYTES)
