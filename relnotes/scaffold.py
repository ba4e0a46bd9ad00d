"""Write the starting files of a repository of releases; never over a file that is there.

Knows no git: a folder that is a repository already, or none yet, is the same to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from relnotes.errors import Problem, RelnotesError
from relnotes.shipped import templates_folder

EMPTY_FOLDERS = (
    *("amendments", "bundle/evals", "bundle/limitations", "bundle/notes"),
    *("bundle/signals", "bundle/decisions", "bundle/approvals", "bundle/waivers"),
)
"""Made so that the shape can be seen; git does not keep them until they hold something."""


@dataclass(frozen=True, slots=True)
class ScaffoldResult:
    """Paths relative to the folder, sorted."""

    written: tuple[str, ...]
    kept: tuple[str, ...]  # there already, and untouched


def write(path: Path) -> ScaffoldResult:
    """The starting files below `path`, which may exist; RelnotesError before anything is written.

    A broken link counts as there: what it points to is the user's business.
    """
    wanted = shipped("init")
    _check_folders(path, wanted)
    kept = tuple(name for name in wanted if _is_there(path / name))
    for name, data in wanted.items():
        if name not in kept:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            with (path / name).open("xb") as file:
                file.write(data)
    for name in EMPTY_FOLDERS:
        (path / name).mkdir(parents=True, exist_ok=True)
    return ScaffoldResult(tuple(name for name in wanted if name not in kept), kept)


def shipped(folder: str) -> dict[str, bytes]:
    """The files of a shipped folder, by the path that they are written to, sorted."""
    root = templates_folder() / folder
    files = [path for path in root.rglob("*") if path.is_file()]
    return dict(sorted((_written_as(path.relative_to(root)), path.read_bytes()) for path in files))


def _written_as(path: Path) -> str:
    """`gitignore` without its dot is `.gitignore`, which would act on our own tree if it had it."""
    name = ".gitignore" if path.name == "gitignore" else path.name
    return path.with_name(name).as_posix()


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _check_folders(root: Path, names: Iterable[str]) -> None:
    """Every folder that is needed is a folder, or can become one."""
    needed = {root, *(root / name for name in EMPTY_FOLDERS)}
    needed |= {parent for name in names for parent in (root / name).parents}
    in_the_way = sorted(str(path) for path in needed if _is_there(path) and not path.is_dir())
    if in_the_way:
        what, mend = "is a file, where a folder is needed", "move it, or choose another folder"
        raise RelnotesError(Problem(path, what, mend) for path in in_the_way)
