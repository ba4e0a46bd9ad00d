"""What differs between two bundles: every byte is either described or listed under "other"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from relnotes.release.differences.bundle_parts import (
    PARTS,
    audience_of,
    event_of,
    from_to,
    item_of,
    narrowest,
    other_part,
    plain,
)
from relnotes.release.differences.tree_diff import Difference, differences
from relnotes.release.record import Change, Section
from relnotes.release.written.bundle import Audience
from relnotes.release.written.file_kinds import REVIEW, FileKind, kind_of
from relnotes.release.written.parsing import Fragment, Parsed
from relnotes.release.written.snapshot import Snapshot
from relnotes.validation import did_you_mean

_COMMENT = re.compile(r"(?:^|\s)#.*")


class ChangedFile(msgspec.Struct, frozen=True):
    """A file below the bundle that differs; a blob id of None means that it is absent."""

    path: str
    old: str | None
    new: str | None


def diff_bundles(
    old: Snapshot | None,
    new: Snapshot,
    files: Iterable[ChangedFile],
    is_internal: Callable[[str], bool] = lambda _: False,
) -> tuple[Change, ...]:
    """All changes, by section, then path. `files` are the differing blobs of both trees.

    `is_internal` says of a result or of another file that only the internal audience sees it.
    """
    before = old or Snapshot()
    found = [change for file in files for change in _in_file(before, new, file, is_internal)]
    fragments = new_fragments(old, new)
    explained = [_explained(change, fragments) for change in found] if fragments else found
    return tuple(sorted(explained, key=lambda change: _RANK[change.described_in]))


_RANK = {section: rank for rank, section in enumerate(Section)}


def new_fragments(old: Snapshot | None, new: Snapshot) -> tuple[Fragment, ...]:
    """The notes written for this release: those that are new, or edited since the last one.

    A draft that nobody approved is not written yet.
    """
    before, now, fragments = old.files if old else {}, new.files, new.fragments
    come = [path for path in fragments if before.get(path) != now[path]]  # few of all that stand
    return tuple(fragments[path] for path in sorted(come) if not fragments[path].is_draft)


def explains_nothing(
    fragments: Iterable[Fragment], changes: Sequence[Change]
) -> Iterator[tuple[Fragment, str, str]]:
    """(note, path, hint) of each `explains` of a new note that no change matches."""
    places = sorted({place for change in changes for place in _places(change.path)})
    for fragment in fragments:
        for one in fragment.head.explains:
            if not any(_covers(one, change.path) for change in changes):
                yield fragment, one, did_you_mean(one, places)


def _places(path: str) -> Iterator[str]:
    """What a note may write to name a change at this path."""
    place = path.removeprefix("bundle.yaml:")
    yield place
    first, _, rest = place.partition(".")
    if ":" not in place and rest and first in PARTS:
        yield f"{first}.{rest.partition('.')[0]}"


def _covers(written: str, path: str) -> bool:
    place = path.removeprefix("bundle.yaml:")
    return place == written or place.startswith((written + ".", written + ":"))


def _explained(change: Change, fragments: tuple[Fragment, ...]) -> Change:
    by = tuple(
        fragment.path
        for fragment in fragments
        if any(_covers(one, change.path) for one in fragment.head.explains)
    )
    return replace(change, explained_by=by) if by else change


def _in_file(
    old: Snapshot, new: Snapshot, file: ChangedFile, is_internal: Callable[[str], bool]
) -> Iterator[Change]:
    kind = kind_of(file.path)
    if kind in _DOCUMENTS:
        yield from _in_document(old.documents.get(file.path), new.documents.get(file.path), file)
    elif kind is FileKind.NOTE:
        yield _note(old.fragments.get(file.path), new.fragments.get(file.path), file)
    elif kind is FileKind.PROMPT and file.path in _prompt_files(old) | _prompt_files(new):
        yield _prompt(old, new, file)
    elif kind in REVIEW:
        yield _whole(kind.value, Section.REVIEW, file, Audience.INTERNAL)
    else:
        audience = Audience.INTERNAL if is_internal(file.path) else Audience.PUBLIC
        what, section = _WHOLE.get(kind, ("file", Section.OTHER))
        yield _whole(what, section, file, audience)


_DOCUMENTS = frozenset({FileKind.BUNDLE, FileKind.BEHAVIOURS, FileKind.LIMITATION})


# -- whole files -------------------------------------------------------------------------------


def _event(old: object, new: object) -> str:
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


_WHOLE = {FileKind.EVAL: ("eval file", Section.EVALS)}


def _whole(what: str, section: Section, file: ChangedFile, audience: Audience) -> Change:
    event = _event(file.old, file.new)
    words = f"{what} {event}"
    return Change(f"{what}.{event}", file.path, file.old, file.new, section, words, audience)


def _note(old: Fragment | None, new: Fragment | None, file: ChangedFile) -> Change:
    before, after = _written(old), _written(new)
    sides = [side for side in (before, after) if side]
    if not sides:
        return _draft("release note", old, new, file)
    audience = narrowest(*(side.head.audience for side in sides))
    event = _event(before, after)
    words = f"release note {event}"
    return Change(f"note.{event}", file.path, file.old, file.new, Section.NOTES, words, audience)


def _written(one: Fragment | None) -> Fragment | None:
    return None if one is None or one.is_draft else one


def _draft(what: str, old: object, new: object, file: ChangedFile) -> Change:
    """Words that nobody approved yet: the public learns that a file differs, and no more."""
    event = _event(old, new)
    return Change(
        *(f"draft.{event}", file.path, file.old, file.new),
        *(Section.OTHER, f"draft of a {what} {event}", Audience.INTERNAL),
    )


def _prompt_files(snapshot: Snapshot) -> set[str]:
    if "bundle.yaml" not in snapshot.documents:
        return set()
    return {prompt.file for prompt in snapshot.bundle.prompts}


def _prompt(old: Snapshot, new: Snapshot, file: ChangedFile) -> Change:
    before, after = text_digest(old.prompts.get(file.path)), text_digest(new.prompts.get(file.path))
    if before == after:
        words = "only the line endings or the end of the file differ"
        return Change("prompt.reformatted", file.path, file.old, file.new, Section.OTHER, words)
    event = {"changed": "edited"}.get(_event(before, after), _event(before, after))
    words = f"prompt {event}"
    return Change(f"prompt.{event}", file.path, before, after, Section.PROMPTS, words)


@lru_cache(maxsize=1 << 6)  # a prompt is asked of in every release, and seldom edited
def text_digest(text: str | None) -> str | None:
    """`sha256:…` of a text, whatever its line ends and with or without a last newline."""
    if text is None:
        return None
    normal = text.replace("\r\n", "\n").rstrip("\n")
    return "sha256:" + hashlib.sha256(normal.encode()).hexdigest()


# -- documents ---------------------------------------------------------------------------------


def _in_document(old: Parsed | None, new: Parsed | None, file: ChangedFile) -> Iterator[Change]:
    one = new or old
    assert one is not None
    before, after = old.value if old else {}, new.value if new else {}
    if kind_of(file.path) is FileKind.LIMITATION:
        found = _in_limitation(old, new, file)
    else:
        describe = _DESCRIBERS[kind_of(file.path)]
        found = (
            describe(file.path, difference, before, after)
            for difference in differences(_filled(before, after), _filled(after, before))
        )
    changes = list(found)
    yield from changes
    if old and new and (not changes or _comments(old.text) != _comments(new.text)):
        words = "comments, order or spacing" if not changes else "comments"
        audience = audience_of(before, after)
        yield Change(
            "file.reformatted", file.path, file.old, file.new, Section.OTHER, words, audience
        )


def _filled(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """With an empty list or mapping where only the other has one, so that items are told singly."""
    missing = {
        key: type(value)()
        for key, value in other.items()
        if key not in one and isinstance(value, list | dict) and key != "none_known"
    }
    return {**one, **missing}


def _comments(text: str) -> list[str]:
    return _COMMENT.findall(text) if "#" in text else []


def _in_limitation(was: Parsed | None, now: Parsed | None, file: ChangedFile) -> Iterator[Change]:
    old = None if was is None or was.model.is_draft else was
    new = None if now is None or now.model.is_draft else now
    if old is None and new is None:
        yield _draft("limitation", was, now, file)
        return
    before, after = old.value if old else {}, new.value if new else {}
    one = (new or old).model.id  # type: ignore[union-attr]
    audience = audience_of(before, after)
    if not (old and new):
        event = _event(old, new)
        words = f"{one} {event}"
        yield Change(
            f"limitation.{event}",
            file.path,
            before or None,
            after or None,
            Section.LIMITATIONS,
            words,
            audience,
        )
        return
    for difference in differences(before, after):
        field = ".".join(difference.path)
        yield Change(
            f"limitation.{difference.path[0]}",
            f"{file.path}:{field}",
            plain(difference.old),
            plain(difference.new),
            Section.LIMITATIONS,
            f"{one}: {field} {from_to(difference)}",
            audience,
        )


def _behaviour(path: str, found: Difference, before: Any, after: Any) -> Change:
    names = found.path[1:]
    name = names[0] if names else "behaviours"
    sides = [item_of(document, "behaviours", name) for document in (before, after)]
    detail = ".".join(names[1:])
    words = f"{name}: {_of_behaviour(detail, found)}" if detail else f"{name} {event_of(found)}"
    kind = f"behaviour.{names[1] if len(names) > 1 else event_of(found)}"
    where = f"{path}:{'.'.join(found.path)}"
    return _change(kind, where, found, Section.BEHAVIOURS, words, audience_of(*sides))


def _of_behaviour(detail: str, found: Difference) -> str:
    if detail == "blocking":
        return (
            "a release depends on it now" if found.new is True else "no release depends on it now"
        )
    return f"{detail} {from_to(found)}"


def _bundle(path: str, found: Difference, before: Any, after: Any) -> Change:
    top = found.path[0] if found.path else ""
    describe = PARTS.get(top, other_part)
    kind, section, words, audience = describe(found, before, after)
    return _change(kind, f"{path}:{'.'.join(found.path)}", found, section, words, audience)


def _change(
    kind: str, path: str, found: Difference, section: Section, words: str, audience: Audience
) -> Change:
    return Change(kind, path, plain(found.old), plain(found.new), section, words, audience)


_DESCRIBERS: dict[FileKind, Callable[[str, Difference, Any, Any], Change]] = {
    FileKind.BUNDLE: _bundle,
    FileKind.BEHAVIOURS: _behaviour,
}
