"""The history of each prompt: what changed in it, word by word, as far as its policy allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from relnotes.publish import markdown, phrases, wording
from relnotes.publish.change_view import change_anchor
from relnotes.publish.markdown import Markdown
from relnotes.publish.phrases import chain, fill
from relnotes.publish.sitemap import Links
from relnotes.publish.templates import Templates
from relnotes.release.over_time.histories import PromptVersion
from relnotes.release.record import PromptChange

DIFFS_SHOWN = 20  # older ones stand on the pages of their releases

ChangeAt = Callable[[str, str], PromptChange | None]  # tag, name → as the record of the tag has it

_POLICIES = {
    "full": "published in full",
    "diff": "changes are published, the whole text is not",
    "digest": "only its digest is published",
}


class VersionView(msgspec.Struct, frozen=True):
    anchor: str
    release: Markdown
    date: str
    words: str
    digests: Markdown
    diff: Markdown | None
    is_withdrawn: bool


class PromptHistoryView(msgspec.Struct, frozen=True):
    title: str
    file: str
    details: Markdown
    text: Markdown | None  # as it stands now
    versions: tuple[VersionView, ...]  # newest first
    older: tuple[Markdown, ...]  # a line each


def prompt_page(
    templates: Templates,
    name: str,
    versions: Sequence[PromptVersion],
    change_at: ChangeAt,
    withdrawn: frozenset[str],
    line: str,
    links: Links,
) -> str:
    """The page of one prompt; `change_at` looks the words of a version up."""
    newest = [*reversed(versions)]
    shown = [(one, change_at(one.tag, name)) for one in newest[:DIFFS_SHOWN]]
    latest = shown[0][1]
    page = PromptHistoryView(
        title=name,
        file=newest[0].file,
        details=chain(_details(newest, line, links)),
        text=markdown.fence(latest.text) if latest and latest.text else None,
        versions=tuple(_version(one, change, withdrawn, line, links) for one, change in shown),
        older=tuple(_older(one, name, line, links) for one in newest[DIFFS_SHOWN:]),
    )
    of_line = links.site.lines[line] if len(links.site.lines) > 1 else ""
    return templates.render(
        "prompt.md.j2", page=page, of_line=of_line, links=links, site=links.site
    )


def prompt_index(
    templates: Templates, prompts: Mapping[str, Mapping[str, Sequence[PromptVersion]]], links: Links
) -> str:
    """Every prompt of every line."""
    several = len(links.site.lines) > 1
    return templates.render(
        "prompt_index.md.j2",
        title=links.site.heading("prompts"),
        lines=[
            {
                "name": links.site.lines[line] if several else "",
                "prompts": [_listed(name, some, line, links) for name, some in named.items()],
            }
            for line, named in prompts.items()
        ],
        links=links,
        site=links.site,
    )


def _listed(name: str, versions: Sequence[PromptVersion], line: str, links: Links) -> Markdown:
    link = links.to(links.site.prompt_page(line, name), name)
    newest = [*reversed(versions)]
    return fill("**{}** <small>{}</small>", link, chain(_details(newest, line, links)))


def _details(newest: Sequence[PromptVersion], line: str, links: Links) -> list[Markdown | str]:
    last, first = newest[0], newest[-1]
    gone = last.new_digest is None
    return [
        fill("removed in {}", links.release(line, last.tag)) if gone else "",
        _POLICIES.get(last.publish, last.publish),
        wording.counted(len(newest), "version"),
        fill("since {}", links.release(line, first.tag)),
        "" if gone else fill("last changed in {}", links.release(line, last.tag)),
    ]


def _version(
    one: PromptVersion,
    change: PromptChange | None,
    withdrawn: frozenset[str],
    line: str,
    links: Links,
) -> VersionView:
    is_new = one.old_digest is None
    diff = change.diff if change and not is_new else None
    digests = (phrases.digest(digest) for digest in (one.old_digest, one.new_digest) if digest)
    return VersionView(
        anchor=f"at-{markdown.anchor(one.tag)}",
        release=links.release(line, one.tag),
        date=wording.day(one.date),
        words=wording.prompt_words(change) if change else "",
        digests=chain(digests, Markdown(" → ")),
        diff=markdown.word_diff_html(diff) if diff else None,
        is_withdrawn=one.tag in withdrawn,
    )


def _older(one: PromptVersion, name: str, line: str, links: Links) -> Markdown:
    link = links.release(line, one.tag, anchor=change_anchor("prompt", name))
    return chain((wording.day(one.date), link, phrases.digest(one.new_digest)))
