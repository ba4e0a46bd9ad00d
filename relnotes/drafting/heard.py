"""What has come so far of a model's answer, in pieces or as one document. Pure.

A server may send anything: what is no text is no answer, and what is no count is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from relnotes.drafting.loop import Answer
from relnotes.drafting.usage import Usage

SHOWN = 300  # characters of what a server says


class Heard:
    """What has come so far of an answer."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.refusal: list[str] = []
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.length = 0

    def take(self, chunk: Any) -> None:
        """A piece of a stream; AttributeError or TypeError where it is none."""
        self._count(chunk.usage)
        for choice in chunk.choices[:1]:
            self._say(choice.delta, choice.finish_reason)

    def take_whole(self, document: bytes) -> None:
        """The one document of a server that knows no streams; ValueError, too, where it is none."""
        whole = json.loads(document, object_hook=lambda keys: SimpleNamespace(**keys))
        self._count(getattr(whole, "usage", None))
        if error := getattr(whole, "error", None):
            raise ValueError(getattr(error, "message", error))
        for choice in whole.choices[:1]:
            self._say(choice.message, getattr(choice, "finish_reason", None))

    def _count(self, usage: Any) -> None:
        sent = getattr(usage, "prompt_tokens", None)
        received = getattr(usage, "completion_tokens", None)
        if isinstance(sent, int) and isinstance(received, int):
            self.usage = Usage(sent, received)

    def _say(self, said: Any, finish: str | None) -> None:
        self._keep(self.text, getattr(said, "content", None))
        self._keep(self.refusal, getattr(said, "refusal", None))
        self.finish = finish or self.finish

    def _keep(self, where: list[str], piece: object) -> None:
        if isinstance(piece, str):
            where.append(piece)
            self.length += len(piece)

    def answer(self, trouble: str = "") -> Answer:
        return Answer("".join(self.text), self.usage, trouble or self._trouble())

    def _trouble(self) -> str:
        """Why what was heard is no answer, though the server thinks that it ended well."""
        if self.refusal and any(self.refusal):
            return f"the model refused: {_shortened(self.refusal)}"
        if self.finish == "content_filter":
            return "the server's filter held the answer back"
        if self.finish == "length":
            return "the answer was cut off: be shorter"
        return "" if "".join(self.text).strip() else "the answer is empty"


def _shortened(pieces: Iterable[str]) -> str:
    text = " ".join("".join(pieces).split())
    return "".join(char for char in text if char.isprintable())[:SHOWN]
