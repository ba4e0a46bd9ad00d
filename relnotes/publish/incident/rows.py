"""Put the parts of an incident's record into rows of words and links, for its tables and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from relnotes.incident.event import Event, Mitigation
from relnotes.incident.record import BlindSpot, Claim, Contributing, Head, PriorSignal
from relnotes.incident.timeline import Entry, Timeline
from relnotes.incident.vocabulary import EventKind, Visibility
from relnotes.publish import markdown, wording
from relnotes.publish.incident import wording as say
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill, tag
from relnotes.publish.sitemap import Links

_SPACE = Markdown(" ")
INSIDE = tag("inside", "internal")


@dataclass(frozen=True, slots=True)
class Named:
    """Who says what: links to the site's pages, and to sources by the account they are."""

    links: Links
    line: str | None
    claims: Sequence[Claim]
    told: frozenset[str] | None = None  # events that the public gets too; None: nothing is marked
    signed: bool = False  # whether it is said who logged an event, and what is attached

    def tells(self, event: Event) -> bool:
        return self.told is None or event.id in self.told

    def marked(self, words: Markdown | str, visibility: Visibility) -> Markdown:
        """The words; before them, where it is asked for, that only the house reads them."""
        hidden = self.told is not None and visibility is Visibility.INTERNAL
        return chain((INSIDE if hidden else "", words), _SPACE)

    def release(self, tag: str) -> Markdown:
        return self.links.release(self.line, tag) if self.line else markdown.inline(tag)

    def behaviour(self, name: str) -> Markdown:
        """A link where the name is that of a behaviour which has a page."""
        known = self.links.site.behaviours or ()
        if self.line and (self.line, name) in known:
            return self.links.behaviour(self.line, name)
        return markdown.inline(name)

    def source(self, text: str | None) -> Markdown:
        """An address by the account behind it, or by its host; words as they are."""
        if not text:
            return Markdown("")
        if not text.startswith(("https://", "http://")) or any(c.isspace() for c in text):
            return markdown.inline(text)
        return markdown.link(self._account(text) or urlsplit(text).hostname or text, text)

    def _account(self, address: str) -> str:
        claim = next((one for one in self.claims if one.source == address and one.on), None)
        return f"{claim.by}, {wording.day(claim.on.isoformat())}" if claim and claim.on else ""

    def sourced(self, text: str | None, source: str | None) -> Markdown:
        """A sentence, and where it comes from in brackets."""
        at = self.source(source)
        return chain((text or "", fill("({})", at) if at else ""), _SPACE)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    when: str
    utc: str
    what: Markdown


@dataclass(frozen=True, slots=True)
class ContributingRow:
    what: Markdown
    verdict: str
    confidence: str
    basis: Markdown


@dataclass(frozen=True, slots=True)
class SignalRow:
    what: Markdown
    heeded: str
    decision: str


@dataclass(frozen=True, slots=True)
class MitigationRow:
    what: Markdown
    diff: Markdown  # the lines that went and came, as a block of code
    withheld: bool  # there is a diff, and these readers may not read it


# -- what happened -------------------------------------------------------------------------------


def timeline_rows(found: Timeline, named: Named) -> tuple[TimelineRow, ...]:
    return tuple(
        TimelineRow(
            say.moment(entry.event.at) + (" †" if _is_uncertain(entry) else ""),
            say.in_utc(entry.event.at).removesuffix(" UTC"),
            _told(entry, named),
        )
        for entry in found.entries
    )


def _is_uncertain(entry: Entry) -> bool:
    return entry.order_uncertain and entry.retraction is None


def _told(entry: Entry, named: Named) -> Markdown:
    event = entry.event
    release = _in_release(event.release, named)
    remarks = [*_remarks(entry), *(_signed(event) if named.signed else ())]
    return chain(
        (
            "" if named.tells(event) else INSIDE,
            fill("**{}.**", say.EVENTS[event.kind]),
            named.sourced(event.text, event.source),
            release,
            fill("*{}*", "; ".join(remarks)) if remarks else "",
        ),
        _SPACE,
    )


def _remarks(entry: Entry) -> Iterator[str]:
    if entry.event.share is not None:
        yield f"{wording.percent(entry.event.share)} of traffic"
    if entry.retraction:
        yield f"retracted: {entry.retraction.text or 'no reason was given'}"
    if entry.corrections:
        yield "corrected since; see below"


def _signed(event: Event) -> Iterator[str]:
    if event.attachments:
        yield f"attached: {', '.join(event.attachments)}"
    if event.by:
        yield f"logged by {event.by}"


def corrections(found: Timeline, named: Named) -> tuple[Markdown, ...]:
    """What an event said before it was corrected, and why."""
    return tuple(
        fill(
            "{}**{}**, {}. {}",
            "" if named.tells(one) else fill("{} ", INSIDE),
            wording.day(one.recorded_at.isoformat()),
            say.EVENTS[entry.event.kind].lower(),
            named.sourced(one.text or "Corrected.", one.source),
        )
        for entry in found.entries
        for one in entry.corrections
    )


# -- why -----------------------------------------------------------------------------------------


def contributing_rows(changes: Iterable[Contributing], named: Named) -> tuple[ContributingRow, ...]:
    return tuple(
        ContributingRow(
            named.marked(
                chain((one.what, _in_release(one.release, named)), _SPACE), one.visibility
            ),
            say.spoken(one.verdict.value),
            one.confidence.value,
            named.sourced(one.basis, one.source),
        )
        for one in changes
    )


def _in_release(tag: str | None, named: Named) -> Markdown | str:
    return fill("({})", named.release(tag)) if tag else ""


def blind_spot_rows(spots: Iterable[BlindSpot], named: Named) -> tuple[tuple[str, Markdown], ...]:
    return tuple(
        (say.GATES[one.gate], named.marked(named.sourced(one.what, one.source), one.visibility))
        for one in spots
    )


def signal_rows(signals: Iterable[PriorSignal], named: Named) -> tuple[SignalRow, ...]:
    return tuple(
        SignalRow(
            named.marked(
                chain((_lead(one), named.sourced(one.what, one.source)), Markdown(": ")),
                one.visibility,
            ),
            say.HEEDED[one.heeded],
            one.decision or "",
        )
        for one in signals
    )


def _lead(one: PriorSignal) -> str:
    return ", ".join(filter(None, (one.role, one.when)))


# -- what was done -------------------------------------------------------------------------------


def mitigation_rows(events: Iterable[Event], named: Named) -> tuple[MitigationRow, ...]:
    return tuple(
        _mitigation(event, event.mitigation or Mitigation(), named)
        for event in events
        if event.kind is EventKind.MITIGATION_APPLIED
    )


def _mitigation(event: Event, done: Mitigation, named: Named) -> MitigationRow:
    kind = say.MITIGATIONS[done.kind].capitalize()
    lasting = "temporary" if done.temporary else "to stay"
    parts = (
        "" if named.tells(event) else INSIDE,
        fill("**{}**, {}, {}.", kind, say.moment(event.at), lasting),
        named.sourced(event.text, event.source),
        fill("Commit {}.", markdown.code(done.commit[:12])) if done.commit else "",
    )
    lines = [*(f"- {one}" for one in done.removed), *(f"+ {one}" for one in done.added)]
    diff = markdown.fence("\n".join(lines), "diff") if lines else Markdown("")
    return MitigationRow(chain(parts, _SPACE), diff, bool(done.commit) and not lines)


def rollback_words(head: Head, events: Sequence[Event], named: Named) -> tuple[Markdown, ...]:
    """To which release, whether that is proved, what went with it; nothing where none was done."""
    begun = [event for event in events if event.kind is EventKind.ROLLBACK_STARTED]
    ended = [event for event in events if event.kind is EventKind.ROLLBACK_COMPLETED]
    if not begun and not ended:
        return ()
    return tuple(part for part in _rollback(head, begun, ended, named) if part)


def _rollback(
    head: Head, begun: Sequence[Event], ended: Sequence[Event], named: Named
) -> Iterator[Markdown]:
    details = [event.rollback for event in (*begun, *ended) if event.rollback]
    target = head.releases.rolled_back_to or (details[0].to if details else None)
    if target:
        yield fill("Users got {} back.", named.release(target))
    else:
        yield Markdown("Which release users got back is not recorded.")
    if begun:
        yield fill("It began on {}.", say.moment(begun[0].at))
    if ended:
        yield fill("It was complete on {}.", say.moment(ended[-1].at))
    if any(one.proved for one in details):
        yield Markdown("What is live was proved equal to it.")
    elif details and (differs := details[-1].differs):
        yield fill("What is live is not equal to it: {}.", "; ".join(differs))
    lost = head.releases.lost or tuple(thing for one in details for thing in one.lost)
    if lost:
        yield fill("Lost with it: {}.", "; ".join(one.removesuffix(".") for one in lost))
