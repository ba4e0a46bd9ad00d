"""Put a file in its place whole or not at all, so that neither a crash nor a full disk tears it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from relnotes.errors import RelnotesError, fail


def write_new(path: Path, data: bytes) -> None:
    """A file that nobody may overwrite: RelnotesError where there is one already."""
    _place(path, data, _claim)


def write_over(path: Path, data: bytes) -> None:
    """A file that takes the place of the one before it, in one step."""
    _place(path, data, Path.replace)


def _place(path: Path, data: bytes, move: Callable[[Path, Path], object]) -> None:
    """Write beside `path`, make sure that it is on the disk, then give it its name.

    The name while it is written begins with a point: reading passes over it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(temporary, data)
        move(temporary, path)
    except FileExistsError as error:
        raise fail(str(path), "is there already", "nothing was changed") from error
    except OSError as error:
        raise _not_kept(path, error) from error
    finally:
        with suppress(OSError):  # what went wrong before is what matters
            temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _claim(temporary: Path, path: Path) -> None:
    """Give the file its name unless the name is taken; some file systems have no second names."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The new name too must outlive a power cut; not every file system can promise it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _not_kept(path: Path, error: OSError) -> RelnotesError:
    what = f"nothing was kept: {error.strerror}"
    return fail(str(path), what, "make room or give write permission, then run the command again")
