"""Compare two documents (plain JSON values) leaf by leaf. Knows nothing of bundles.

Nothing is lost: `apply(old, differences(old, new)) == new`, and equal documents give nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

IDENTITIES: Final = ("id", "name", "stage", "task", "file")
ORDER: Final = "(order)"


class _Absent:
    """The value of a key that is not there; None is a value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


class Difference(msgspec.Struct, frozen=True):
    """A leaf or a whole branch that differs; list items are named by their id where they have one.

    A path that ends in `(order)` holds the two orders of a list's items.
    """

    path: tuple[str, ...]
    old: Any
    new: Any


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every difference, in the order in which the documents have them."""
    if old is new or (old == new and repr(old) == repr(new)):
        return  # most branches: told without going through them
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _in_mappings(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(old, new, path)
    elif not same(old, new):
        yield Difference(path, old, new)


def same(old: Any, new: Any) -> bool:
    """Equality that tells true from 1, at any depth; 1 and 1.0 are the same number."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(old == new)


def _in_mappings(
    old: dict[str, Any], new: dict[str, Any], path: tuple[str, ...]
) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            yield Difference((*path, key), old[key], ABSENT)
        elif key not in old:
            yield Difference((*path, key), ABSENT, new[key])
        else:
            yield from differences(old[key], new[key], (*path, key))


def _in_lists(old: list[Any], new: list[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    old_items, new_items = _keyed(old), _keyed(new)
    if old_items is None or new_items is None:
        if not same(old, new):
            yield Difference(path, old, new)
        return
    yield from _in_mappings(old_items, new_items, path)
    expected = [key for key in old_items if key in new_items]
    expected += [key for key in new_items if key not in old_items]
    if expected != list(new_items):
        yield Difference((*path, ORDER), list(old_items), list(new_items))


def _keyed(items: Sequence[Any]) -> dict[str, Any] | None:
    """Items by their identity, or None where they have none or share one."""
    for identity in IDENTITIES:
        if all(isinstance(item, dict) and isinstance(item.get(identity), str) for item in items):
            keyed = {item[identity]: item for item in items}
            return keyed if len(keyed) == len(items) and ORDER not in keyed else None
    return None


def apply(old: Any, found: Sequence[Difference]) -> Any:
    """The new document, from the old one and what `differences` found."""
    document = old
    for difference in found:
        document = _applied(document, difference.path, difference)
    return document


def _applied(document: Any, path: tuple[str, ...], difference: Difference) -> Any:
    if not path:
        return difference.new
    if isinstance(document, list):
        keyed = _keyed(document) or {}
        if path == (ORDER,):
            return [keyed[key] for key in difference.new]
        return list(_applied(keyed, path, difference).values())
    if len(path) == 1 and difference.new is ABSENT:
        return {key: value for key, value in document.items() if key != path[0]}
    return {**document, path[0]: _applied(document.get(path[0]), path[1:], difference)}
