"""Ask a model over the network; the only module that knows openai, and imports it when asked.

Any server that speaks the chat-completions format will do. The key is sent in its header, and is
in no message, whatever a server echoes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from relnotes import __version__
from relnotes.drafting.loop import Answer
from relnotes.drafting.pieces import Message
from relnotes.drafting.usage import Usage
from relnotes.errors import RelnotesError, fail

if TYPE_CHECKING:
    import openai

LONGEST_ANSWER = 200_000  # characters
PATIENCE = 10  # times the time-out: how long a whole answer may take that never pauses
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
SHOWN = 300  # characters of what a server says

_SECRETS = re.compile(r"(?i)\b(?:bearer\s+\S+|sk-[\w*.-]{4,})|(?<=://)[^/\s@]+@")
_NO_KEY = "none"  # a local server asks for none, and the library for something


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask, and how patiently."""

    model: str
    base_url: str
    key: str | None
    timeout_s: float
    retries: int


class Client:
    """An open connection to a server; close it, or use `with`."""

    def __init__(self, server: Server, progress: Callable[[int], None] = lambda _: None) -> None:
        import openai

        self._openai = openai
        self._server = server
        self._progress = progress
        self._plain = False  # the server knows no structured output
        self._client = openai.OpenAI(
            api_key=server.key or _NO_KEY,
            base_url=server.base_url,
            timeout=server.timeout_s,
            max_retries=server.retries,
            default_headers={"User-Agent": f"relnotes/{__version__}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def ask(self, messages: Sequence[Message], schema: dict[str, Any]) -> Answer:
        """One answer; RelnotesError where the server gives none, however often it is asked."""
        library = self._openai
        try:
            return self._patiently(messages, schema)
        except (library.BadRequestError, library.UnprocessableEntityError) as error:
            if self._plain:
                raise self._failed(error) from None
            self._plain = True  # older servers know neither a schema nor the count of tokens
            return self.ask(messages, schema)
        except library.OpenAIError as error:
            raise self._failed(error) from None

    def _patiently(self, messages: Sequence[Message], schema: dict[str, Any]) -> Answer:
        """The library asks again where no answer begins; this, where one breaks off."""
        pause = FIRST_PAUSE_S
        for left in range(self._server.retries, -1, -1):
            try:
                return self._streamed(messages, schema)
            except _BrokenOffError as error:
                if not left:
                    raise self._said(str(error), "try again, or another server") from None
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        raise AssertionError("the last round returns or raises")

    def _streamed(self, messages: Sequence[Message], schema: dict[str, Any]) -> Answer:
        library, heard = self._openai, _Heard()
        options: dict[str, Any] = {"messages": list(messages), **self._options(schema)}
        stream: openai.Stream[Any] = self._client.chat.completions.create(
            model=self._server.model, stream=True, **options
        )
        end = time.monotonic() + PATIENCE * self._server.timeout_s
        try:
            with stream:
                for chunk in stream:
                    heard.take(chunk)
                    self._progress(heard.length)
                    if time.monotonic() > end or heard.length > LONGEST_ANSWER:
                        return heard.answer("the answer does not end")
        except (library.APIConnectionError, ValueError, TypeError, AttributeError) as error:
            raise _BrokenOffError(f"the answer broke off: {self._short(error)}") from None
        except library.APIError as error:
            raise _BrokenOffError(f"the server broke off: {self._short(error)}") from None
        if not heard.finish:
            raise _BrokenOffError("the answer broke off before its end")
        return heard.answer(_trouble(heard))

    def _options(self, schema: dict[str, Any]) -> dict[str, Any]:
        if self._plain:
            return {}
        named = {"name": "draft", "schema": schema, "strict": True}
        return {
            "response_format": {"type": "json_schema", "json_schema": named},
            "stream_options": {"include_usage": True},
        }

    # -- what went wrong ---------------------------------------------------------------------------

    def _failed(self, error: Exception) -> RelnotesError:
        """In words; every text of the server goes through `redacted`."""
        library, server = self._openai, self._server
        if isinstance(error, library.AuthenticationError | library.PermissionDeniedError):
            mend = "set RELNOTES_API_KEY or OPENAI_API_KEY to a key that it knows"
            return self._said(f"the server refuses the key: {self._short(error)}", mend)
        if isinstance(error, library.NotFoundError):
            what = f'it knows no model "{server.model}", or this is not its address'
            return self._said(f"{what}: {self._short(error)}", "see --model and --base-url")
        if isinstance(error, library.RateLimitError):
            what = f"it is asked too often, or the account is used up: {self._short(error)}"
            return self._said(what, "wait, or raise drafting.retries")
        if isinstance(error, library.APITimeoutError):
            what = f"no answer within {server.timeout_s:g} seconds"
            return self._said(what, "raise drafting.timeout_s, or use a smaller model")
        if isinstance(error, library.APIConnectionError):
            cause = self._short(error.__cause__ or error)
            return self._said(f"it cannot be reached: {cause}", "is it running? see --base-url")
        return self._said(f"the server failed: {self._short(error)}", "try again later")

    def _said(self, what: str, mend: str) -> RelnotesError:
        return fail(redacted(self._server.base_url, self._server.key), what, mend)

    def _short(self, error: object) -> str:
        words = " ".join(str(error).split()) or type(error).__name__
        return redacted(words, self._server.key)[:SHOWN]


class _BrokenOffError(Exception):
    """An answer that began and did not end."""


class _Heard:
    """What has come so far of an answer."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.refusal: list[str] = []
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.length = 0

    def take(self, chunk: Any) -> None:
        if chunk.usage is not None:
            self.usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices[:1]:
            self._take(self.text, choice.delta.content)
            self._take(self.refusal, getattr(choice.delta, "refusal", None))
            self.finish = choice.finish_reason or self.finish

    def _take(self, where: list[str], piece: str | None) -> None:
        if piece:
            where.append(piece)
            self.length += len(piece)

    def answer(self, trouble: str) -> Answer:
        return Answer("".join(self.text), self.usage, trouble)


def _trouble(heard: _Heard) -> str:
    """Why what was heard is no answer, though the server thinks that it ended well."""
    if heard.refusal:
        return f"the model refused: {_shortened(heard.refusal)}"
    if heard.finish == "content_filter":
        return "the server's filter held the answer back"
    if heard.finish == "length":
        return "the answer was cut off: be shorter"
    return "" if "".join(heard.text).strip() else "the answer is empty"


def _shortened(pieces: Iterable[str]) -> str:
    text = " ".join("".join(pieces).split())
    return "".join(char for char in text if char.isprintable())[:SHOWN]


def redacted(text: str, key: str | None) -> str:
    """Without the key, and without whatever else looks like one."""
    if key and key != _NO_KEY:
        text = text.replace(key, "[key]")
    return _SECRETS.sub("[key]", text)
