"""Watch what a page does that a reader should not meet."""

from __future__ import annotations

from playwright.sync_api import Page


class Watched:
    """What a page did that it should not have."""

    def __init__(self, page: Page, host: str) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._request(request.url, host))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure))

    def _console(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _failed(self, url: str, why: str | None) -> None:
        if why != "net::ERR_ABORTED":  # the reader went on to another page
            self.complaints.append(f"{url}: {why}")

    def _request(self, url: str, host: str) -> None:
        if not url.startswith((host, "data:", "blob:")):
            self.asked.append(url)
