"""The content security policy of a site: made from its pages, and held against them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from relnotes.errors import Problem
from relnotes.verifying.page import BuiltPage

HEADERS = "_headers"

_POLICY = re.compile(r"^\s*Content-Security-Policy:\s*(.*)$", re.MULTILINE)
_SCRIPT_SOURCES = re.compile(r"script-src ([^;]*)")


def headers(scripts: Iterable[str]) -> str:
    """The text of `_headers`, which static hosts read: nothing but this site's own files.

    Inline scripts, which the theme has a few of on every page, are allowed one by one by their
    digest.
    """
    digests = sorted(map(script_digest, set(scripts)))
    policy = "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *digests]),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy}\n"
        "  Referrer-Policy: no-referrer\n"
        "  X-Content-Type-Options: nosniff\n"
    )


def script_digest(script: str) -> str:
    """A CSP source expression; browsers hash the text between the tags, byte for byte."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def against_policy(pages: Sequence[BuiltPage], text: str | None) -> Iterator[Problem]:
    """What a browser that heeds `_headers` would refuse to run or to show."""
    policy = _POLICY.search(text or "")
    if policy is None:
        yield Problem(HEADERS, "there is no Content-Security-Policy in it")
        return
    sources = _SCRIPT_SOURCES.search(policy[1])
    allowed = frozenset(sources[1].split() if sources else ())
    for page in pages:
        for script in page.scripts:
            if script_digest(script) not in allowed:
                start = " ".join(script.split())[:40]
                yield Problem(page.path, f"the inline script {start}… is not allowed by {HEADERS}")
        yield from _forbidden(page.path, page.inline_styles, "an inline style", "use a class")
        yield from _forbidden(page.path, page.handlers, "an on… attribute", "take it out")


def _forbidden(path: str, lines: tuple[int, ...], what: str, mend: str) -> Iterator[Problem]:
    """One problem a page: what made the first of them made the others too."""
    if lines:
        more = f", {len(lines)} of them" if len(lines) > 1 else ""
        yield Problem(f"{path}:{lines[0]}", f"{what}, which the policy forbids{more}", mend)
