"""What runs otherwise than before and no note speaks of. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from relnotes.release.record import Change, Record, Section

_RUNNING = frozenset(
    {Section.MODEL, Section.PROMPTS, Section.DECODING, Section.TOOLS, Section.TRAINING}
)


def unexplained(record: Record) -> dict[str, Change]:
    """By name: "temperature", "the system prompt", "the tool search".

    A first release has nothing before it, and a rollback explains itself.
    """
    if record.old is None or record.rollback or record.kind == "rollback":
        return {}
    prompts = {one.file: one.name for one in record.prompts}
    running = [one for one in record.changes if one.described_in in _RUNNING]
    parts = [(name, one) for one in running if (name := _running_part(one, prompts))]
    # A prompt is told in two places, its file and its entry: a note on either is enough.
    said = {name for name, one in parts if one.described_in is Section.PROMPTS and one.explained_by}
    silent: dict[str, Change] = {}
    for name, one in parts:
        if not one.explained_by and name not in said:
            silent.setdefault(name, one)
    return silent


def _running_part(change: Change, prompts: Mapping[str, str]) -> str | None:
    """The name of what runs and has changed; a version is only the name of the rest."""
    field = change.path.removeprefix("bundle.yaml:").partition(".")[2]
    one = field.partition(".")[0]
    match change.described_in:
        case Section.MODEL:
            return None if field == "version" else field or "model"
        case Section.PROMPTS:
            return f"the {prompts.get(change.path, one)} prompt"
        case Section.DECODING:
            return field or "decoding"
        case Section.TOOLS:
            return f"the tool {one}"
        case Section.TRAINING:
            return one or "training"
    return None
