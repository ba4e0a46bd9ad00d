"""Find words that a model wrote and nobody stands behind, or whose facts have changed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from relnotes.obstacles import Obstacle
from relnotes.release.record import Draft
from relnotes.release.written.bundle import Audience, Limitation
from relnotes.release.written.draft_mark import DraftMark
from relnotes.release.written.snapshot import Snapshot

CODE = "DRAFT_UNAPPROVED"


def draft(path: str, mark: DraftMark, text: str, audience: Audience) -> Draft:
    """What a mark says of the words beside it."""
    approved = mark.approved
    return Draft(
        path=path,
        model=mark.model,
        facts=mark.facts,
        approved_by=approved.by if approved else None,
        edited=approved is not None and not mark.covers(text),
        audience=audience,
    )


def drafts_of(old: Snapshot | None, new: Snapshot) -> tuple[Draft, ...]:
    """The drafts that came or changed with a release, and whatever nobody approved so far."""
    before = old.files if old else {}
    return tuple(
        one
        for one in sorted(_marked(new), key=lambda one: one.path)
        if not one.published or before.get(one.path) != new.files[one.path]
    )


def _marked(snapshot: Snapshot) -> Iterator[Draft]:
    for path, fragment in snapshot.fragments.items():
        if mark := fragment.head.draft:
            yield draft(path, mark, fragment.text, fragment.head.audience)
    for path, parsed in snapshot.documents.items():
        if isinstance(parsed.model, Limitation) and (mark := parsed.model.draft):
            yield draft(path, mark, parsed.model.text, parsed.model.audience)


def unapproved_drafts(
    drafts: Iterable[Draft], facts: Collection[str] | None = None, prefix: str = ""
) -> Iterator[Obstacle]:
    """Whatever a model wrote that no person stands behind today.

    `facts` are the keys of what holds now: a draft that cites another is stale, even if it was
    approved. None: not known, so nothing is said of it. `prefix` comes before each path, such as
    `bundle/`.
    """
    for one in drafts:
        gone = 0 if facts is None else sum(key not in facts for key in one.facts)
        if one.published and not gone:
            continue
        yield Obstacle(
            code=CODE,
            what=_what(one, gone),
            place=prefix + one.path,
            clear=_clear(prefix + one.path, gone),
            subject=one.path,
        )


def _what(one: Draft, gone: int) -> str:
    if gone:
        count = f"{gone} of the {len(one.facts)} facts" if len(one.facts) > 1 else "the fact"
        return f"what {one.model} wrote is stale: {count} behind it changed since"
    if one.edited:
        return f"what {one.model} wrote was edited after {one.approved_by} approved it"
    return f"nobody approved what {one.model} wrote, so it is left out of the notes"


def _clear(place: str, gone: int) -> str:
    if gone:
        return "`relnotes draft` writes it anew; or correct it by hand and take out the mark"
    return f"read it, edit it, then `relnotes draft --approve {place} --as NAME`; or delete it"
