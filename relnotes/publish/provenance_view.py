"""Say where a release comes from: names, tags, commits, files, and what is not public."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from relnotes.publish import markdown, phrases, wording
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.release.over_time.dates import is_candidate
from relnotes.release.record import Provenance, Record


class Fact(msgspec.Struct, frozen=True):
    """A row of a table of facts."""

    name: str
    value: Markdown


def names(record: Record) -> Iterator[Fact]:
    model = record.model
    rows = (
        ("model", markdown.inline(model.name)),
        ("version", markdown.code(model.version) if model.version else ""),
        ("provider id", markdown.code(model.provider_id) if model.provider_id else ""),
        ("aliases", chain(map(markdown.code, model.aliases), Markdown(", "))),
        ("weights", phrases.digest(model.weights) if model.weights else ""),
        ("model released", wording.day(model.released)),
        ("deprecated", wording.day(model.deprecated)),
        ("retires", wording.day(model.retires)),
        ("use instead", markdown.inline(model.replacement) if model.replacement else ""),
    )
    for name, value in rows:
        if value:
            yield Fact(name, markdown.inline(value))


def provenance(record: Record) -> Iterator[Fact]:
    standing = _stands(record.provenance)
    words = fill("not tagged · {}", standing) if is_candidate(record) else standing
    yield Fact("this release", words)
    if record.previous:
        yield Fact("compared with", _stands(record.previous))
    elif record.old is None:
        yield Fact("compared with", markdown.inline("nothing: it is the first of its line"))


@lru_cache(maxsize=1 << 6)  # a release is told by its own page, and by the next one
def _stands(one: Provenance) -> Markdown:
    tagged = not one.tag.startswith("(")
    return chain(
        (
            fill("tag {}", markdown.code(one.tag)) if tagged else "",
            fill("commit {}", markdown.code(one.commit[:12])) if one.commit else "",
            fill("tree {} of {}", markdown.code(one.tree[:12]), markdown.code(one.bundle))
            if one.tree
            else "",
            fill("tagged {}", wording.day(one.date)) if tagged else "",
        )
    )


def withheld_words(record: Record) -> str:
    if not record.withheld:
        return ""
    parts = [f"{count:,} under {section}" for section, count in sorted(record.withheld.items())]
    total = sum(record.withheld.values())
    isare = "is" if total == 1 else "are"
    return f"{wording.counted(total, 'item')} {isare} not public: {wording.joined(parts)}."
