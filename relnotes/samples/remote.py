"""Open object storage by way of fsspec; the only module that knows it.

An extra (`relnotes[s3]`). Where the store is and who asks is told as its own tools are told, by
`AWS_…` variables and files: nothing of it is in the settings, and nothing of it is shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import msgspec

from relnotes.errors import fail

_BLOCK = 1 << 22
"""Bytes asked for at once. The usual 50 MB, for each file and thread, break any limit."""
_TRIES = 3


class Library(msgspec.Struct, frozen=True):
    """What opens addresses of one scheme."""

    module: str
    install: str
    """As pip is told."""
    options: dict[str, Any] = {}


_S3 = Library(
    "s3fs",
    "relnotes[s3]",
    {
        "default_block_size": _BLOCK,
        "config_kwargs": {"connect_timeout": 10, "retries": {"max_attempts": _TRIES}},
    },
)
_GOOGLE = Library("gcsfs", "gcsfs")
_AZURE = Library("adlfs", "adlfs", {"blocksize": _BLOCK})
_OF_SCHEME = {
    "s3": _S3,
    "gs": _GOOGLE,
    "gcs": _GOOGLE,
    "az": _AZURE,
    "abfss": _AZURE,
}


def scheme_of(source: str) -> str:
    """`s3` of `s3://…`."""
    return source.partition("://")[0]


def file_system(source: str, place: str) -> Any:
    """What the engine reads an address with; RelnotesError says what is to be installed.

    It remembers no listing: what has changed since is to be seen.
    """
    scheme = scheme_of(source)
    library = _OF_SCHEME[scheme]
    try:
        fsspec = import_module("fsspec")
        import_module(library.module)
    except ImportError as error:
        what = f"{scheme}:// is read by way of {library.module}, which is not installed"
        raise fail(place, what, f"pip install '{library.install}'") from error
    try:
        return fsspec.filesystem(
            scheme, skip_instance_cache=True, use_listings_cache=False, **library.options
        )
    except Exception as error:  # of a library of any kind, which may look for its keys here
        raise fail(place, f"{scheme}:// cannot be opened: {type(error).__name__}") from error
