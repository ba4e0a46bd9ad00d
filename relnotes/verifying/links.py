"""Every link leads somewhere, every anchor is there once, and nothing is asked of another host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from relnotes.errors import Problem
from relnotes.verifying.address import Addresses, Inside, Outside, runs_script
from relnotes.verifying.page import BuiltPage, urls_in_css


def broken_links(pages: Sequence[BuiltPage], addresses: Addresses) -> Iterator[Problem]:
    """Links of this site into this site that lead to no file, or to no place on a page."""
    ids = {page.path: frozenset(identity for identity, _ in page.ids) for page in pages}
    for page in pages:
        for one in page.leads:
            where = f"{page.path}:{one.line}"
            if runs_script(one.url):
                yield Problem(where, "a link runs a script", "link to a page instead")
                continue
            target = addresses.of(page.path, one.url)
            if not isinstance(target, Inside):
                continue
            if target.path not in addresses.files:
                yield Problem(where, f"the link {one.url} leads to no page of this site")
            elif _is_lost(target, ids):
                yield Problem(where, f"{target.path} has no place called #{target.anchor}")


def _is_lost(target: Inside, ids: Mapping[str, frozenset[str]]) -> bool:
    anchor = target.anchor.split(":~:")[0]
    if not anchor or anchor == "top" or target.path not in ids:
        return False
    return anchor not in ids[target.path]


def repeated_ids(pages: Sequence[BuiltPage]) -> Iterator[Problem]:
    for page in pages:
        counts = Counter(identity for identity, _ in page.ids)
        for identity, line in page.ids:
            if counts.pop(identity, 1) > 1:
                what = f'the id "{identity}" stands more than once on this page'
                yield Problem(f"{page.path}:{line}", what)


def foreign_requests(
    pages: Sequence[BuiltPage], styles: Mapping[str, str], addresses: Addresses
) -> Iterator[Problem]:
    """What makes a reader's browser ask another host, or for a file that is not there."""
    for page in pages:
        for one in page.fetches:
            where = f"{page.path}:{one.line}"
            yield from _fetch(page.path, where, one.url, addresses, tag=f"<{one.tag}> ")
    for path, text in styles.items():
        for url in urls_in_css(text):
            yield from _fetch(path, path, url, addresses)


def _fetch(
    path: str, where: str, url: str, addresses: Addresses, tag: str = ""
) -> Iterator[Problem]:
    match addresses.of(path, url):
        case Outside(host):
            what = f"{tag}asks {host} for {url}: every reader would be seen there"
            yield Problem(where, what, "keep the file in the site and ask for that one")
        case Inside(target, _) if target not in addresses.files:
            yield Problem(where, f"{tag}asks for {url}, which is not in the site")
        case _:
            return
