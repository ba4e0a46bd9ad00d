"""The page about the whole history: how often the promise was kept, and where it was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from relnotes.publish import wording
from relnotes.publish.checks.audit_text import share_words
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.plots.audit import audit_plot
from relnotes.publish.sitemap import AUDIT, Links, SiteMap
from relnotes.publish.templates import Templates
from relnotes.release.review.auditing import ALL
from relnotes.release.review.check_report import Audited, AuditReport
from relnotes.release.review.codes import CODES

RELEASES_SHOWN = 200  # all of them stand in audit.json


class AuditRow(msgspec.Struct, frozen=True):
    date: str
    release: Markdown
    verdict: Markdown


_PROMISE = "the promise, kept and broken"


def audit_page(templates: Templates, report: AuditReport, site: SiteMap) -> str:
    links = site.on(AUDIT)
    shown = report.releases[::-1][:RELEASES_SHOWN]
    whole = next(one for one in report.shares if one.promise == ALL)
    return templates.render(
        "audit.md.j2",
        title=f"{site.project}: {_PROMISE}" if site.is_named else _PROMISE.capitalize(),
        whole=share_words(whole),
        parts=[(one.promise, share_words(one)) for one in report.shares if one.promise != ALL],
        plot=audit_plot(report.trend),
        trend=[(one.name, f"{one.kept:,}", f"{one.of:,}") for one in report.trend],
        rows=[_row(one, links) for one in shown],
        more=len(report.releases) - len(shown),
        codes=list(_codes(shown)),
        deviations=report.deviations,
        data=links.url("audit.json"),
        links=links,
        site=site,
    )


def _row(one: Audited, links: Links) -> AuditRow:
    words = "kept" if one.kept else "; ".join(_broken(one))
    mark = '<b class="rn-tag rn-{}">{}</b>'
    kind = fill(mark, Markdown("held" if one.kept else "regressed"), "✓" if one.kept else "✗")
    verdict = chain((kind, words), Markdown(" "))
    return AuditRow(wording.day(one.date), links.release(one.line, one.release), verdict)


def _broken(one: Audited) -> Iterator[str]:
    for code, count in one.obstacles.items():
        yield CODES[code].title + (f" (×{count})" if count > 1 else "")


def _codes(rows: Iterable[Audited]) -> Iterator[tuple[str, Markdown, str]]:
    """What is held against these releases: in short, in full, and by its code."""
    found = {code for one in rows for code in one.obstacles}
    for code, one in CODES.items():
        if code in found:
            yield one.title[:1].upper() + one.title[1:], Markdown(one.meaning), code
