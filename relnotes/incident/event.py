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

from relnotes.incident.times.moment import Moment, Stamp
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
    prompt: Annotated[Text | None, Field(description="Path in the repository.")] = None
    commit: Annotated[Text | None, Field(pattern=r"^[0-9a-f]{40,64}$")] = None  # None: not yet
    old_commit: Annotated[Text | None, Field(pattern=r"^[0-9a-f]{40,64}$")] = None
    removed: Annotated[
        tuple[str, ...], Field(description="Lines; the relapse check watches them.")
    ] = ()
    added: tuple[str, ...] = ()
    diff: Annotated[str | None, Field(description="Unified, as git gives it.")] = None
    publish_diff: Annotated[
        Flag, Field(description="A public event alone does not publish the text of a prompt.")
    ] = False
    relapse_check: Flag = True


class Rollback(Written):
    """Which release was restored, and whether what is live was proved equal to it."""

    to: Annotated[Text, Field(description="The tag of the release.")]
    withdraws: tuple[Text, ...] = ()
    tree: Annotated[Text | None, Field(description="The tree of the bundle that is restored.")] = (
        None
    )
    proved: Annotated[
        Flag | None, Field(description="Whether what is live equals it; absent while it runs.")
    ] = None
    differs: Annotated[tuple[str, ...], Field(description="In words, from what is restored.")] = ()
    lost: Annotated[
        tuple[str, ...], Field(description="Good things that go with the withdrawn release.")
    ] = ()


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
    source: Annotated[Text | None, Field(description="A link, or where the words come from.")] = (
        None
    )
    visibility: Visibility = Visibility.INTERNAL
    release: Annotated[Text | None, Field(description="The tag, where the event is about one.")] = (
        None
    )
    share: Annotated[
        Number | None, Field(ge=0, le=1, description="Share of traffic from this event on.")
    ] = None
    corrects: Annotated[
        Text | None,
        Field(description="Id of the event that a correction or a retraction is about."),
    ] = None
    restates: Annotated[
        Restated | None,
        Field(description="Of a correction; its own time and text say when and why."),
    ] = None
    outcome: Annotated[
        Outcome | None, Field(description="Of a closing: that it was no incident.")
    ] = None
    duplicate_of: Text | None = None
    attachments: Annotated[
        tuple[Text, ...], Field(description="Names of files below attachments/.")
    ] = ()
    publish_attachments: Annotated[
        Flag, Field(description="A public event alone does not publish them.")
    ] = False
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
