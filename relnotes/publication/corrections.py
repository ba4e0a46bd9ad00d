"""The page of corrections, of all lines, where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from relnotes.publication.edition import Edition
from relnotes.publish.correction_pages import Correction, correction_page
from relnotes.publish.sitemap import CORRECTIONS


def publish_corrections(edition: Edition) -> None:
    site = edition.site
    if found := corrections_of(edition):
        make = partial(correction_page, site.templates, found, site.map)
        edition.put_from(CORRECTIONS, found, make)


def corrections_of(edition: Edition) -> list[Correction]:
    """Newest first; those of one day in the order of lines and releases."""
    return sorted(_every(edition), key=lambda one: one.amend.on, reverse=True)


def _every(edition: Edition) -> Iterator[Correction]:
    for line, state in edition.states.items():
        for release, beside in zip(state.releases, state.annotations, strict=True):
            for number, amend in enumerate(beside.amendments, start=1):
                yield Correction(line, release.tag, number, amend)
