"""What feeds will say of pages, read while their text is at hand."""

from __future__ import annotations

from posixpath import dirname

from relnotes.publish.feeds import formats

_MOST = 16_000_000  # characters that are kept; what comes beyond them is read again


class ReadPages:
    """Pages of releases as HTML for the feed that stands in their folder.

    A text is known by its digest, so what became another page since is never taken for it.
    """

    def __init__(self, base: str | None) -> None:
        """`base` is the address of the site."""
        self._base = base
        self._known: dict[tuple[str, str], str] = {}
        self._size = 0

    def take(self, page: str, text: str, digest: str) -> None:
        if self._size > _MOST:
            return
        folder = dirname(page)
        said = formats.content_of(page, text, folder, self._base)
        self._known[digest, folder] = said
        self._size += len(said)

    def get(self, digest: str, folder: str) -> str | None:
        return self._known.get((digest, folder))
