"""Write the generated files of the site: only owned ones, only changed ones, all or nothing.

What relnotes owns is listed in `.relnotes.json` beside the pages, so that a clone knows it too.
New contents are staged first and moved into place at the end; a build that is killed in between
leaves a list of what it may have touched, and the next one puts it right.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from relnotes.errors import Problem, RelnotesError, fail
from relnotes.freshness import Seen, files_in
from relnotes.publish.staging import Staged, Staging, as_bytes, digest

MANIFEST = ".relnotes.json"


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """How a written file looked on disk, so that it need not be read again."""

    size: int
    modified: int  # nanoseconds
    digest: str


class Manifest(msgspec.Struct, frozen=True):
    """What relnotes owns below a folder, and the commits of the releases it published."""

    files: frozenset[str]
    releases: Mapping[str, str]  # tag → commit


class Written(msgspec.Struct, frozen=True):
    """Paths below the folder, sorted."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int


def read_manifest(folder: Path) -> Manifest:
    """The manifest, empty where there is none yet."""
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return Manifest(frozenset(), {})
    except msgspec.DecodeError as error:
        what = "this list of generated files cannot be read"
        mend = "restore it from git, or delete it together with the generated pages"
        raise fail(str(path), what, mend) from error


class Writer:
    """Collects the wanted files of one build; `commit` makes the folder look so."""

    def __init__(
        self,
        folder: Path,
        staging: Path,
        known: Mapping[str, Stamp],
        found: Mapping[str, Seen] | None = None,
    ) -> None:
        """`found` is what stood in the folder when the build began, by the path inside it."""
        self.folder = folder
        self._seen = files_in(folder) if found is None else {**found}
        self.staging = staging
        self._aside = Staging(staging)
        self._known = known
        self._intact = {
            path for path, one in known.items() if self._seen.get(path) == (one.size, one.modified)
        }
        self._manifest = read_manifest(folder)
        self._stamps: dict[str, Stamp] = {}
        self._staged: dict[str, Staged] = {}
        self._foreign: list[str] = []
        shutil.rmtree(staging, ignore_errors=True)

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @property
    def stamps(self) -> dict[str, Stamp]:
        """Of every wanted file, after `commit`."""
        return self._stamps

    @property
    def wanted(self) -> frozenset[str]:
        """The path of every file of this build so far."""
        return frozenset({*self._stamps, *self._staged})

    def is_intact(self, path: str) -> bool:
        """Whether the file is as the previous build left it."""
        return path in self._intact

    def are_intact(self, paths: Iterable[str]) -> bool:
        return self._intact.issuperset(paths)

    def keep(self, *paths: str) -> None:
        """The files are wanted as they are; they must be intact."""
        for path in paths:
            self._stamps[path] = self._known[path]

    def is_kept(self, path: str) -> bool:
        """Whether a wanted file stays as the previous build left it."""
        stamp, known = self._stamps.get(path), self._known.get(path)
        return stamp is not None and known is not None and stamp.digest == known.digest

    def foreign_pages(self) -> list[str]:
        """Pages in the folder that people wrote, sorted; MkDocs passes hidden files over."""
        pages = (path for path in self._seen if path.endswith(".md") and "/." not in f"/{path}")
        return sorted(path for path in pages if path not in self._manifest.files)

    def seen(self) -> dict[str, Seen]:
        """Every file in the folder, with those of `commit` as it left them."""
        gone = self._manifest.files - self._stamps.keys()
        kept = {path: seen for path, seen in self._seen.items() if path not in gone}
        ours = {path: (one.size, one.modified) for path, one in self._stamps.items()}
        return {**kept, **ours}

    def read(self, path: str) -> bytes:
        """A wanted file as this build leaves it."""
        return Path(self.place(path)).read_bytes()

    def place(self, path: str) -> str:
        """Where a wanted file lies until `commit`."""
        staged = self._staged.get(path)
        return staged.file if staged else f"{self.folder}/{path}"

    def digest_of(self, path: str) -> str:
        """Of a wanted file as this build leaves it; "" where a foreign file is in its way."""
        if staged := self._staged.get(path):
            return staged.digest
        kept = self._stamps.get(path)
        return kept.digest if kept else ""

    def put(self, path: str, content: str | bytes) -> None:
        """The file is wanted with this content; the last word on a path counts."""
        data = as_bytes(content)
        wanted = digest(data)
        if not self._is_there(path, len(data), wanted):
            self._staged[path] = self._aside.put(data, wanted)

    def put_staged(self, path: str, staged: Staged) -> None:
        """The same of content that was put aside already, in the folder `staging`."""
        if not self._is_there(path, staged.size, staged.digest):
            self._staged[path] = staged

    def _is_there(self, path: str, size: int, wanted: str) -> bool:
        """Whether nothing has to be written: it is so already, or somebody else's file is."""
        self._staged.pop(path, None)
        self._stamps.pop(path, None)
        if path in self._intact and self._known[path].digest == wanted:
            self._stamps[path] = self._known[path]
            return True
        on_disk = self._on_disk(path)
        if on_disk and path not in self._manifest.files:
            self._foreign.append(path)
        elif on_disk and on_disk[0] == size and self._digest_on_disk(path) == wanted:
            self._stamps[path] = Stamp(on_disk[0], on_disk[1], wanted)
        else:
            return False
        return True

    def _digest_on_disk(self, path: str) -> str:
        return digest((self.folder / path).read_bytes())

    def _on_disk(self, path: str) -> Seen | None:
        """None where there is nothing; a folder, and what the file system takes for the same
        name, is in the way as well."""
        if seen := self._seen.get(path):
            return seen
        try:
            found = os.stat(f"{self.folder}/{path}")  # noqa: PTH116 twice as fast as Path.stat
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size, found.st_mtime_ns

    def stale(self) -> Written:
        """What `commit` would do."""
        self._refuse_foreign()
        wanted = {*self._stamps, *self._staged}
        orphans = sorted(path for path in self._manifest.files - wanted if self._on_disk(path))
        return Written(tuple(sorted(self._staged)), tuple(orphans), len(self._stamps))

    def discard(self) -> None:
        """Forget what was staged."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def commit(self, releases: Mapping[str, str]) -> Written:
        """Move everything into place; nothing is touched if a foreign file is in the way."""
        result = self.stale()
        wanted = {*self._stamps, *self._staged}
        for folder in sorted({path.rpartition("/")[0] for path in self._staged}):
            _make_folder(self.folder / folder)
        if result.changed or result.removed:
            # The longer list first: a build that is killed from here on owns what it may write.
            self._save(wanted | self._manifest.files, self._manifest.releases)
        for path, staged in self._staged.items():
            target = f"{self.folder}/{path}"
            os.replace(staged.file, target)  # noqa: PTH105 hot path, as is the next line
            found = os.stat(target)  # noqa: PTH116
            self._stamps[path] = Stamp(found.st_size, found.st_mtime_ns, staged.digest)
        for path in result.removed:
            self._remove(path)
        self._save(wanted, releases)
        self.discard()
        return result

    def _refuse_foreign(self) -> None:
        if self._foreign:
            self.discard()
            raise RelnotesError(
                Problem(
                    str(self.folder / path),
                    "this file was written by hand where relnotes wants to write",
                    "move it elsewhere, or delete it if an earlier build made it",
                )
                for path in sorted(self._foreign)
            )

    def _remove(self, path: str) -> None:
        target = self.folder / path
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.folder or any(parent.iterdir()):
                return
            parent.rmdir()

    def _save(self, files: Iterable[str], releases: Mapping[str, str]) -> None:
        value = {
            "about": "generated by relnotes; lists the files that it owns here",
            "files": sorted(files),
            "releases": dict(sorted(releases.items())),
        }
        text = msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
        path = self.folder / MANIFEST
        if not path.exists() or path.read_bytes() != text:
            temporary = path.with_name(MANIFEST + ".new")
            temporary.write_bytes(text)
            temporary.replace(path)
        status = path.stat()
        self._seen[MANIFEST] = (status.st_size, status.st_mtime_ns)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        in_the_way = next(one for one in (folder, *folder.parents) if one.exists())
        what = "a file stands where a folder is needed"
        raise fail(str(in_the_way), what, "move it elsewhere") from error
