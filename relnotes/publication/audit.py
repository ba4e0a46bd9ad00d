"""The page of the audit over all lines, and its data."""

from __future__ import annotations

from collections.abc import Iterator

from relnotes.publication.edition import Edition
from relnotes.publish.checks.audit_page import audit_page
from relnotes.publish.checks.audit_text import audit_json
from relnotes.publish.sitemap import AUDIT
from relnotes.release.review.auditing import audit, promises_broken
from relnotes.release.review.check_report import Audited

_DATA = "audit.json"


def publish_audit(edition: Edition) -> None:
    site = edition.site
    releases = list(_audited(edition))
    if not releases:
        return
    report = audit(releases, site.settings.check.as_rules())
    if not edition.keeps((AUDIT, _DATA), report):
        edition.put(AUDIT, audit_page(site.templates, report, site.map))
        edition.put(_DATA, audit_json(report))


def _audited(edition: Edition) -> Iterator[Audited]:
    for state in edition.states.values():
        for one in state.summaries:
            yield Audited(
                line=one.line,
                release=one.tag,
                title=one.title,
                date=one.date,
                kind=one.kind,
                obstacles=one.obstacles,
                broken=promises_broken(one.obstacles),
            )
