"""Drafts as input files: their text, their mark, and the approval that a person adds. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from relnotes.drafting.fact import Fact
from relnotes.drafting.loop import Drafted
from relnotes.drafting.verify import Sentence, names_fact
from relnotes.release.written.bundle import Audience
from relnotes.release.written.draft_mark import Approved, words_digest
from relnotes.release.written.translations import Translation

_APPROVED = re.compile(r"(?m)^  approved: .*\n")
_DRAFT = re.compile(r"(?m)^draft:[ \t]*\n")
_NUMBERED = re.compile(r"([A-Za-z]+?)(\d+)")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """What every mark of one run says."""

    model: str
    made: str  # ISO day
    audience: Audience


def text_of(sentences: Iterable[Sentence]) -> str:
    """One sentence a line: easy to edit, and to read in a diff."""
    return "\n".join(one.text for one in sentences)


def summary_note(
    drafted: Drafted,
    sentences: Sequence[Sentence],
    facts: Sequence[Fact],
    origin: Origin,
    readers: str | None,
) -> str:
    """`notes/summary.md`, or that for some readers."""
    text = text_of(sentences)
    head: dict[str, Any] = {"kind": "summary"}
    if readers:
        head["readers"] = readers
    if origin.audience is Audience.INTERNAL:
        head["audience"] = "internal"
    head["draft"] = mark(text, cited(sentences, facts), drafted, origin)
    return f"---\n{dumped(head)}---\n{text}\n"


def limitation(
    drafted: Drafted,
    sentences: Sequence[Sentence],
    facts: Sequence[Fact],
    origin: Origin,
    identity: str,
    covers: str,
    behaviour: str | None,
) -> str:
    """`limitations/KL0009.yaml`: better words for a limitation that a program found."""
    text = text_of(sentences)
    value: dict[str, Any] = {"id": identity, "text": text, "covers": [covers]}
    if behaviour:
        value["behaviour"] = behaviour
    if origin.audience is Audience.INTERNAL:
        value["audience"] = "internal"
    return dumped({**value, "draft": mark(text, cited(sentences, facts), drafted, origin)})


def amendment(
    drafted: Drafted,
    sentences: Sequence[Sentence],
    facts: Sequence[Fact],
    origin: Origin,
    release: str,
) -> str:
    """`amendments/….yaml`: a summary for a release that is out."""
    summary = " ".join(one.text for one in sentences)
    value: dict[str, Any] = {
        "release": release,
        "on": origin.made,
        "text": "The summary was written after the release.",
        "summary": summary,
    }
    if origin.audience is Audience.INTERNAL:
        value["audience"] = "internal"
    return dumped({**value, "draft": mark(summary, cited(sentences, facts), drafted, origin)})


def translation(
    drafted: Drafted,
    origin: Origin,
    release: str,
    language: str,
    texts: Mapping[str, Mapping[str, str]],
) -> str:
    """`translations/de/….yaml`; what failed is not in it, and stays in the original language."""
    value = {"release": release, "language": language, "texts": dict(texts)}
    words = Translation.model_validate(value).words
    head = {"release": release, "language": language, "draft": mark(words, [], drafted, origin)}
    return dumped({**head, "texts": dict(texts)})


def mark(text: str, keys: Sequence[str], drafted: Drafted, origin: Origin) -> dict[str, Any]:
    """`draft:` as it stands in a file."""
    value: dict[str, Any] = {
        "model": origin.model,
        "made": origin.made,
        "facts": _Flow(keys),
        "words": words_digest(text),
    }
    dropped = [{"sentence": one.text, "why": list(one.why)} for one in drafted.dropped if one.text]
    return {**value, "dropped": dropped} if dropped else value


def cited(sentences: Iterable[Sentence], facts: Sequence[Fact]) -> list[str]:
    """Keys of the facts that the sentences rest on; of one that does not last, its results."""
    ids = {id_ for one in sentences for id_ in one.cites}
    behind = {
        key
        for fact in facts
        if fact.id in ids
        for key in ([fact.key] if fact.lasting else _results_behind(fact, facts))
    }
    return [fact.key for fact in facts if fact.key in behind]


def _results_behind(fact: Fact, facts: Iterable[Fact]) -> Iterator[str]:
    """A limitation that a program found follows from the results that it names."""
    return (one.key for one in facts if one.measured and names_fact(fact.text, one))


def approved(text: str, by: Approved) -> str:
    """The text of a file with the approval in its mark; nothing else in it changes."""
    value = {"by": by.by, "on": by.on.isoformat(), "words": by.words}
    despite = {"despite": list(by.despite)} if by.despite else {}
    line = f"  approved: {json.dumps({**value, **despite}, ensure_ascii=False)}\n"
    return _DRAFT.sub(lambda found: found[0] + line, _APPROVED.sub("", text, count=1), count=1)


def next_identity(known: Iterable[str]) -> str:
    """The identifier after the last one, numbered as the others are: KL0035 after KL0034."""
    found = [match.groups() for name in known if (match := _NUMBERED.fullmatch(name))]
    prefixes = [prefix for prefix, digits in found if not _is_derived(prefix, digits)]
    if not prefixes:
        return "KL0001"
    prefix = max(sorted(set(prefixes)), key=prefixes.count)
    numbers = [digits for other, digits in found if other == prefix]
    last = max(numbers, key=int)
    return f"{prefix}{int(last) + 1:0{len(last)}d}"


def _is_derived(prefix: str, digits: str) -> bool:
    return prefix == "D" and len(digits) == 8


def slug(text: str) -> str:
    return _SLUG.sub("-", text.casefold()).strip("-") or "readers"


def dumped(value: Mapping[str, Any]) -> str:
    """YAML for people: keys in their order, long texts as blocks, lists of keys in a line."""
    return yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**16)


class _Flow(list[str]):
    """A list that is written in one line."""


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _flow(dumper: yaml.SafeDumper, items: _Flow) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Flow, _flow)
