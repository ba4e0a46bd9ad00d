"""An incident cut down to what is marked public; what is not named here stays inside.

Beyond the marks: who logged an event and who owns a follow-up are never published (a person is
named by a role that is marked public), nor why the severity was chosen, nor the words that a
rollback's check made of the bundles. Prompt text and attachments need a mark of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Any, Protocol, TypeVar

from relnotes.incident.effective import Standing, read_log, stated
from relnotes.incident.event import Event, Mitigation, Restated, Rollback
from relnotes.incident.record import Filed, FollowUp, Graded, Head, Impact, Incident
from relnotes.incident.vocabulary import Visibility


class _Marked(Protocol):
    @property
    def visibility(self) -> Visibility: ...


T = TypeVar("T", bound=_Marked)

_HEAD = ("id", "title", "kind", "visibility", "timezone", "summary", "behaviour", "releases")
_LISTS = ("contributing", "signals", "blind_spots", "evals_to_add", "claims", "roles")
_EVENT = ("id", "kind", "at", "recorded_at", "text", "source", "visibility", "release", "share")
_EVENT_ENDS = ("corrects", "outcome", "duplicate_of", "assumptions")
_MITIGATION = ("kind", "temporary", "prompt", "commit", "old_commit", "relapse_check")
_DIFF = ("removed", "added", "diff", "publish_diff")
_ROLLBACK = ("to", "withdraws", "tree", "proved")
_FOLLOWUP = ("what", "type", "due", "done_when", "state", "done_on", "reason", "eval", "source")


def for_public(incident: Incident, limitations: Iterable[str] = ()) -> Incident | None:
    """What the public may see; None where the incident itself is not marked public.

    `limitations` are the ids of those that the public knows. The postmortem, which holds both
    versions in one text, is cut elsewhere.
    """
    if incident.head is None or not _is_public(incident.head):
        return None
    events = tuple(event for entry in read_log(incident.events).entries for event in _seen(entry))
    named = {name for event in events for name in event.attachments}
    return replace(
        incident,
        head=_head(incident.head, frozenset(limitations)),
        events=events,
        followups=tuple(_followup(one) for one in incident.followups if _is_public(one.followup)),
        attachments=tuple(name for name in incident.attachments if name in named),
        postmortem=None,
        problems=(),
    )


def _is_public(item: _Marked) -> bool:
    return item.visibility is Visibility.PUBLIC


def _marked(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(item for item in items if _is_public(item))


def _head(head: Head, limitations: frozenset[str]) -> Head:
    said: dict[str, Any] = {key: getattr(head, key) for key in _HEAD}
    marked: dict[str, Any] = {key: _marked(getattr(head, key)) for key in _LISTS}
    return Head(
        **said,
        **marked,
        severity=Graded(level=head.severity.level),
        impact=head.impact if _is_public(head.impact) else Impact(),
        limitations=tuple(one for one in head.limitations if one in limitations),
    )


def _followup(filed: Filed) -> Filed:
    shown = FollowUp(
        visibility=Visibility.PUBLIC, **{key: getattr(filed.followup, key) for key in _FOLLOWUP}
    )
    return replace(filed, followup=shown)


# -- events ------------------------------------------------------------------------------------


def _seen(entry: Standing) -> Iterator[Event]:
    """With its history where all of that is public; else as it stands, if it may be told so.

    A public event with an internal correction is withheld: the public gets neither what is known
    to be wrong nor what was not meant for it. So is one that was retracted internally.
    """
    if not _is_public(entry.event):
        return
    history = tuple(_history(entry))
    if all(_is_public(event) for event in history):
        yield from (_shown(event, entry.event) for event in history)
    elif entry.stands and _told_openly(entry.corrections):
        yield _shown(entry.event, entry.event)


def withheld(incident: Incident) -> Iterator[Standing]:
    """Public events that the public does not get, because something about them is internal."""
    for entry in read_log(incident.events).entries:
        if entry.stands and _is_public(entry.event) and not any(_seen(entry)):
            yield entry


def _history(entry: Standing) -> Iterator[Event]:
    unread = [entry]
    while unread:
        one = unread.pop()
        yield one.original
        unread.extend(one.amendments)


def _told_openly(corrections: tuple[Event, ...]) -> bool:
    """Whether each is public, or came before one that made the event public as it then stood."""
    since = takewhile(lambda one: not _makes_public(one), reversed(corrections))
    return all(map(_is_public, since))


def _makes_public(correction: Event) -> bool:
    restates = correction.restates
    return restates is not None and restates.visibility is Visibility.PUBLIC


def _shown(event: Event, now: Event) -> Event:
    """`event` is one of the history of what stands `now`."""
    return Event(
        **{key: getattr(event, key) for key in (*_EVENT, *_EVENT_ENDS)},
        **_parts(event),
        restates=None if event.restates is None else _restated(event.restates, now),
    )


def _restated(restates: Restated, now: Event) -> Restated:
    said = stated(restates)
    kept = {key: said[key] for key in (*_EVENT, *_EVENT_ENDS) if key in said}
    kept |= {key: value for key, value in _parts(restates).items() if key in said}
    if restates.publish_attachments:  # the files were named before, where they were not published
        kept["attachments"] = now.attachments if now.publish_attachments else ()
    return Restated(**kept)


def _parts(said: Event | Restated) -> dict[str, Any]:
    """What is public of the pieces that a public event holds."""
    return {
        "mitigation": _mitigation(said.mitigation),
        "rollback": said.rollback and Rollback(**_only(said.rollback, _ROLLBACK)),
        "attachments": said.attachments if said.publish_attachments else (),
        "publish_attachments": said.publish_attachments,
    }


def _mitigation(mitigation: Mitigation | None) -> Mitigation | None:
    if mitigation is None:
        return None
    keys = (*_MITIGATION, *_DIFF) if mitigation.publish_diff else _MITIGATION
    return Mitigation(**_only(mitigation, keys))


def _only(item: Mitigation | Rollback, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: getattr(item, key) for key in keys}
