"""Put what changed into words: notes, parts of the bundle, prompts, and everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from relnotes.publish import markdown, phrases, wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.release.differences.unexplained import unexplained
from relnotes.release.record import Change, Note, PromptChange, Record, Relapse, Section
from relnotes.release.written.bundle import Audience, Publish

UNEXPLAINED_SHOWN = 12
_TRAINING = "bundle.yaml:training."
OTHER_SHOWN = 50  # files under "other changes"; beyond it they are counted by folder

_PARTS = {
    Section.MODEL: "Model",
    Section.PROMPTS: "Prompts",
    Section.DECODING: "Decoding",
    Section.TOOLS: "Tools",
    Section.TRAINING: "Training",
    Section.BEHAVIOURS: "Behaviours",
}
_NOTE_KINDS = {
    "summary": "For",
    "migration": "To do",
    "behaviour": "Behaviour",
    "feature": "New",
    "improvement": "Improved",
    "fix": "Fixed",
    "deprecation": "Deprecated",
}
_ELSEWHERE = {
    Section.EVALS: "eval file",
    Section.NOTES: "release note",
    Section.LIMITATIONS: "limitation",
    Section.REVIEW: "review file",
}


class NoteView(msgspec.Struct, frozen=True):
    anchor: str
    kind: str
    area: str | None
    text: Markdown


class Line(msgspec.Struct, frozen=True):
    anchor: str
    text: Markdown


class PartView(msgspec.Struct, frozen=True):
    """A row of "what changed underneath"."""

    name: str
    lines: tuple[Line, ...]


class PromptView(msgspec.Struct, frozen=True):
    anchor: str
    name: str
    file: str
    words: str
    digests: Markdown
    diff: Markdown | None  # None where the policy withholds it
    text: Markdown | None


class Anchors(msgspec.Struct, frozen=True):
    """Where on the page each thing of a record stands: by path, or by the name of a prompt."""

    notes: Mapping[str, str]
    prompts: Mapping[str, str]
    changes: Mapping[str, str]


def anchors_of(record: Record) -> Anchors:
    changes = {one.path: one.path.removeprefix("bundle.yaml:") for one in _with_anchor(record)}
    changes |= {f"{_TRAINING}{name}": f"training.{name}" for name in record.combination.ids}
    return Anchors(
        notes=phrases.anchors("note", {one.path: _file_name(one.path) for one in record.notes}),
        prompts=phrases.anchors("prompt", {one.name: one.name for one in record.prompts}),
        changes=phrases.anchors("change", changes),
    )


def change_anchor(kind: str, name: str) -> str:
    """Where a page speaks of what has this name, if no other name of the page is like it."""
    return phrases.anchors(kind, {name: name})[name]


def _with_anchor(record: Record) -> Iterator[Change]:
    """The changes that the page lists one by one; there can be thousands of others."""
    yield from (one for one in record.changes if one.described_in in _PARTS)
    other = _other(record.changes)
    yield from other if len(other) <= OTHER_SHOWN else ()


def _other(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.described_in is Section.OTHER]


def _file_name(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0] or path


def note_views(notes: Iterable[Note], anchors: Anchors) -> tuple[NoteView, ...]:
    """The authors' notes: first what users have to do, then what behaves otherwise."""
    order = list(_NOTE_KINDS)
    ranked = sorted(
        notes, key=lambda note: order.index(note.kind) if note.kind in order else len(order)
    )
    return tuple(
        NoteView(
            anchors.notes[note.path],
            *_kind_and_area(note),
            markdown.author(note.text),
        )
        for note in ranked
    )


def _kind_and_area(note: Note) -> tuple[str, str | None]:
    if note.kind == "summary":
        return f"For {note.area or 'everyone'}", None
    return _NOTE_KINDS.get(note.kind, note.kind), note.area


def part_views(record: Record, anchors: Anchors) -> tuple[PartView, ...]:
    """What changed underneath, a row for each part of the bundle; what a first release is."""
    by_part: dict[Section, list[Line]] = {}
    told = {f"{_TRAINING}{name}" for name in record.combination.ids}
    told |= {f"bundle.yaml:prompts.{one.name}" for one in record.prompts if _came_or_went(one)}
    prompts = {one.file: one for one in record.prompts}
    for change in record.changes:
        if change.described_in in _PARTS and change.path not in told:
            line = _line(change, prompts.get(change.path), anchors, first=record.old is None)
            by_part.setdefault(change.described_in, []).append(line)
    if record.combination.ids:
        by_part.setdefault(Section.TRAINING, []).extend(_combination(record, anchors))
    return tuple(
        PartView(name, tuple(by_part[section]))
        for section, name in _PARTS.items()
        if section in by_part
    )


def _came_or_went(one: PromptChange) -> bool:
    return one.old_digest is None or one.new_digest is None


def _line(change: Change, prompt: PromptChange | None, anchors: Anchors, *, first: bool) -> Line:
    words = phrases.with_digests(_as_value(change) if first else change.words)
    if change.kind == "model.weights" and change.old and change.new:
        moved = fill("{} → {}", phrases.digest(change.old), phrases.digest(change.new))
        words = fill("{}: {}", words, moved)
    elif prompt:
        words = _prompt_line(prompt, anchors.prompts[prompt.name], first=first)
    why = _why(change.explained_by, anchors)
    return Line(anchors.changes[change.path], chain((words, *why)))


def _as_value(change: Change) -> str:
    """Of what was never otherwise: "temperature 0.7" and not "temperature not set → 0.7"."""
    if change.kind == "model.aliases" and isinstance(change.new, list):
        return f"aliases {', '.join(map(str, change.new))}"
    if change.kind == "model.lifecycle" and isinstance(change.new, dict):
        return ", ".join(f"{name} {value}" for name, value in change.new.items())
    return change.words.replace(" not set → ", " ", 1).removesuffix(" added")


def _prompt_line(prompt: PromptChange, at: str, *, first: bool) -> Markdown:
    shown = "text" if prompt.old_digest is None else "word diff"
    link = fill("[{}](#{})", shown, Markdown(at)) if prompt.diff or prompt.text else ""
    is_all = first and link
    words = prompt.name if is_all else f"{prompt.name}: {wording.prompt_words(prompt)}"
    return chain((words, link))


def _why(notes: Iterable[str], anchors: Anchors) -> Iterator[Markdown]:
    at = anchors.notes
    return (fill("[why](#{})", Markdown(at[path])) for path in notes if path in at)


def _combination(record: Record, anchors: Anchors) -> Iterator[Line]:
    one, tested = record.combination, wording.how_tested(record.combination)
    explained = {change.path: change.explained_by for change in record.changes}
    for name in one.ids:
        path, words = f"{_TRAINING}{name}", fill("{}: {}", name, tested[name])
        why = _why(explained.get(path, ()), anchors)
        yield Line(anchors.changes[path], chain((words, *why)))
    if one.tested_together is False:
        yield Line(
            "never-tested-together", Markdown("**never tested together before this release**")
        )


def unexplained_words(record: Record) -> str:
    """What runs otherwise and no note speaks of; nothing where there is nobody to explain it to."""
    names = list(unexplained(record))
    return f"No note explains: {wording.listed(names, UNEXPLAINED_SHOWN)}." if names else ""


def prompt_view(change: PromptChange, anchors: Anchors) -> PromptView:
    is_new = change.old_digest is None and change.text
    return PromptView(
        anchor=anchors.prompts[change.name],
        name=change.name,
        file=change.file,
        words=wording.prompt_words(change),
        digests=_from_to(change.old_digest, change.new_digest),
        diff=markdown.word_diff_html(change.diff) if change.diff and not is_new else None,
        text=markdown.fence(change.text) if change.text else None,
    )


def _from_to(old: str | None, new: str | None) -> Markdown:
    digests = (phrases.digest(one) for one in (old, new) if one)
    return chain(digests, Markdown(" → "))


def relapse_lines(relapses: Iterable[Relapse], audience: Audience) -> tuple[Markdown, ...]:
    """Lines that were taken out of a prompt and are back; quoted where the policy allows it."""
    return tuple(_relapse(one, audience) for one in relapses)


def _relapse(one: Relapse, audience: Audience) -> Markdown:
    how = "word for word" if one.similarity >= 1 else "in other words"
    where = fill("{}, taken out in {}, is back {}", one.prompt, one.removed_in, how)
    if audience is Audience.PUBLIC and one.publish == Publish.DIGEST:
        return fill("A line of {}.", where)
    now = fill(": “{}”", one.found) if one.similarity < 1 else ""
    return fill("“{}” of {}{}.", one.line, where, now)


def other_lines(changes: Iterable[Change], anchors: Anchors) -> tuple[Line, ...]:
    """What no other part of the page describes; very many files are counted by folder."""
    other = _other(changes)
    if len(other) <= OTHER_SHOWN:
        return tuple(
            Line(
                anchors.changes[change.path],
                fill("{}: {}", markdown.code(change.path), phrases.with_digests(change.words)),
            )
            for change in other
        )
    by_folder: dict[tuple[str, str], int] = {}
    for change in other:
        key = (change.path.rpartition("/")[0], change.words)
        by_folder[key] = by_folder.get(key, 0) + 1
    return tuple(
        Line("", fill("{}: {} × {}", markdown.code(f"{folder or '.'}/"), f"{count:,}", words))
        for (folder, words), count in sorted(by_folder.items())
    )


def described_elsewhere(changes: Iterable[Change]) -> str:
    """How many files differ that the page is made from: "44 eval files and 3 release notes"."""
    files: dict[Section, set[str]] = {}
    for change in changes:
        if change.described_in in _ELSEWHERE:
            files.setdefault(change.described_in, set()).add(change.path.partition(":")[0])
    return wording.joined(
        wording.counted(len(files[section]), what)
        for section, what in _ELSEWHERE.items()
        if section in files
    )
