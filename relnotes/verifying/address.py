"""Where an address in a built page leads: to a file of the site, to another host, to nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_ELSEWHERE = frozenset({"mailto", "tel", "sms", "data", "blob", "about"})


@dataclass(frozen=True, slots=True)
class Inside:
    """A file of the site, whether it is there or not; `anchor` is empty for the whole page."""

    path: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Outside:
    host: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """The files of a site, and the address that it is published at, where that is known."""

    files: Set[str]
    base: str | None = None  # "https://example.org/changelog/"

    def of(self, page: str, url: str) -> Inside | Outside | None:
        """None for what leads to no page: mail, data, a script (see `runs_script`).

        What lies on the same host and not below this site is outside.
        """
        parts = urlsplit(url.strip())
        if parts.scheme in _ELSEWHERE or parts.scheme == "javascript":
            return None
        own, path = urlsplit(self.base or ""), parts.path
        if parts.scheme or parts.netloc:
            if not own.netloc or parts.netloc != own.netloc:
                return Outside(parts.netloc or parts.scheme)
            path = parts.path or "/"
        root = own.path or "/"
        if path.startswith("/"):
            if not f"{path}/".startswith(root):
                return Outside(own.netloc)
            path = "/" + path.removeprefix(root).lstrip("/")
        return Inside(self._file(page, unquote(path)), unquote(parts.fragment))

    def _file(self, page: str, path: str) -> str:
        if not path:
            return page
        if path.startswith("/"):
            found = posixpath.normpath(path.lstrip("/") or ".")
        else:
            found = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        if path.endswith("/") or found == "." or found not in self.files:
            index = posixpath.normpath(posixpath.join(found, "index.html"))
            return index if path.endswith("/") or index in self.files else found
        return found


def runs_script(url: str) -> bool:
    return url.strip().lower().startswith("javascript:")
