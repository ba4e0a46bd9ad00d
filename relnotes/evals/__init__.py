"""Eval results: read, settle whether they may be compared, compare."""
