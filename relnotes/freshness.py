"""Tell cheaply whether anything that a build reads or writes has changed since the last one.

Looks at names, sizes and times only; imports nothing slow, so that a build with nothing to do
costs little more than starting the program.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from stat import S_ISDIR

import msgspec

CACHE = ".relnotes"
STATE = "lines.msgpack"  # in it: every line after the last build, see `relnotes.cache`
_LAST = "last-build.json"


class Stamps(msgspec.Struct, frozen=True):
    """What the last build saw, and left behind: `notes` for the pages, `html` for the site."""

    inputs: str
    outputs: str
    html: str | None  # None: the site was not built from these pages


Seen = tuple[int, int]
"""Size of a file, and when it was last modified, in nanoseconds."""

_MISSING = (0, 0)
_NOT_OURS = frozenset({"__pycache__", CACHE})


def stamp(paths: Iterable[Path]) -> str:
    """A digest of name, size and time of every file below `paths`; a missing one counts too."""
    found: dict[str, Seen] = {}
    for path in paths:
        found |= survey(path) or {str(path): _MISSING}
    return stamp_of(found)


def stamp_of(found: Mapping[str, Seen]) -> str:
    """The digest of what a survey found."""
    names = sorted(found)
    times = msgspec.msgpack.encode([found[name] for name in names])
    return text_digest("\0".join(names).encode("utf-8", "surrogateescape"), times)


def files_in(folder: Path) -> dict[str, Seen]:
    """Every file below a folder, by its path inside it."""
    start = len(str(folder)) + 1
    return {path[start:]: seen for path, seen in survey(folder).items()}


def survey(path: Path) -> dict[str, Seen]:
    """Every file below a folder, or the file itself, by its path; empty where there is nothing."""
    top = str(path)
    try:
        found = os.stat(top)  # noqa: PTH116 thousands of files; Path costs twice as much
    except (FileNotFoundError, NotADirectoryError):
        return {}
    if not S_ISDIR(found.st_mode):
        return {top: (found.st_size, found.st_mtime_ns)}
    return dict(_files(top))


def _files(folder: str) -> Iterator[tuple[str, Seen]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                status = _status(entry)
                yield entry.path, (status.st_size, status.st_mtime_ns)
            elif entry.name not in _NOT_OURS:
                yield from _files(entry.path)


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        return entry.stat()
    except FileNotFoundError:  # a link to nothing, as some editors leave beside an open file
        return entry.stat(follow_symlinks=False)


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
        return msgspec.json.decode((root / CACHE / _LAST).read_bytes(), type=Stamps)
    except (OSError, msgspec.DecodeError):
        return None


def write_last(root: Path, stamps: Stamps) -> None:
    """Remember it, next to the cache, which git does not see."""
    folder = cache_folder(root)
    temporary = folder / (_LAST + ".new")
    temporary.write_bytes(msgspec.json.encode(stamps))
    temporary.replace(folder / _LAST)


def cache_folder(root: Path) -> Path:
    """Where builds keep what they can make again; ignored by git through its own file."""
    folder = root / CACHE
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")
    return folder
