"""Put drafts on disk without taking anybody's words away, and find the words a draft holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError, fail
from relnotes.release.written.bundle import Amendment, Audience, Limitation
from relnotes.release.written.draft_mark import DraftMark, words_digest
from relnotes.release.written.parsing import read_fragment
from relnotes.release.written.translations import Translation


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an input file that may be drafted, and their mark."""

    text: str
    mark: DraftMark | None
    audience: Audience
    release: str | None = None  # None: of the candidate
    translation: Translation | None = None


def read_words(path: Path, place: str) -> Words:
    """RelnotesError where the file is not one that drafts are written into."""
    data = path.read_bytes()
    if path.suffix == ".md":
        fragment = read_fragment(data, path.name, place)
        return Words(fragment.text, fragment.head.draft, fragment.head.audience)
    if path.parent.name == "limitations":
        limitation = yamlfile.read(data, place, Limitation)
        return Words(limitation.text, limitation.draft, limitation.audience)
    if path.parent.name == "amendments":
        one = yamlfile.read(data, place, Amendment)
        return Words(one.summary or "", one.draft, one.audience, one.release)
    if path.parent.parent.name == "translations":
        words = yamlfile.read(data, place, Translation)
        return Words(words.words, words.draft, Audience.PUBLIC, words.release, words)
    known = "notes/, limitations/, amendments/, translations/LANGUAGE/"
    raise fail(place, "no draft is kept here", f"drafts are in {known}")


def limitations_in(folder: Path) -> dict[str, tuple[str, ...]]:
    """The identifier of every limitation file, drafts too, with what it covers."""
    found = (
        yamlfile.read(path.read_bytes(), path.name, Limitation)
        for pattern in ("*.yaml", "*.yml")
        for path in sorted(folder.glob(pattern))
    )
    return {one.id: one.covers for one in found}


def refuse_to_overwrite(root: Path, paths: Iterable[str]) -> None:
    """A file that a person wrote, approved or edited stays: RelnotesError names each."""
    mend = "approve it, move it away, or write over it with --replace"
    problems = [
        Problem(name, why, mend)
        for name in sorted(paths)
        if (root / name).exists() and (why := _held(root / name, name))
    ]
    if problems:
        raise RelnotesError(problems)


def _held(path: Path, place: str) -> str:
    words = read_words(path, place)
    if words.mark is None:
        return "a person wrote this file"
    if words.mark.approved:
        return f"{words.mark.approved.by} approved this file"
    return "" if words.mark.words == words_digest(words.text) else "a person edited this draft"


def write_drafts(root: Path, files: Mapping[str, str]) -> None:
    for name, text in sorted(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".new")
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
