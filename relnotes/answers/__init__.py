"""What single commands ask of a history: one record, the diff of any two, the ledger now."""

from relnotes.answers.asking import latest, line_of
from relnotes.answers.diff import diff_of
from relnotes.answers.languages import translated
from relnotes.answers.ledger import ledger_at, ledger_obstacles, ledger_text
from relnotes.answers.notes import NOTHING_BESIDE, beside, read_record, record_of, render

__all__ = [
    "NOTHING_BESIDE",
    "beside",
    "diff_of",
    "latest",
    "ledger_at",
    "ledger_obstacles",
    "ledger_text",
    "line_of",
    "read_record",
    "record_of",
    "render",
    "translated",
]
