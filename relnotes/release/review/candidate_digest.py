"""The digest that approvals are bound to: of every file of a bundle that can be looked at. Pure.

Approvals, decisions and waivers are left out: they are what is said about the rest, and the second
approval would make the first one stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

ABOUT_IT: Final = ("approvals/", "decisions/", "waivers/")


def candidate_digest(files: Mapping[str, str]) -> str:
    """`sha256:…` of lines "blob path", by path; the same as git's own listing gives.

    `files` are the blob ids by path below the bundle.
    """
    seen = [path for path in sorted(files) if not path.startswith(ABOUT_IT)]
    listing = "".join([f"{files[path]} {path}\n" for path in seen])
    digest = hashlib.sha256(listing.encode("utf-8", "surrogateescape"))
    return f"sha256:{digest.hexdigest()}"


def only_about_it(paths: Iterable[str]) -> bool:
    """Whether files at these paths leave the digest as it is."""
    return all(path.startswith(ABOUT_IT) for path in paths)
