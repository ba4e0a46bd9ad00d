"""`translations/LANGUAGE/*.yaml`: the words of a release in another language. Pure.

Each text says which original it is of: where the original changed since, the original stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from pydantic import Field

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError
from relnotes.release.written.draft_mark import DraftMark, may_publish
from relnotes.validation import did_you_mean
from relnotes.yamlfile import Text, Written

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"


class Translated(Written):
    of: Annotated[Text, Field(description="Digest of the original.")]
    text: Text


class Translation(Written):
    """One release in one language."""

    release: Text
    language: Annotated[Text, Field(pattern=LANGUAGE, description="Such as de, or pt-BR.")]
    draft: DraftMark | None = None
    texts: Annotated[
        dict[str, Translated], Field(description="By the part of the page that it stands for.")
    ]

    @property
    def words(self) -> str:
        """All that a person approves, in one text."""
        return "\n".join(f"{key}: {one.text}" for key, one in sorted(self.texts.items()))

    @property
    def is_draft(self) -> bool:
        return not may_publish(self.draft, self.words)


class Kept(msgspec.Struct, frozen=True):
    """A translation and the file that it stands in."""

    path: str
    translation: Translation


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def read_translations(files: Mapping[str, bytes], known: Iterable[str]) -> tuple[Kept, ...]:
    """All of them by path, drafts too; every problem at once. `known` are the release tags."""
    tags = list(known)
    problems: list[Problem] = []
    found: dict[tuple[str, str], Kept] = {}
    for path, data in sorted(files.items()):
        if not path.endswith((".yaml", ".yml")):
            continue
        place = f"translations/{path}"
        try:
            document = yamlfile.load(data, place)
            one = yamlfile.validate(document, Translation)
        except RelnotesError as error:
            problems.extend(error.problems)
            continue
        if one.release not in tags:
            what = f'"{one.release}" is no release{did_you_mean(one.release, tags)}'
            problems.append(Problem(yamlfile.locate(document, ("release",)), what))
        if other := found.get((one.release, one.language)):
            what = f"{one.release} stands in {one.language} in {other.path} too"
            problems.append(Problem(place, what, "keep one of them"))
        found[one.release, one.language] = Kept(place, one)
    if problems:
        raise RelnotesError(problems)
    return tuple(found.values())
