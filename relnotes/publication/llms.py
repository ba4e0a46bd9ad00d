"""`llms.txt`: where a language model begins to read this site."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.publication.api import ROOT
from relnotes.publication.edition import Edition
from relnotes.publish import sitemap, wording
from relnotes.publish.escaping import link
from relnotes.publish.index_view import live_now
from relnotes.release.limitations.ledger import LIVE

RELEASES_SHOWN = 30
LIMITATIONS_SHOWN = 50

_PAGES = {
    sitemap.RELEASES: "Every release, newest first",
    sitemap.LIMITATIONS: "Every known limitation, open and closed",
    sitemap.EVALS: "Every eval with its latest result",
    sitemap.BEHAVIOURS: "What the models should do, what measures it, and blind spots",
    sitemap.PROMPTS: "The system prompts and how they changed",
    sitemap.LIFECYCLE: "Names, aliases, deprecations and dates",
    sitemap.CORRECTIONS: "Corrections of published notes",
    "incidents/index.md": "Incidents and postmortems",
}


def publish_llms(edition: Edition) -> None:
    edition.put("llms.txt", "\n".join(_lines(edition)) + "\n")


def _lines(edition: Edition) -> Iterator[str]:
    newest, site = edition.newest, edition.site.map
    live = live_now(newest)
    yield f"# {' '.join(site.project.split())}"
    yield "\n> What changed in each release, what was measured, and what is known to be wrong."
    if site.disclaimer:
        yield f"\n{' '.join(site.disclaimer.split())}"
    yield "\n## Live now\n"
    for one in live.values():
        yield _line(edition, site.releases[one.line, one.tag], one.title, one.summary)
    yield "\n## Open limitations\n"
    still = [one for one in edition.limitations if one.state in LIVE]
    for life in still[:LIMITATIONS_SHOWN]:
        page = site.limitation(life.line, life.id) or ""
        yield _line(edition, page, life.id, life.text)
    yield "\n## Latest releases\n"
    for one in newest[:RELEASES_SHOWN]:
        yield _line(edition, site.releases[one.line, one.tag], one.title, one.summary)
    yield "\n## Everything\n"
    made = edition.site.writer.wanted
    for page, words in _PAGES.items():
        if page in made:
            yield _line(edition, page, words, None)
    yield _line(edition, f"{ROOT}index.json", "All of it as JSON", None)


def _line(edition: Edition, page: str, title: str, about: str | None) -> str:
    said = f": {wording.excerpt(about, 200)}" if about else ""
    return f"- {link(title, (edition.base or '') + page)}{said}"
