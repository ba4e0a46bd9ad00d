"""The page of corrections: every dated word that was added to a note after its release."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from relnotes.publish import wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import CORRECTIONS, SiteMap
from relnotes.publish.templates import Templates
from relnotes.release.over_time.annotations import Amend


class Correction(msgspec.Struct, frozen=True):
    """An amendment with the release that it corrects, and its number on that page."""

    line: str
    tag: str
    number: int
    amend: Amend


class CorrectionRow(msgspec.Struct, frozen=True):
    date: str
    release: Markdown
    text: Markdown


def correction_page(templates: Templates, corrections: Iterable[Correction], site: SiteMap) -> str:
    """All corrections of all lines, in the order given."""
    links = site.on(CORRECTIONS)
    rows = [
        CorrectionRow(
            wording.day(one.amend.on),
            links.release(one.line, one.tag, anchor=f"correction-{one.number}"),
            chain(
                (
                    one.amend.text,
                    fill("Adds {}.", links.limitation(one.line, one.amend.limitation.id))
                    if one.amend.limitation
                    else "",
                ),
                Markdown(" "),
            ),
        )
        for one in corrections
    ]
    return templates.render(
        "corrections.md.j2", title=site.heading("corrections"), rows=rows, links=links, site=site
    )
