"""A page a release and language, where a person approved a translation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec

from relnotes.publication.edition import Edition
from relnotes.publish.language_page import language_page, language_page_path
from relnotes.release.record import Record
from relnotes.release.written.translations import Kept


def publish_languages(edition: Edition) -> None:
    site = edition.site
    for line, state in edition.states.items():
        for release, beside in zip(state.releases, state.annotations, strict=True):
            kept = [one for one in site.translations if one.translation.release == release.tag]
            if not kept:
                continue
            page = site.map.releases[line, release.tag]
            data = site.writer.read(page.removesuffix(".md") + ".json")
            record = msgspec.json.decode(data, type=Record)
            for one in kept:
                path = language_page_path(page, one.translation.language)
                make = partial(
                    language_page,
                    *(site.templates, record, beside, one.translation, site.map.on(path)),
                )
                inputs = (record, beside, one.translation.model_dump(mode="json"))
                edition.put_from(path, inputs, make)


def by_release(kept: Iterable[Kept]) -> dict[str, tuple[str, ...]]:
    """The languages of each release, by tag."""
    found: dict[str, tuple[str, ...]] = {}
    for one in kept:
        tag = one.translation.release
        found[tag] = tuple(sorted((*found.get(tag, ()), one.translation.language)))
    return found
