"""The scores of single questions, of any number: read, kept within bounds, paired by an engine."""

from __future__ import annotations

from relnotes.samples.book import Book

__all__ = ["Book"]
