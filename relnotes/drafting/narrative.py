"""Put drafted prose where a postmortem still asks for it; its question stays, and so blocks. Pure.

A postmortem cannot be reviewed as long as a question stands in it: whoever takes the question out
has read the draft below it. Its approval is that of the postmortem, bound to the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from relnotes.drafting.files import Origin
from relnotes.incident.postmortem.document import Postmortem
from relnotes.incident.postmortem.passages import Kind, Passage
from relnotes.release.written.bundle import Audience

SECTIONS = ("Summary", "What happened")

_HEADING = re.compile(r"(?m)^##[ ]+(.+?)[ ]*$")


def asked(postmortem: Postmortem) -> tuple[str, ...]:
    """Sections that nobody has written yet: a question stands in them."""
    return tuple(
        heading
        for heading, one in _by_heading(postmortem)
        if one.kind is Kind.ASK and heading in SECTIONS
    )


def with_prose(postmortem: Postmortem, prose: Mapping[str, str], origin: Origin) -> str:
    """The text with a draft below each of these sections' questions; the rest byte for byte."""
    left = dict(prose)
    body = tuple(
        replace(one, raw=_drafted(left.pop(heading), origin))
        if one.kind is Kind.ASK and heading in left
        else one
        for heading, one in _by_heading(postmortem)
    )
    return replace(postmortem, body=body).text


def _by_heading(postmortem: Postmortem) -> Iterator[tuple[str, Passage]]:
    heading = ""
    for one in postmortem.body:
        if one.kind is Kind.PROSE:
            heading = next(reversed(_HEADING.findall(one.raw)), heading)
        yield heading, one


def _drafted(prose: str, origin: Origin) -> str:
    question = (
        f"<!-- relnotes:ask Drafted by {_name(origin.model)} on {origin.made} from the record:"
        " read it, correct it, then take this question out. -->"
    )
    if origin.audience is Audience.INTERNAL:
        prose = f"<!-- relnotes:internal -->\n{prose}\n<!-- /relnotes:internal -->"
    return f"{question}\n\n{prose}"


def _name(model: str) -> str:
    """A name that cannot end the comment it stands in."""
    return re.sub(r"[^\w./:@ -]|--", "", model)
