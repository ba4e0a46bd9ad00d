"""Put what is to be written aside until all of it is there; several processes may do so at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec


class Staged(msgspec.Struct, frozen=True):
    """A file that waits to be moved into place."""

    file: str
    size: int
    digest: str


class Staging:
    """Files in one folder, under names that begin with this process's own."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self._folder, self._name = folder, name
        self._count = 0

    def put(self, content: str | bytes, known: str | None = None) -> Staged:
        """`known` is the digest of the content, where somebody has asked for it already."""
        data = as_bytes(content)
        if self._count == 0:
            self._folder.mkdir(parents=True, exist_ok=True)
        file = f"{self._folder}/{self._name}{self._count}"
        self._count += 1
        with open(file, "wb") as opened:  # noqa: PTH123 hot path
            opened.write(data)
        return Staged(file, len(data), known or digest(data))


def digest(data: bytes) -> str:
    """By SHA-256, for which processors have instructions: twice as fast as BLAKE2 with them."""
    return hashlib.sha256(data).hexdigest()[:32]


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
