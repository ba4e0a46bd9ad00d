"""Draw an audit for a terminal, as Markdown or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from relnotes.publish.pen import clean, columns, padded
from relnotes.publish.wording import percent
from relnotes.release.review.auditing import ALL
from relnotes.release.review.check_report import Audited, AuditReport, Share

_GREEN, _RED, _DIM = "32", "31", "2"


def audit_json(report: AuditReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def audit_text(report: AuditReport, *, colour: bool = False) -> str:
    """The shares, then a line a release, newest last."""
    lines = [*_shares(report.shares), "", *_releases(report.releases, colour=colour)]
    if report.deviations:
        lines += ["", "the settings change what blocks:"]
        lines += [f"  {clean(one)}" for one in report.deviations]
    return "\n".join(lines) + "\n"


def share_words(one: Share) -> str:
    """ "8 of 13 (61.5 %)"."""
    return f"{one.kept:,} of {one.of:,} ({percent(round(one.kept / one.of, 3))})"


def _shares(shares: Sequence[Share]) -> Iterator[str]:
    for one in shares:
        name = "kept the whole promise" if one.promise == ALL else f"  {one.promise}"
        yield f"{name.ljust(24)}{share_words(one)}"


def _releases(releases: Sequence[Audited], *, colour: bool) -> Iterator[str]:
    names = [clean(one.release) for one in releases]
    width = max(map(columns, names), default=0)
    for one, name in zip(releases, names, strict=True):
        mark = "✓" if one.kept else "✗"
        painted = f"\x1b[{_GREEN if one.kept else _RED}m{mark}\x1b[0m" if colour else mark
        row = f"{(one.date or '')[:10]}  {painted} {padded(name, width)}  {codes_words(one)}"
        yield row.rstrip()


def codes_words(one: Audited) -> str:
    """ "APPROVAL_MISSING, SIGNAL_CONFLICT × 2"."""
    return ", ".join(
        f"{code} × {count}" if count > 1 else code for code, count in one.obstacles.items()
    )
