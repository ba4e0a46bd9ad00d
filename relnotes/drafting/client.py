"""Ask a model over the network; the only module that knows openai, and imports it when asked.

Any server that speaks the chat-completions format will do. The key is sent in its header, and is
in no message, whatever a server echoes. Beside the question a server gets the headers that stand
here, whatever the library would add of the account and the machine; redirects are not followed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from relnotes import __version__
from relnotes.drafting.heard import SHOWN, Heard
from relnotes.drafting.loop import Answer
from relnotes.drafting.pieces import Message
from relnotes.errors import RelnotesError, fail

if TYPE_CHECKING:
    import openai

LONGEST_ANSWER = 200_000  # characters
LONGEST_DOCUMENT = 10 * LONGEST_ANSWER  # bytes of JSON around one
PATIENCE = 10  # times the time-out: how long a whole answer may take that never pauses
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0

_SECRETS = re.compile(r"(?i)\b(?:bearer\s+\S+|sk-[\w*.-]{4,})|(?<=://)[^/\s@]+@")
_SENT = ("Host", "Accept", "Accept-Encoding", "Connection", "Content-Type", "Content-Length")
_NO_KEY = "none"  # a local server asks for none, and the library for something


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask, and how patiently."""

    model: str
    base_url: str
    key: str | None
    timeout_s: float
    retries: int
    account: Mapping[str, str] = field(default_factory=dict)
    """Headers that say whose account pays; only where its owner sent them."""


class Client:
    """An open connection to a server; close it, or use `with`."""

    def __init__(self, server: Server, progress: Callable[[int], None] = lambda _: None) -> None:
        import openai

        self._openai = openai
        self._server = server
        self._progress = progress
        self._plain = False  # the server knows no structured output
        self._document: bytes | None = None  # the answer of one that knows no streams
        self._client = openai.OpenAI(
            api_key=server.key or _NO_KEY,
            base_url=server.base_url,
            timeout=server.timeout_s,
            max_retries=server.retries,
            http_client=openai.DefaultHttpxClient(
                follow_redirects=False,
                event_hooks={"request": [self._say_no_more], "response": [self._read_document]},
            ),
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

    def _say_no_more(self, request: Any) -> None:
        """The library tells a server about the machine, and what OPENAI_* variables hold."""
        kept = {name: request.headers[name] for name in _SENT if name in request.headers}
        key = self._server.key or _NO_KEY
        own = {"User-Agent": f"relnotes/{__version__}", "Authorization": f"Bearer {key}"}
        request.headers.clear()
        request.headers.update({**kept, **own, **self._server.account})

    def _read_document(self, response: Any) -> None:
        """Here, where a line that breaks is tried again by the library."""
        self._document = None
        kind = response.headers.get("Content-Type", "")
        if response.is_success and kind.partition(";")[0].strip() == "application/json":
            self._document = b""
            for piece in response.iter_bytes():
                self._document += piece
                if len(self._document) > LONGEST_DOCUMENT:
                    break

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
        library, heard = self._openai, Heard()
        options: dict[str, Any] = {"messages": list(messages), **self._options(schema)}
        stream: openai.Stream[Any] = self._client.chat.completions.create(
            model=self._server.model, stream=True, **options
        )
        end = time.monotonic() + PATIENCE * self._server.timeout_s
        try:
            with stream:
                if self._document is not None:
                    heard.take_whole(self._document)
                    return heard.answer()
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
        return heard.answer()

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
        if isinstance(error, library.APIStatusError) and error.response.is_redirect:
            elsewhere = self._short(error.response.headers["Location"])
            return self._said(f"it sends on to {elsewhere}", "name that address, if it is right")
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


def redacted(text: str, key: str | None) -> str:
    """Without the key, and without whatever else looks like one."""
    if key and key != _NO_KEY:
        text = text.replace(key, "[key]")
    return _SECRETS.sub("[key]", text)
