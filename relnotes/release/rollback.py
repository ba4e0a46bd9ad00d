"""Recognise a rollback, by the tree of its bundle or by what it declares. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec.structs import replace

from relnotes.errors import fail
from relnotes.release.record import Rollback
from relnotes.release.written.bundle import Bundle, UpdateKind

Trees = Sequence[tuple[str, str]]  # tag, tree of the bundle; oldest first


def find_rollback(
    tree: str,
    bundle: Bundle,
    before: Trees,
    latest: Mapping[str, str],
    withdrawn: Collection[str],
    differing: Callable[[str, str], tuple[str, ...]],
    place: str,
) -> Rollback | None:
    """What the release with this tree restores; None if it goes on from the one before it.

    The tree decides, whatever the bundle says. `differing` gives the paths that differ between
    two trees; `latest` is the newest tag of each tree; `withdrawn` are tags that an earlier
    rollback withdrew.
    """
    if not before:
        return None
    if tree in latest and before[-1][1] != tree:
        return _restoring(latest[tree], before, withdrawn, ())
    declared = bundle.release
    if declared.kind is not UpdateKind.ROLLBACK or not declared.restores:
        return None
    known = dict(before)
    if declared.restores not in known:
        what = f'release.restores names "{declared.restores}", which is no earlier release'
        raise fail(place, what, f"earlier releases: {', '.join(list(known)[-5:])}")
    differs = differing(known[declared.restores], tree)
    return _restoring(declared.restores, before, withdrawn, differs)


def _restoring(
    tag: str, before: Trees, withdrawn: Collection[str], differs: tuple[str, ...]
) -> Rollback:
    tags = [one for one, _ in before]
    after = tags[tags.index(tag) + 1 :]
    return Rollback(
        restores=tag,
        restored_tree=dict(before)[tag],
        identical=not differs,
        differs=differs,
        withdraws=tuple(one for one in after if one not in withdrawn),
        lost=(),
    )


def with_losses(rollback: Rollback, lost: tuple[str, ...]) -> Rollback:
    return replace(rollback, lost=lost)
