"""Everything that must hold of a built site, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from relnotes.errors import Problem
from relnotes.verifying.address import Addresses
from relnotes.verifying.budgets import over_budget
from relnotes.verifying.feeds import feed_problems
from relnotes.verifying.leaks import leaks
from relnotes.verifying.links import broken_links, foreign_requests, repeated_ids
from relnotes.verifying.page import BuiltPage, inline_scripts, read_page
from relnotes.verifying.records import schema_problems
from relnotes.verifying.security import HEADERS, against_policy

_TEXT = frozenset(
    {".html", ".md", ".json", ".xml", ".txt", ".js", ".css", ".svg", ".csv", ".ics", ""}
)


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a site is held against, beyond what holds of every site."""

    base: str | None  # the address that it is published at
    page_kb: int | None  # None for an internal site: it says more, to readers who are near
    chart_kb: int
    internal: Set[str]  # texts that no public file may hold; none for an internal site
    marks: tuple[str, ...]  # from the settings: words that mark what is internal


def read_pages(folder: Path) -> tuple[BuiltPage, ...]:
    """Every HTML page below a built site, by path."""
    return tuple(
        read_page(path, (folder / path).read_bytes())
        for path in sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*.html"))
    )


def read_scripts(folder: Path) -> Iterator[str]:
    """Every inline script of every HTML page below a built site."""
    for path in folder.rglob("*.html"):
        yield from inline_scripts(path.read_bytes())


def verify(folder: Path, expected: Expectations) -> tuple[Problem, ...]:
    """What is wrong with the site in `folder`; () where all is well."""
    return tuple(_problems(folder, expected))


def _problems(folder: Path, expected: Expectations) -> Iterator[Problem]:
    paths = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    texts = {one: (folder / one).read_bytes() for one in paths if Path(one).suffix in _TEXT}
    pages = [read_page(path, data) for path, data in texts.items() if path.endswith(".html")]
    addresses = Addresses(frozenset(paths), expected.base)
    styles = {
        path: data.decode("utf-8", "replace")
        for path, data in texts.items()
        if path.endswith(".css")
    }
    data_files = {path: data for path, data in texts.items() if path.endswith((".json", ".xml"))}
    yield from broken_links(pages, addresses)
    yield from repeated_ids(pages)
    yield from foreign_requests(pages, styles, addresses)
    yield from against_policy(pages, _text(texts.get(HEADERS)))
    yield from feed_problems(data_files, addresses)
    yield from schema_problems({p: d for p, d in data_files.items() if p.endswith(".json")})
    yield from over_budget(pages, page_kb=expected.page_kb, chart_kb=expected.chart_kb)
    yield from leaks(expected.internal, expected.marks, pages, texts)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")
