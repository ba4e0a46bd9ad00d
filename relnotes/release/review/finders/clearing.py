"""Words for how an obstacle is cleared."""

from __future__ import annotations


def mend_or_waive(code: str, subject: str, mend: str = "mend it and measure again") -> str:
    """How an obstacle that can be waived is cleared."""
    return f"{mend}, or `relnotes waive {code}/{subject}` with a reason and an end"
