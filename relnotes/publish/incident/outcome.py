"""Put what follows from an incident into rows: actions, evals, accounts, lines that came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relnotes.incident.check.debt import Debt
from relnotes.incident.facts import Comeback
from relnotes.incident.record import Claim, Filed
from relnotes.incident.vocabulary import FollowUpState, FollowUpType
from relnotes.publish import markdown, wording
from relnotes.publish.incident import wording as say
from relnotes.publish.incident.rows import Named
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import fill


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    what: Markdown
    type: str
    owner: str
    due: str
    state: str
    done_when: str
    reason: str


@dataclass(frozen=True, slots=True)
class EvalRow:
    eval: str
    why: str
    state: Markdown


@dataclass(frozen=True, slots=True)
class AccountRow:
    on: str
    by: Markdown
    says: Markdown
    superseded: str  # by whose account, and when


_ORDER = {kind: at for at, kind in enumerate(FollowUpType)}


def followup_rows(filed: Iterable[Filed], named: Named) -> tuple[FollowUpRow, ...]:
    """By type; those that were declined are elsewhere."""
    kept = [one for one in filed if one.followup.state is not FollowUpState.WONT_DO]
    ordered = sorted(kept, key=lambda one: (_ORDER[one.followup.type], one.id))
    return tuple(_followup(one, named) for one in ordered)


def declined_rows(filed: Iterable[Filed], named: Named) -> tuple[FollowUpRow, ...]:
    return tuple(
        _followup(one, named) for one in filed if one.followup.state is FollowUpState.WONT_DO
    )


def _followup(filed: Filed, named: Named) -> FollowUpRow:
    one = filed.followup
    done = f"done on {wording.day(one.done_on.isoformat())}" if one.done_on else ""
    return FollowUpRow(
        named.marked(named.sourced(one.what, one.source), one.visibility),
        one.type.value,
        one.owner or "",
        wording.day(one.due.isoformat()) if one.due else "",
        done or say.spoken(one.state.value),
        one.done_when or "",
        one.reason or "",
    )


def eval_rows(debts: Iterable[Debt], named: Named) -> tuple[EvalRow, ...]:
    return tuple(
        EvalRow(
            one.eval,
            one.why or one.behaviour or "",
            fill("in {}", named.release(one.paid_in)) if one.paid_in else Markdown("not yet"),
        )
        for one in debts
    )


def account_rows(claims: Sequence[Claim], named: Named) -> tuple[AccountRow, ...]:
    """Public accounts in the order in which they were given."""
    later = {gone: one for one in claims for gone in one.supersedes}
    ordered = sorted(claims, key=lambda one: (one.on.isoformat() if one.on else "", one.id))
    return tuple(
        AccountRow(
            wording.day(one.on.isoformat()) if one.on else "",
            markdown.link(one.by, one.source)
            if one.source and one.source.startswith(("https://", "http://"))
            else markdown.inline(one.by),
            named.marked(one.says, one.visibility),
            _account_of(later[one.id]) if one.id in later else "",
        )
        for one in ordered
    )


def _account_of(claim: Claim) -> str:
    on = f" of {wording.day(claim.on.isoformat())}" if claim.on else ""
    return f"{claim.by}{on}"


def _back(one: Comeback) -> str:
    stands = "stands" if one.still else "stood"
    if one.verbatim:
        return f"the line that was taken out {stands} again"
    return f"a line {stands} that is close to the one that was taken out"


def relapse_lines(
    found: Iterable[Comeback], named: Named, *, quoted: frozenset[str]
) -> tuple[Markdown, ...]:
    """Each removed line that came back; its words only where `quoted` has the mitigation."""
    return tuple(
        fill(
            "In {} {}{}.",
            named.release(one.release),
            _back(one),
            fill(": “{}”", one.found.removesuffix(".")) if one.event in quoted else "",
        )
        for one in found
    )
