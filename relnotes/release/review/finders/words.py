"""Changes and prompts that no note explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relnotes.obstacles import Obstacle
from relnotes.release.differences.unexplained import unexplained
from relnotes.release.record import Change, PromptChange, Record, Section
from relnotes.release.written.bundle import Audience


def unexplained_changes(record: Record, at: str) -> Iterator[Obstacle]:
    if record.old is None and not record.notes and not record.summary:
        what = "the first release says nothing to its users"
        yield Obstacle("NOTE_MISSING", what, f"{at}/notes", "write a note, or release.summary")
    silent = unexplained(record)
    prompts = {one.file: one for one in record.prompts}
    for name, change in silent.items():
        if change.described_in is Section.PROMPTS:
            file = change.path.partition(":")[0]
            what = f"{_edited(name, prompts.get(file))}: no note says why"
            clear = f"a note in {at}/notes/ with `explains: [{_written(change.path)}]`"
            yield Obstacle("PROMPT_UNEXPLAINED", what, f"{at}/{file}", clear, name)
    rest = {name: one for name, one in silent.items() if _is_for_users(one)}
    if rest:
        names = ", ".join(rest)
        clear = f"a note in {at}/notes/ with `explains: [{', '.join(_places(rest.values()))}]`"
        what = f"no note explains: {names}"
        yield Obstacle("NOTE_MISSING", what, f"{at}/bundle.yaml", clear, names)


def _is_for_users(change: Change) -> bool:
    return change.described_in is not Section.PROMPTS and change.audience is Audience.PUBLIC


def _places(changes: Iterable[Change]) -> Iterator[str]:
    return (_written(one.path) for one in changes)


def _written(path: str) -> str:
    """As a note names it; a key of an item stands for the whole item."""
    place = path.removeprefix("bundle.yaml:")
    return place if ":" in place or "/" in place else ".".join(place.split(".")[:2])


def _edited(name: str, prompt: PromptChange | None) -> str:
    if prompt is None or prompt.diff is None:
        return f"{name} changed"
    numbers = [hunk.new_paragraph or hunk.old_paragraph for hunk in prompt.diff.hunks]
    known = [str(number) for number in dict.fromkeys(numbers) if number]
    if not known:
        return f"{name} changed"
    return f"{name}, paragraph{'s' if len(known) > 1 else ''} {', '.join(known)}"
