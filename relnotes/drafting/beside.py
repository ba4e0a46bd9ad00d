"""Drafts that stand beside a release and not in its bundle, and wait for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from relnotes import yamlfile
from relnotes.obstacles import Obstacle
from relnotes.release.record import Draft
from relnotes.release.review.drafts import draft, unapproved_drafts
from relnotes.release.written.bundle import Amendment, Audience
from relnotes.release.written.translations import Translation


def drafts_beside(
    tag: str, amendments: Mapping[str, bytes], translations: Mapping[str, bytes]
) -> Iterator[Obstacle]:
    """Drafts for a release that is out; they hold nothing up, as they are not published."""
    found = (*_amendments(tag, amendments), *_translations(tag, translations))
    for obstacle in unapproved_drafts(found):
        yield replace(obstacle, blocking=False)


def _amendments(tag: str, files: Mapping[str, bytes]) -> Iterator[Draft]:
    for path, data in sorted(files.items()):
        one = yamlfile.read(data, f"amendments/{path}", Amendment)
        if one.draft and one.release == tag:
            yield draft(f"amendments/{path}", one.draft, one.summary or "", one.audience)


def _translations(tag: str, files: Mapping[str, bytes]) -> Iterator[Draft]:
    for path, data in sorted(files.items()):
        one = yamlfile.read(data, f"translations/{path}", Translation)
        if one.draft and one.release == tag:
            yield draft(f"translations/{path}", one.draft, one.words, Audience.PUBLIC)
