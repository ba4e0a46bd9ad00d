"""One entry of an incident's log, as it lies in a file of its own; never edited afterwards."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from relnotes.incident.moment import Moment, Stamp
from relnotes.incident.vocabulary import EventKind, MitigationKind, Outcome, Visibility
from relnotes.yamlfile import Flag, Number, Text, Written

EVENT_SCHEMA: Literal["relnotes.event/1"] = "relnotes.event/1"
AMENDING = frozenset({EventKind.CORRECTION, EventKind.RETRACTION})


class Mitigation(Written):
    """What was changed to soften the behaviour, with git as the witness.

    Lines and diff are kept to the byte, white space at their ends included.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    kind: MitigationKind = MitigationKind.SYSTEM_PROMPT
    temporary: Flag = True
    prompt: Text | None = None  # path in the repository
    commit: Annotated[Text | None, Field(pattern=r"^[0-9a-f]{40,64}$")] = None  # None: not yet
    old_commit: Annotated[Text | None, Field(pattern=r"^[0-9a-f]{40,64}$")] = None
    removed: tuple[str, ...] = ()  # lines; the relapse check watches them
    added: tuple[str, ...] = ()
    diff: str | None = None  # unified, as git gives it
    publish_diff: Flag = False  # a public event alone does not publish prompt text
    relapse_check: Flag = True


class Rollback(Written):
    """Which release was restored, and whether what is live was proved equal to it."""

    to: Text  # tag
    withdraws: tuple[Text, ...] = ()
    tree: Text | None = None  # of the target's bundle
    proved: Flag | None = None  # None while it is running
    differs: tuple[str, ...] = ()  # in words, from the target
    lost: tuple[str, ...] = ()  # good things that go with the withdrawn release


class Restated(Written):
    """What a correction now says of its event. Only keys that are written replace anything;
    a key written without a value says that it is not known after all.
    """

    kind: EventKind | None = None
    at: Moment | None = None
    by: Text | None = None
    text: Text | None = None
    source: Text | None = None
    visibility: Visibility | None = None
    release: Text | None = None
    share: Annotated[Number | None, Field(ge=0, le=1)] = None
    outcome: Outcome | None = None
    duplicate_of: Text | None = None
    attachments: tuple[Text, ...] | None = None
    publish_attachments: Flag = False
    mitigation: Mitigation | None = None
    rollback: Rollback | None = None

    # A return type would replace the published schema by that of any mapping.
    @model_serializer(mode="wrap")
    def _stated_only(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        """What is stated, and all of it: also what happens to be a default."""
        told = handler(self)
        return {key: told.get(key, getattr(self, key)) for key in sorted(self.model_fields_set)}

    @model_validator(mode="after")
    def _never_amending(self) -> Self:
        if self.kind in AMENDING:
            raise ValueError("an event cannot become a correction or a retraction afterwards")
        for key in ("kind", "at", "visibility", "attachments"):
            if key in self.model_fields_set and getattr(self, key) is None:
                raise ValueError(f"{key} needs a value; leave the key out to keep what was said")
        return self


class Event(Written):
    """`id` is a ULID, so that files sort by when they were recorded, whoever wrote them."""

    schema_: Annotated[Literal["relnotes.event/1"], Field(alias="schema")] = EVENT_SCHEMA
    id: Annotated[Text, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    kind: EventKind
    at: Moment
    recorded_at: Stamp
    by: Text | None = None
    text: Text | None = None
    source: Text | None = None  # a link, or where the words come from
    visibility: Visibility = Visibility.INTERNAL
    release: Text | None = None  # tag, where the event is about one
    share: Annotated[
        Number | None, Field(ge=0, le=1, description="Share of traffic from this event on.")
    ] = None
    corrects: Text | None = None  # id of the event that a correction or retraction is about
    restates: Restated | None = None  # of a correction; its own `at` and `text`: when and why
    outcome: Outcome | None = None  # of `closed`
    duplicate_of: Text | None = None
    attachments: tuple[Text, ...] = ()  # file names below attachments/
    publish_attachments: Flag = False  # a public event alone does not publish them
    mitigation: Mitigation | None = None
    rollback: Rollback | None = None
    assumptions: tuple[Text, ...] = ()  # "zone assumed: the source names none"

    @model_validator(mode="after")
    def _amends(self) -> Self:
        if (self.kind in AMENDING) != (self.corrects is not None):
            raise ValueError("corrects is the id that a correction or a retraction is about")
        if (self.kind is EventKind.CORRECTION) != (self.restates is not None):
            raise ValueError("restates is what a correction, and nothing else, says instead")
        return self
