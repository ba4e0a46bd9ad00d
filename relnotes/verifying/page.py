"""One built page: its ids, where it leads, what it makes a browser fetch and run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree, html

_LEADS = {"a": "href", "area": "href", "form": "action"}
_FETCHES = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "{http://www.w3.org/1999/xlink}href", "xlink:href"),
    "img": ("src",),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "use": ("href", "{http://www.w3.org/1999/xlink}href", "xlink:href"),
    "video": ("src", "poster"),
}
_LINKS_THAT_FETCH = frozenset(
    {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect"}
    | {"dns-prefetch", "manifest"}
)
_LINKS_THAT_LEAD = frozenset({"alternate", "next", "prev", "help", "license"})
_URL_IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")
_RUNS = frozenset({None, "", "module", "text/javascript", "application/javascript"})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """An address as it is written in the page."""

    url: str
    line: int
    tag: str


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """`path` is below the site's folder; sizes are in bytes."""

    path: str
    size: int
    ids: tuple[tuple[str, int], ...]  # with their lines; twice where it stands twice
    leads: tuple[Reference, ...]  # a reader may follow them
    fetches: tuple[Reference, ...]  # a browser asks for them by itself
    scripts: tuple[str, ...]  # inline, to be run
    inline_styles: tuple[int, ...]  # lines of style attributes and elements
    handlers: tuple[int, ...]  # lines of on… attributes
    charts: tuple[tuple[int, int], ...]  # line and size of each inline chart
    text: str  # what a reader sees, white space made even


def read_page(path: str, data: bytes) -> BuiltPage:
    """Any bytes give a page; HTML has no errors, only surprises."""
    elements = [one for one in _parsed(data).iter() if isinstance(one.tag, str)]
    return BuiltPage(
        path=path,
        size=len(data),
        ids=tuple(_ids(elements)),
        leads=tuple(_leads(elements)),
        fetches=tuple(_fetches(elements)),
        scripts=tuple(_scripts(elements)),
        inline_styles=tuple(
            _line(one) for one in elements if one.tag == "style" or one.get("style") is not None
        ),
        handlers=tuple(
            _line(one) for one in elements if any(name.startswith("on") for name in one.attrib)
        ),
        charts=tuple(
            (_line(one), len(etree.tostring(one, with_tail=False)))
            for one in elements
            if one.tag == "svg" and one.get("role") == "img"
        ),
        text=_SPACE.sub(" ", " ".join(_texts(elements))),
    )


def inline_scripts(data: bytes) -> tuple[str, ...]:
    """The scripts in a page that are run, without all else that `read_page` finds."""
    return tuple(_scripts(_parsed(data).iter("script")))


def urls_in_css(text: str) -> Iterator[str]:
    """What a style sheet makes a browser fetch."""
    yield from (match[1] for match in _URL_IN_CSS.finditer(text))


def _parsed(data: bytes) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(data.strip() or b"<html></html>", parser=parser)


def _scripts(elements: Iterable[html.HtmlElement]) -> Iterator[str]:
    for one in elements:
        if one.tag == "script" and one.get("src") is None and one.get("type") in _RUNS:
            yield one.text or ""


def _ids(elements: list[html.HtmlElement]) -> Iterator[tuple[str, int]]:
    for one in elements:
        if identity := one.get("id"):
            yield identity, _line(one)
        elif one.tag == "a" and (name := one.get("name")):
            yield name, _line(one)


def _leads(elements: list[html.HtmlElement]) -> Iterator[Reference]:
    for one in elements:
        attribute = _LEADS.get(str(one.tag))
        if one.tag == "link" and _rel(one) & _LINKS_THAT_LEAD:
            attribute = "href"
        if attribute and (url := one.get(attribute)) is not None:
            yield Reference(url, _line(one), str(one.tag))


def _fetches(elements: list[html.HtmlElement]) -> Iterator[Reference]:
    for one in elements:
        tag, line = str(one.tag), _line(one)
        found = [one.get(name) for name in _FETCHES.get(tag, ())]
        if tag == "link" and _rel(one) & _LINKS_THAT_FETCH:
            found.append(one.get("href"))
        for candidate in (one.get("srcset") or "").split(","):
            found.append(candidate.split(" ")[0] if (candidate := candidate.strip()) else None)
        found.extend(urls_in_css(one.get("style") or ""))
        if tag == "style":
            found.extend(urls_in_css(one.text or ""))
        yield from (Reference(url, line, tag) for url in found if url)


def _rel(element: html.HtmlElement) -> frozenset[str]:
    return frozenset((element.get("rel") or "").lower().split())


def _texts(elements: list[html.HtmlElement]) -> Iterator[str]:
    """Text and the attributes that are read out; scripts and styles are searched as files."""
    for one in elements:
        if one.tag not in ("script", "style") and one.text:
            yield one.text
        if one.tail:
            yield one.tail
        for name in ("title", "alt", "aria-label", "content"):
            if value := one.get(name):
                yield value


def _line(element: html.HtmlElement) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
