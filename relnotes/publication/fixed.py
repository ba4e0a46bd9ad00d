"""Schemas, style and script: files that are the same on every site."""

from __future__ import annotations

from functools import partial

from relnotes import __version__
from relnotes.publication.edition import Edition
from relnotes.publish.schema_names import NAMES, shipped_schema
from relnotes.publish.site import assets


def publish_fixed(edition: Edition) -> None:
    for name in NAMES:
        edition.put_from(f"schemas/{name}.json", __version__, partial(shipped_schema, name))
    for path, data in assets().items():
        edition.put(path, data)
