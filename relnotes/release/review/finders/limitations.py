"""Limitations that vanished, and lists that nobody attested."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.obstacles import Obstacle
from relnotes.release.limitations.known import LedgerState, News
from relnotes.release.limitations.ledger import LIVE
from relnotes.release.record import Record


def lost_limitations(record: Record, at: str) -> Iterator[Obstacle]:
    for entry in record.limitations:
        if entry.state is LedgerState.DROPPED:
            since = "" if entry.news is News.DROPPED else " in an earlier release"
            yield Obstacle(
                "LIMITATION_DROPPED",
                f"{entry.id} was dropped{since}: its file is gone without a resolution",
                f"{at}/{entry.path}" if entry.path else "",
                "put the file back, or resolve or withdraw it",
                entry.id,
            )
    if record.none_known is None and not any(one.state in LIVE for one in record.limitations):
        yield Obstacle(
            "NONE_KNOWN_NOT_ATTESTED",
            "no limitation is open, and nobody attested that none is known",
            f"{at}/bundle.yaml",
            "write down what is known in limitations/, or set `none_known` in bundle.yaml",
        )
