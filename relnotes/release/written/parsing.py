"""One file of a bundle, from bytes to what it says. Knows nothing of the files beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from relnotes import yamlfile
from relnotes.errors import fail
from relnotes.release.written.bundle import Behaviours, Bundle, FragmentHead, Limitation
from relnotes.release.written.draft_mark import may_publish
from relnotes.release.written.file_kinds import FileKind, kind_of
from relnotes.release.written.review_files import Approval, Decision, Signal, Waiver

_SAY_SOMETHING = "write what changed for users, or delete the file"


class Parsed(msgspec.Struct, frozen=True):
    """A file's model, and its value as written (only the keys that were given)."""

    path: str
    text: str
    model: Any
    value: dict[str, Any]
    read: Any  # what the parser made of the text


class Fragment(msgspec.Struct, frozen=True):
    """A release note as its author wrote it: head, and Markdown body."""

    path: str
    head: FragmentHead
    text: str
    first_line: int  # of the body, in the file

    @property
    def is_draft(self) -> bool:
        """Words of a model that nobody approved as they are: they count as not written."""
        return not may_publish(self.head.draft, self.text)


MODELS: dict[FileKind, type[yamlfile.Written]] = {
    FileKind.BUNDLE: Bundle,
    FileKind.BEHAVIOURS: Behaviours,
    FileKind.LIMITATION: Limitation,
    FileKind.SIGNAL: Signal,
    FileKind.DECISION: Decision,
    FileKind.APPROVAL: Approval,
    FileKind.WAIVER: Waiver,
}


def read_document(data: bytes, path: str, place: str, before: Parsed | None = None) -> Parsed:
    """A YAML file as its model; a key that says what it said `before` is not checked again.

    What was read of it is the very same object then: a piece of a bundle that comes again is
    parsed once. Each key of a bundle stands for itself.
    """
    document, model = yamlfile.load(data, place), MODELS[kind_of(path)]
    read, kept = document.value, set[str]()
    if before and isinstance(read, dict) and isinstance(before.read, dict):
        kept = {key for key in read.keys() & before.read.keys() if read[key] is before.read[key]}
        given = read | {key: getattr(before.model, key) for key in kept}
        document = yamlfile.Document(document.place, document.text, given)
    checked = yamlfile.validate(document, model)
    value = checked.model_dump(mode="json", exclude_unset=True, exclude={"draft", *kept})
    if before and kept:
        value |= {key: before.value[key] for key in kept}
        value = {key: value[key] for key in model.model_fields if key in value}
    return Parsed(path, document.text, checked, value, read)


def read_fragment(data: bytes, path: str, place: str) -> Fragment:
    """Split a note into its front matter (may be missing) and its Markdown."""
    text = yamlfile.decode(data, place).replace("\r\n", "\n")
    if not text.strip():
        raise fail(place, "an empty note", _SAY_SOMETHING)
    if not text.startswith("---\n"):
        return Fragment(path, FragmentHead(), text.strip("\n"), 1)
    head, separator, body = text[4:].partition("\n---\n")
    if not separator and text.endswith("\n---"):
        head, separator, body = text[4:-4], "\n---", ""
    if not separator:
        raise fail(f"{place}:1", 'the front matter has no closing "---" line', "add one")
    if not body.strip():
        raise fail(place, "this note has no words for users", _SAY_SOMETHING)
    # A blank first line keeps the line numbers of messages right.
    model = yamlfile.read("\n" + head, place, FragmentHead)
    first = head.count("\n") + 4
    return Fragment(path, model, body.strip("\n"), first + len(body) - len(body.lstrip("\n")))
