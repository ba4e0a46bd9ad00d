"""Read the eval result files that someone names: one file, or a folder with all that is in it.

No repository is needed. Nothing is passed over silently: a file is read, ignored by name, or a
problem; all problems come at once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from relnotes.errors import Problem, RelnotesError
from relnotes.evals.readers import HEAD, lm_eval, lm_eval_samples, read_eval, readers
from relnotes.evals.result import EvalFile
from relnotes.samples.long import is_long

if TYPE_CHECKING:
    from relnotes.evals.mapping import Mapping

MAX_MB = 256
MOST_FILES = 20_000

_KNOWN = "(known: "  # how `read_eval` goes on where nothing recognises a file

_TABLES = frozenset({".csv", ".tsv", ".jsonl", ".parquet"})
_COLUMNS = "if it is a table, say what its columns mean: --column score=… --column key=…"

# Left by tools and systems in any folder; no harness writes its results under these names.
_NO_RESULTS = frozenset(
    {".git", ".hg", ".svn", ".DS_Store", "Thumbs.db", "__pycache__", ".ipynb_checkpoints"}
)


class Reading(msgspec.Struct, frozen=True):
    """What is to be read, and how."""

    ignore: tuple[str, ...] = ()
    """Globs of files, by name or by path below the folder."""
    max_mb: int = MAX_MB
    mappings: tuple[Mapping, ...] = ()
    """Of the settings of a repository: tables by path."""
    table: Mapping | None = None
    """What the columns mean of every table that no mapping declares."""

    def mapping_of(self, path: str, head: bytes) -> Mapping | None:
        for one in self.mappings:
            if fnmatchcase(path, one.path) or fnmatchcase(path, f"*/{one.path}"):
                return one
        if self.table is None or PurePosixPath(path).suffix.lower() not in _TABLES:
            return None
        return None if any(reader.recognise(head) for reader in readers()) else self.table


class ResultFile(msgspec.Struct, frozen=True):
    """One file that was read."""

    path: str
    """Below the folder that was named; of a single file, its name."""
    place: str
    """What a person finds it by: the folder as it was named, and the path."""
    file: Path
    sha256: str
    size: int
    results: EvalFile
    mapping: Mapping | None = None
    """What the columns mean, of a table."""


Take = Callable[[str, ResultFile], ResultFile]
_TakeOne = Callable[[ResultFile], ResultFile]


def nothing_more(role: str, file: ResultFile) -> ResultFile:  # noqa: ARG001  as every Take
    return file


def nothing_more_of(file: ResultFile) -> ResultFile:
    return file


DEFAULT_READING = Reading()


class Side(msgspec.Struct, frozen=True):
    """What one of two names stands for."""

    name: str
    is_folder: bool
    files: tuple[ResultFile, ...]
    ignored: tuple[str, ...]
    """Paths that `--ignore` names."""
    has_samples_beside: bool = False
    """A single file of totals, whose questions lie in the same folder."""


def read_sides(
    old: str,
    new: str,
    reading: Reading = DEFAULT_READING,
    take: Take = nothing_more,
    again: Sequence[str] = (),
) -> tuple[Side, Side, tuple[Side, ...]]:
    """The results under both names; RelnotesError holds every problem of both.

    `take` may add to what a file says, or find more that is wrong in it. `again`: what was
    measured again of the old side.
    """
    problems: list[Problem] = []
    before = _side(old, reading, problems, partial(take, "old"))
    after = _side(new, reading, problems, partial(take, "new"))
    repeated = tuple(_side(name, reading, problems, nothing_more_of) for name in again)
    if problems:
        raise RelnotesError(problems)
    return before, after, repeated


def is_ignored(path: str, globs: Iterable[str]) -> bool:
    name = PurePosixPath(path).name
    return any(fnmatchcase(path, glob) or fnmatchcase(name, glob) for glob in globs)


def _side(name: str, reading: Reading, problems: list[Problem], take: _TakeOne) -> Side:
    top = Path(name)
    if not top.exists():
        problems.append(Problem(name, "there is no such file or folder"))
        return Side(name, False, (), ())
    if not top.is_dir():
        files = tuple(_files([(top, top.name, name)], reading, problems, take))
        return Side(name, False, files, (), has_samples_beside=_has_samples_beside(top, files))
    before = len(problems)
    paths = ((top / path, _shown(path)) for path in _below(top, problems))
    found = [(file, path, f"{_shown(name).rstrip('/')}/{path}") for file, path in paths]
    if len(found) > MOST_FILES:
        what = f"more than {MOST_FILES:,} files, which is no folder of results"
        problems.append(Problem(name, what, "name the folder that holds the results alone"))
        return Side(name, True, (), ())
    wanted = [one for one in found if not is_ignored(one[1], reading.ignore)]
    ignored = tuple(path for _, path, _ in found if is_ignored(path, reading.ignore))
    files = tuple(_files(wanted, reading, problems, take))
    if not files and len(problems) == before:
        what = "every file in it is ignored" if found else "there is no file in this folder"
        problems.append(Problem(name, what))
    return Side(name, True, files, ignored)


def _has_samples_beside(file: Path, files: Iterable[ResultFile]) -> bool:
    return any(one.results.format == lm_eval.name for one in files) and any(
        file.parent.glob("samples_*.jsonl")
    )


def _below(top: Path, problems: list[Problem]) -> list[str]:
    """Every file below a folder, sorted; a link to a folder is not followed, and named."""
    found: list[str] = []

    def complain(error: OSError) -> None:
        problems.append(Problem(str(error.filename), error.strerror or "cannot be read"))

    for folder, folders, names in os.walk(top, onerror=complain):
        folders[:] = sorted(name for name in folders if name not in _NO_RESULTS)
        for name in folders:
            if (linked := Path(folder, name)).is_symlink():
                what = "a symbolic link to a folder, which is not followed"
                problems.append(Problem(_shown(str(linked)), what, "name that folder itself"))
        found += (Path(folder, name).relative_to(top).as_posix() for name in names)
        if len(found) > MOST_FILES:
            break
    return sorted(path for path in found if PurePosixPath(path).name not in _NO_RESULTS)


def _shown(path: str) -> str:
    """A name that is no text in this system's encoding, made readable."""
    return os.fsencode(path).decode("utf-8", "replace")


# -- single files ----------------------------------------------------------------------------------


def _files(
    wanted: Sequence[tuple[Path, str, str]],
    reading: Reading,
    problems: list[Problem],
    take: _TakeOne,
) -> Iterator[ResultFile]:
    strange: list[tuple[str, str]] = []
    suffixes = set()
    for file, path, place in wanted:
        try:
            yield take(_file(file, path, place, reading))
            suffixes.add(file.suffix)
        except RelnotesError as error:
            found = [_mended(problem, path) for problem in error.problems]
            strange += ((path, place) for problem in found if _KNOWN in problem.what)
            problems += (problem for problem in found if _KNOWN not in problem.what)
        except OSError as error:
            problems.append(Problem(place, error.strerror or "cannot be read"))
    problems += _unrecognised(strange, suffixes)


def _file(file: Path, path: str, place: str, reading: Reading) -> ResultFile:
    if not file.is_file():
        raise RelnotesError([Problem(place, "this is no regular file")])
    with file.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        head = stream.read(HEAD)
        mapping = reading.mapping_of(place, head)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if lm_eval_samples.recognise(head) and mapping is None:
            results = lm_eval_samples.read(head, place)  # the questions are read when asked for
        elif mapping is not None and is_long(size, head, mapping):
            from relnotes.evals.readers import mapped  # few have tables of their own

            results = mapped.unread(mapping, head)
        elif size > reading.max_mb << 20:
            raise RelnotesError([_too_large(place, size, reading.max_mb)])
        else:
            stream.seek(0)
            results = read_eval(stream.read(), place, mapping)
    return ResultFile(path, place, file, digest, size, results, mapping)


def _too_large(place: str, size: int, limit: int) -> Problem:
    what = f"{size / (1 << 20):,.0f} MB; a result file may have {limit:,} MB"
    return Problem(place, what, "raise --max-file-mb, or leave it out with --ignore")


def _mended(problem: Problem, path: str) -> Problem:
    """Readers point to the settings of a repository; here a file is left out by an option."""
    if "[[evals.ignore]]" not in problem.mend:
        return problem
    return replace(problem, mend=f"if it is no eval result: --ignore '{PurePosixPath(path).name}'")


def _unrecognised(strange: Iterable[tuple[str, str]], suffixes: set[str]) -> Iterator[Problem]:
    """Files that no reader knows, those of a kind together: a folder may hold many logs."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for path, place in strange:
        kinds.setdefault(PurePosixPath(path).suffix, []).append((path, place))
    known = f"known: {', '.join(reader.name for reader in readers())}\n    "
    for suffix, found in kinds.items():
        alike = len(found) > 1 and suffix and suffix not in suffixes
        globs = [f"*{suffix}"] if alike else [PurePosixPath(path).name for path, _ in found[:3]]
        more = f" (and {len(found) - 1:,} more {suffix} files)" if len(found) > 1 else ""
        options = " ".join(f"--ignore '{glob}'" for glob in globs)
        what = f"no known format of eval results{more}"
        table = f"{_COLUMNS}\n    " if suffix.lower() in _TABLES else ""
        yield Problem(found[0][1], what, f"{known}{table}if it is no eval result: {options}")
        known = ""
