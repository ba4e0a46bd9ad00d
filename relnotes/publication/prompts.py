"""A page a prompt with its history, and the list of all prompts."""

from __future__ import annotations

from functools import partial

import msgspec

from relnotes.publication.edition import Edition
from relnotes.publication.facts import LineFacts
from relnotes.publish import prompt_pages
from relnotes.release.record import PromptChange


class _Prompts(msgspec.Struct):
    """What is asked of a record here; the rest of it is not decoded."""

    prompts: tuple[PromptChange, ...]


def publish_prompts(edition: Edition) -> None:
    site = edition.site
    for facts in edition.facts:
        for name in facts.state.prompts:
            _put(edition, facts, name)
    prompts = {line: state.prompts for line, state in edition.states.items()}
    if not any(prompts.values()):
        return
    path = site.map.prompt_index()
    make = partial(prompt_pages.prompt_index, site.templates, prompts, site.map.on(path))
    edition.put_from(path, prompts, make)


def _put(edition: Edition, facts: LineFacts, name: str) -> None:
    site, line = edition.site, facts.line.name
    versions = facts.state.prompts[name]
    path = site.map.prompt_page(line, name)

    def change_at(tag: str, name: str) -> PromptChange | None:
        record = site.writer.read(site.map.release_record(line, tag) or "")
        found = msgspec.json.decode(record, type=_Prompts).prompts
        return next((one for one in found if one.name == name), None)

    make = partial(
        prompt_pages.prompt_page,
        *(site.templates, name, versions, change_at, facts.beside.withdrawn),
        *(line, site.map.on(path)),
    )
    edition.put_from(path, (versions, facts.withdrawn), make)
