"""The page on which any two releases are compared."""

from __future__ import annotations

from functools import partial

from relnotes.publication.edition import Edition
from relnotes.publish.compare_page import compare_page
from relnotes.publish.sitemap import COMPARE


def publish_compare(edition: Edition) -> None:
    site = edition.site
    tags = {line: [one.tag for one in state.releases] for line, state in edition.states.items()}
    make = partial(compare_page, site.templates, tags, site.map)
    edition.put_from(COMPARE, tags, make)
