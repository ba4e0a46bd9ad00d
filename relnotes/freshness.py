"""Tell cheaply whether anything that a build reads or writes has changed since the last one.

Looks at names, sizes and times only; imports nothing slow, so that a build with nothing to do
costs little more than starting the program.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CACHE = ".relnotes"
_LAST = "last-build.json"


@dataclass(frozen=True, slots=True)
class Stamps:
    """What the last build saw, and left behind: `notes` for the pages, `html` for the site."""

    inputs: str
    outputs: str
    html: str | None  # None: the site was not built from these pages


def stamp(paths: Iterable[Path]) -> str:
    """A digest of name, size and time of every file below `paths`; a missing one counts too."""
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        digest.update(f"{path}\n".encode("utf-8", "surrogateescape"))
        for name, size, modified in _files(str(path)):
            digest.update(f"{name}\0{size}\0{modified}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(path: str) -> Iterator[tuple[str, int, int]]:
    try:
        found = os.stat(path)  # noqa: PTH116 thousands of files; Path costs twice as much
    except (FileNotFoundError, NotADirectoryError):
        yield "missing", 0, 0
        return
    if not os.path.isdir(path):  # noqa: PTH112
        yield path, found.st_size, found.st_mtime_ns
        return
    with os.scandir(path) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_dir():
            if entry.name not in {"__pycache__", CACHE}:
                yield from _files(entry.path)
        else:
            status = entry.stat()
            yield entry.path, status.st_size, status.st_mtime_ns


def own_code() -> Path:
    """The folder of this program: another version of it may write other pages."""
    return Path(__file__).parent


def text_digest(*parts: str | bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def read_last(root: Path) -> Stamps | None:
    """What the last build left; None where it is not known."""
    try:
        value = json.loads((root / CACHE / _LAST).read_text("utf-8"))
        return Stamps(value["inputs"], value["outputs"], value["html"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_last(root: Path, stamps: Stamps) -> None:
    """Remember it, next to the cache, which git does not see."""
    folder = cache_folder(root)
    value = {"inputs": stamps.inputs, "outputs": stamps.outputs, "html": stamps.html}
    temporary = folder / (_LAST + ".new")
    temporary.write_text(json.dumps(value), "utf-8")
    temporary.replace(folder / _LAST)


def cache_folder(root: Path) -> Path:
    """Where builds keep what they can make again; ignored by git through its own file."""
    folder = root / CACHE
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")
    return folder
