"""Eval results for readers: rows, groups, sources, trends, and how sure one may be."""
