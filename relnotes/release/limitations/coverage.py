"""Which eval measures which behaviour, and which behaviours this release has no result for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

import msgspec

from relnotes.release.limitations.known import Unmeasured
from relnotes.release.written.bundle import Audience, Behaviour, EvalRef

Key = tuple[str, str, str | None]  # task, metric, filter


class Coverage(msgspec.Struct, frozen=True):
    """Behaviours by measured key, and measured keys by behaviour."""

    behaviours: tuple[Behaviour, ...]
    of_key: Mapping[Key, Behaviour]
    keys: Mapping[str, tuple[Key, ...]]  # by behaviour id
    by_ref: Mapping[str, tuple[tuple[EvalRef, tuple[Key, ...]], ...]]  # the same, eval by eval


def cover(behaviours: tuple[Behaviour, ...], measured: Collection[Key]) -> Coverage:
    """Match every behaviour's evals with what was measured; a blocking behaviour wins a key."""
    of_key: dict[Key, Behaviour] = {}
    keys: dict[str, tuple[Key, ...]] = {}
    by_ref: dict[str, tuple[tuple[EvalRef, tuple[Key, ...]], ...]] = {}
    for behaviour in sorted(behaviours, key=lambda one: not one.blocking):
        refs = [as_ref(one) for one in behaviour.evals]
        found = tuple(key for key in measured if any(covers(ref, key) for ref in refs))
        keys[behaviour.id] = found
        by_ref[behaviour.id] = tuple(
            (ref, tuple(key for key in found if covers(ref, key))) for ref in refs
        )
        for key in found:
            of_key.setdefault(key, behaviour)
    return Coverage(behaviours, of_key, keys, by_ref)


def as_ref(eval_: EvalRef | str) -> EvalRef:
    return EvalRef(task=eval_) if isinstance(eval_, str) else eval_


def covers(ref: EvalRef, key: Key) -> bool:
    task, metric, filter_ = key
    return (
        fnmatchcase(task, ref.task)
        and (ref.metric is None or fnmatchcase(metric, ref.metric))
        and (ref.filter is None or ref.filter == (filter_ or "none"))
    )


def unmeasured(
    coverage: Coverage, measured_on: Mapping[Key, tuple[str, str]], running: str
) -> Iterator[Unmeasured]:
    """Behaviours without a result of this release.

    `measured_on` says for each key the release it was measured at and the digest of what ran
    there; a result counts for this release as long as the same thing runs.
    """
    for behaviour in coverage.behaviours:
        if missing := _missing(behaviour, coverage.keys[behaviour.id], measured_on, running):
            reason, last = missing
            yield Unmeasured(
                behaviour=behaviour.id,
                principle=behaviour.principle,
                blocking=behaviour.blocking,
                reason=reason,
                audience=behaviour.audience,
                last_measured=last,
            )


def _missing(
    behaviour: Behaviour,
    keys: tuple[Key, ...],
    measured_on: Mapping[Key, tuple[str, str]],
    running: str,
) -> tuple[str, str | None] | None:
    """Why there is no result, and the release of the latest one; None where there is one."""
    if not behaviour.evals:
        return "no eval covers this behaviour", None
    if not keys:
        named = ", ".join(dict.fromkeys(as_ref(one).task for one in behaviour.evals))
        return f"the evals that cover it have no result here ({named})", None
    stale = [measured_on[key] for key in keys if measured_on[key][1] != running]
    if len(stale) < len(keys):
        return None
    last = stale[-1][0]
    return f"last measured at {last}, and what runs has changed since", last


def audience_of(key: Key, coverage: Coverage, internal_tasks: Iterable[str]) -> Audience:
    """Internal where its task is listed so, or where its behaviour is."""
    behaviour = coverage.of_key.get(key)
    hidden = any(fnmatchcase(key[0], glob) for glob in internal_tasks)
    if hidden or (behaviour and behaviour.audience is Audience.INTERNAL):
        return Audience.INTERNAL
    return Audience.PUBLIC
