"""What differs between two bundles: every byte is either described or listed under "other"."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from relnotes.release.bundle import Audience
from relnotes.release.record import Change, Section
from relnotes.release.snapshot import FileKind, Fragment, Parsed, Snapshot, kind_of
from relnotes.release.tree_diff import ABSENT, ORDER, Difference, differences
from relnotes.validation import did_you_mean

_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class ChangedFile:
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
    order = list(Section)
    return tuple(sorted(explained, key=lambda change: order.index(change.described_in)))


def new_fragments(old: Snapshot | None, new: Snapshot) -> tuple[Fragment, ...]:
    """The notes written for this release: those that are new, or edited since the last one."""
    before = old.files if old else {}
    return tuple(
        fragment
        for path, fragment in sorted(new.fragments.items())
        if before.get(path) != new.files[path]
    )


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
    if ":" not in place and rest and first in _PARTS:
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
    if kind in (FileKind.BUNDLE, FileKind.BEHAVIOURS, FileKind.LIMITATION):
        yield from _in_document(old.documents.get(file.path), new.documents.get(file.path), file)
    elif kind is FileKind.NOTE:
        yield _note(old.fragments.get(file.path), new.fragments.get(file.path), file)
    elif kind is FileKind.PROMPT and file.path in _prompt_files(old) | _prompt_files(new):
        yield _prompt(old, new, file)
    else:
        audience = Audience.INTERNAL if is_internal(file.path) else Audience.PUBLIC
        what, section = _WHOLE.get(kind, ("file", Section.OTHER))
        yield _whole(what, section, file, audience)


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
    one = new or old
    assert one is not None
    audience = _narrowest(*(side.head.audience for side in (old, new) if side))
    event = _event(old, new)
    words = f"release note {event}"
    return Change(f"note.{event}", file.path, file.old, file.new, Section.NOTES, words, audience)


def _narrowest(*audiences: Audience | None) -> Audience:
    return Audience.INTERNAL if Audience.INTERNAL in audiences else Audience.PUBLIC


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
        audience = _audience_of(before, after)
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
    return _COMMENT.findall(text)


def _audience_of(*items: Any) -> Audience:
    """Internal where either side says so."""
    return _narrowest(
        *(Audience(item.get("audience", "public")) for item in items if isinstance(item, dict))
    )


def _in_limitation(old: Parsed | None, new: Parsed | None, file: ChangedFile) -> Iterator[Change]:
    before, after = old.value if old else {}, new.value if new else {}
    one = (new or old).model.id  # type: ignore[union-attr]
    audience = _audience_of(before, after)
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
            _plain(difference.old),
            _plain(difference.new),
            Section.LIMITATIONS,
            f"{one}: {field} {_from_to(difference)}",
            audience,
        )


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value


def _behaviour(path: str, found: Difference, before: Any, after: Any) -> Change:
    names = found.path[1:]
    name = names[0] if names else "behaviours"
    sides = [_item(document, "behaviours", name) for document in (before, after)]
    detail = ".".join(names[1:])
    words = f"{name}: {detail} {_from_to(found)}" if detail else f"{name} {_added(found)}"
    kind = f"behaviour.{names[1] if len(names) > 1 else _added(found)}"
    where = f"{path}:{'.'.join(found.path)}"
    return _change(kind, where, found, Section.BEHAVIOURS, words, _audience_of(*sides))


def _item(document: Any, key: str, name: str) -> Any:
    for item in document.get(key, ()) if isinstance(document, dict) else ():
        if isinstance(item, dict) and name in (item.get("id"), item.get("name"), item.get("stage")):
            return item
    return None


def _bundle(path: str, found: Difference, before: Any, after: Any) -> Change:
    top = found.path[0] if found.path else ""
    describe = _PARTS.get(top, _other_part)
    kind, section, words, audience = describe(found, before, after)
    return _change(kind, f"{path}:{'.'.join(found.path)}", found, section, words, audience)


def _change(
    kind: str, path: str, found: Difference, section: Section, words: str, audience: Audience
) -> Change:
    return Change(kind, path, _plain(found.old), _plain(found.new), section, words, audience)


_DESCRIBERS: dict[FileKind, Callable[[str, Difference, Any, Any], Change]] = {
    FileKind.BUNDLE: _bundle,
    FileKind.BEHAVIOURS: _behaviour,
}


# -- the parts of bundle.yaml ------------------------------------------------------------------

Described = tuple[str, Section, str, Audience]


def _added(found: Difference) -> str:
    if found.old is ABSENT:
        return "added"
    return "removed" if found.new is ABSENT else "changed"


def _from_to(found: Difference) -> str:
    if found.path and found.path[-1] == ORDER:
        return "put in another order"
    return f"{value_words(found.old)} → {value_words(found.new)}"


def value_words(value: Any) -> str:
    """A value in few words: scalars as they are, branches by their size."""
    if value is ABSENT or value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:77] + "…"
    if isinstance(value, int | float):
        return repr(value)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{len(value)} entries"


def _release(found: Difference, _before: Any, _after: Any) -> Described:
    field = ".".join(found.path[1:]) or "release"
    words = f"{field} {_from_to(found)}"
    return f"release.{field}", Section.RELEASE, words, Audience.PUBLIC


def _model(found: Difference, before: Any, after: Any) -> Described:
    field = ".".join(found.path[1:]) or "model"
    old, new = before.get("model", {}), after.get("model", {})
    words = f"{field} {_from_to(found)}"
    if field == "weights" and ABSENT not in (found.old, found.new):
        same = [name for name in ("provider_id", "version") if _same_name(old, new, name)]
        names = " and ".join(f"{name} {new[name]}" for name in same)
        words = f"new weights under the same {names}" if names else "new weights"
        if "version" in same:
            words += " (the snapshot's name was moved)"
    elif field == "aliases":
        words = _alias_words(found)
    elif field in ("lifecycle", "model"):
        words = f"{field} {_added(found)}"
    return f"model.{field}", Section.MODEL, words, Audience.PUBLIC


def _same_name(old: Any, new: Any, name: str) -> bool:
    return bool(old.get(name)) and old.get(name) == new.get(name)


def _alias_words(found: Difference) -> str:
    old, new = _plain(found.old) or [], _plain(found.new) or []
    gained = [alias for alias in new if alias not in old]
    lost = [alias for alias in old if alias not in new]
    parts = [f"alias {alias} now points here" for alias in gained]
    parts += [f"alias {alias} no longer points here" for alias in lost]
    return "; ".join(parts) or "aliases put in another order"


def _prompt_part(found: Difference, _before: Any, _after: Any) -> Described:
    names = found.path[1:]
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {_from_to(found)}"
        return f"prompt.{names[1]}", Section.PROMPTS, words, Audience.PUBLIC
    return _listed("prompt", Section.PROMPTS, found, Audience.PUBLIC)


def _listed(what: str, section: Section, found: Difference, audience: Audience) -> Described:
    """An item of a list, or the list itself, that came, went or changed its order."""
    name = found.path[1] if len(found.path) > 1 else ""
    if name == ORDER:
        return f"{what}.order", section, f"{_SEVERAL[what]} listed in another order", audience
    event = _added(found)
    return f"{what}.{event}", section, f"{name or _SEVERAL[what]} {event}", audience


_SEVERAL = {
    "prompt": "prompts",
    "tool": "tools",
    "training": "training changes",
    "rollout": "rollout stages",
}


def _decoding(found: Difference, _before: Any, _after: Any) -> Described:
    field = ".".join(found.path[1:]) or "decoding"
    words = f"{field} {_from_to(found)}"
    return f"decoding.{_added(found)}", Section.DECODING, words, Audience.PUBLIC


def _tool(found: Difference, before: Any, after: Any) -> Described:
    names = found.path[1:]
    sides = [_item(document, "tools", names[0]) for document in (before, after) if names]
    audience = _audience_of(*sides)
    if not names or (len(names) == 1):
        if not names:
            audience = _audience_of(*(before.get("tools") or []), *(after.get("tools") or []))
        return _listed("tool", Section.TOOLS, found, audience)
    kind, words = _tool_detail(names[0], names[1:], found, sides)
    return kind, Section.TOOLS, words, audience


def _tool_detail(
    tool: str, names: tuple[str, ...], found: Difference, sides: list[Any]
) -> tuple[str, str]:
    if names[:2] == ("parameters", "properties") and len(names) >= 3:
        parameter, rest = names[2], ".".join(names[3:])
        if rest:
            return (
                "tool.parameter changed",
                f"{tool}: parameter {parameter}: {rest} {_from_to(found)}",
            )
        need = _requirement(parameter, sides[-1] if found.new is not ABSENT else sides[0])
        event = _added(found)
        return f"tool.parameter {event}", f"{tool}: {need} parameter {parameter} {event}"
    if names == ("parameters", "required"):
        return "tool.required", f"{tool}: {_required_words(found)}"
    return f"tool.{names[0]}", f"{tool}: {'.'.join(names)} {_from_to(found)}"


def _requirement(parameter: str, tool: Any) -> str:
    schema = tool.get("parameters") if isinstance(tool, dict) else None
    required = schema.get("required") if isinstance(schema, dict) else None
    return "required" if isinstance(required, list) and parameter in required else "optional"


def _required_words(found: Difference) -> str:
    old = found.old if isinstance(found.old, list) else []
    new = found.new if isinstance(found.new, list) else []
    parts = [f"{name} is now required" for name in new if name not in old]
    parts += [f"{name} is no longer required" for name in old if name not in new]
    return "; ".join(parts) or f"required {_from_to(found)}"


def _training(found: Difference, before: Any, after: Any) -> Described:
    names = found.path[1:]
    sides = [_item(document, "training", names[0]) for document in (before, after) if names]
    audience = _audience_of(*sides)
    if not names or names[0] == ORDER:
        audience = _audience_of(*(before.get("training") or []), *(after.get("training") or []))
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {_from_to(found)}"
        return f"training.{names[1]}", Section.TRAINING, words, audience
    return _listed("training", Section.TRAINING, found, audience)


def _rollout(found: Difference, _before: Any, _after: Any) -> Described:
    names = found.path[1:]
    if len(names) > 1:
        words = f"{names[0]}: {'.'.join(names[1:])} {_from_to(found)}"
        return f"rollout.{names[1]}", Section.ROLLOUT, words, Audience.PUBLIC
    return _listed("rollout", Section.ROLLOUT, found, Audience.PUBLIC)


def _none_known(found: Difference, _before: Any, _after: Any) -> Described:
    words = f"the attestation that no limitation is known was {_added(found)}"
    return "none_known", Section.LIMITATIONS, words, Audience.PUBLIC


def _other_part(found: Difference, _before: Any, _after: Any) -> Described:
    name = ".".join(found.path) or "bundle.yaml"
    return f"{name}.{_added(found)}", Section.OTHER, f"{name} {_from_to(found)}", Audience.PUBLIC


_PARTS: dict[str, Callable[[Difference, Any, Any], Described]] = {
    "release": _release,
    "model": _model,
    "prompts": _prompt_part,
    "decoding": _decoding,
    "tools": _tool,
    "training": _training,
    "rollout": _rollout,
    "none_known": _none_known,
}
