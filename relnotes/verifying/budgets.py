"""How heavy a page and a chart may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relnotes.errors import Problem
from relnotes.verifying.page import BuiltPage


def over_budget(
    pages: Sequence[BuiltPage], *, page_kb: int | None, chart_kb: int
) -> Iterator[Problem]:
    """Pages and inline charts above their budget, if there is one; a KB is 1000 bytes,
    uncompressed.
    """
    for page in pages:
        if page_kb is not None and page.size > page_kb * 1000:
            what = f"{page.size / 1000:.0f} KB; a page may have {page_kb}"
            yield Problem(page.path, what, "shorten it, or raise verify.page_kb in the settings")
        for line, size in page.charts:
            if size > chart_kb * 1000:
                where, what = f"{page.path}:{line}", f"a chart of {size / 1000:.0f} KB"
                yield Problem(where, f"{what}; one may have {chart_kb}")
