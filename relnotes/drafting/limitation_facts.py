"""What is known to be wrong, and what nobody measured, as statements. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.drafting.claims import Claim
from relnotes.drafting.fact import NOT_CLAIMED, Fact, ended, plain
from relnotes.publish import wording
from relnotes.release.limitations.known import LedgerEntry, LedgerState, News, Origin, Unmeasured
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.record import Record


def limitation_facts(entries: tuple[LedgerEntry, ...]) -> Iterator[Fact]:
    older = [one for one in entries if one.news is News.STILL_OPEN]
    for entry in entries:
        yield _limitation(entry)
    if older:
        names = wording.joined(one.id for one in older)
        count = wording.counted(len(older), "known limitation")
        verb = "is" if len(older) == 1 else "are"
        yield Fact(
            f"{count} of earlier releases {verb} still open: {names}.",
            "the ledger of limitations",
            names=tuple(one.id for one in older),
            must=str(len(older)),
            lasting=False,
        )


def _limitation(entry: LedgerEntry) -> Fact:
    live = entry.state in LIVE
    workaround = f" What users can do: {plain(entry.workaround)}" if entry.workaround else ""
    about = f" It is about {entry.behaviour}." if entry.behaviour else ""
    needs = {Origin.UNMEASURED: Claim.UNMEASURED, Origin.INCONCLUSIVE: Claim.OPEN}
    over = Claim.SETTLED if entry.state is LedgerState.RESOLVED else None
    text = ended(plain(entry.text))
    return Fact(
        f"Known limitation {entry.id} ({entry.news}): {text}{about}{workaround}",
        entry.path or entry.id,
        names=tuple(filter(None, (entry.id, entry.behaviour))),
        grants=frozenset() if live else frozenset({Claim.SETTLED}),
        forbids=frozenset({Claim.BETTER, Claim.SETTLED, Claim.CERTAIN}) if live else frozenset(),
        needs=needs.get(entry.origin) if live else over,
        must=entry.id if live and entry.news is not News.STILL_OPEN else "",
        judged=entry.news.value,
        lasting=entry.origin is Origin.AUTHORED,
    )


def unmeasured_facts(record: Record) -> Iterator[Fact]:
    """Those of which no limitation speaks."""
    said = {one.behaviour for one in record.limitations if one.origin is Origin.UNMEASURED}
    for one in record.unmeasured:
        if one.behaviour not in said:
            yield _not_measured(one)


def _not_measured(one: Unmeasured) -> Fact:
    return Fact(
        f"Not measured: {one.behaviour}: {one.reason}. What is intended: {plain(one.principle)}",
        "behaviours.yaml",
        names=(one.behaviour,),
        forbids=NOT_CLAIMED,
        needs=Claim.UNMEASURED,
        judged="not measured",
    )
