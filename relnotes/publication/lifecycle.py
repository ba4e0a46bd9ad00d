"""The page of names and dates, of all lines."""

from __future__ import annotations

from functools import partial

from relnotes.publication.edition import Edition
from relnotes.publish.lifecycle_pages import lifecycle_page
from relnotes.publish.sitemap import LIFECYCLE


def publish_lifecycle(edition: Edition) -> None:
    site = edition.site
    phases = {line: state.phases for line, state in edition.states.items()}
    make = partial(lifecycle_page, site.templates, phases, site.map.on(LIFECYCLE))
    edition.put_from(LIFECYCLE, phases, make)
