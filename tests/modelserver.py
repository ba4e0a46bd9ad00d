"""A server that speaks the chat-completions format over HTTP, well or badly, as a test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class Requests:
    """What reached the server, byte for byte."""

    url: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    raw: bytes = b""

    def said(self, number: int) -> str:
        """All messages of a request, one after the other."""
        return "\n".join(one["content"] for one in self.bodies[number]["messages"])


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is what is tested."""


@contextmanager
def serving(*replies: Reply) -> Iterator[Requests]:
    """One reply a request, in their order; the last one again and again."""
    left = list(replies)
    requests = Requests("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            body = json.loads(data)
            requests.raw += f"{self.path}\n{self.headers}".encode() + data
            requests.bodies.append(body)
            reply = left.pop(0) if len(left) > 1 else left[0]
            try:
                reply(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    requests.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- what it says ----------------------------------------------------------------------------------


def parts(**said: list[tuple[str, list[str]]]) -> str:
    """An answer of the form that is asked for: part → sentences with what they cite."""
    return json.dumps(
        {
            "parts": [
                {"part": name, "sentences": [{"text": text, "facts": ids} for text, ids in some]}
                for name, some in said.items()
            ]
        }
    )


def facts_in(body: dict[str, Any]) -> dict[str, str]:
    """The facts of a request: id → what it says."""
    lines = body["messages"][1]["content"].splitlines()
    facts = [json.loads(line) for line in lines if line.startswith('{"id"')]
    return {one["id"]: one["says"] for one in facts}


def id_of(body: dict[str, Any], beginning: str) -> str:
    return next(id_ for id_, says in facts_in(body).items() if says.startswith(beginning))


def says(content: str | Callable[[dict[str, Any]], str], **more: Any) -> Reply:
    """A whole, well-formed answer in pieces, with the count of tokens at its end."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        text = content if isinstance(content, str) else content(body)
        _begin(handler)
        for at in range(0, len(text), 50):
            _event(handler, _delta({"content": text[at : at + 50]}))
        _event(handler, _delta({}, more.get("finish", "stop")))
        if "stream_options" in body:
            usage = {"prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280}
            _event(handler, {**_CHUNK, "choices": [], "usage": usage})
        _end(handler)

    return reply


def refuses(text: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        _begin(handler)
        _event(handler, _delta({"refusal": text}))
        _event(handler, _delta({}, "stop"))
        _end(handler)

    return reply


def breaks_off(text: str) -> Reply:
    """The line goes dead in the middle of the answer."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        _begin(handler)
        _event(handler, _delta({"content": text}))
        handler.wfile.write(b'5a\r\ndata: {"id"')
        handler.close_connection = True

    return reply


def ends_early(text: str) -> Reply:
    """A proxy closes the answer politely, and its end never came."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        _begin(handler)
        _event(handler, _delta({"content": text}))
        _end(handler, done=False)

    return reply


def garbles() -> Reply:
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        _begin(handler)
        _chunk(handler, "data: {not json\n\n")
        _end(handler)

    return reply


def hangs(seconds: float, *, after: str = "") -> Reply:
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if after:
            _begin(handler)
            _event(handler, _delta({"content": after}))
        time.sleep(seconds)
        handler.close_connection = True

    return reply


def fails(status: int, message: str = "", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        data = json.dumps({"error": {"message": message, "type": "x", "code": None}}).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return reply


def answers_whole(content: object = None, **more: Any) -> Reply:
    """A simple server: it does not look at `stream`, and answers in one document."""
    message = {"role": "assistant", "content": content, "refusal": more.get("refusal")}
    choice = {"index": 0, "message": message, "finish_reason": more.get("finish", "stop")}
    usage = more.get("usage", {"prompt_tokens": 1200, "completion_tokens": 80})
    return breaks_whole(json.dumps({"id": "1", "choices": [choice], "usage": usage}))


def breaks_whole(text: str) -> Reply:
    """One document, of whatever it is."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(text.encode())))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return reply


def sends_on(url: str) -> Reply:
    return fails(307, "moved", Location=f"{url}/chat/completions")


def echoes_key(status: int) -> Reply:
    """A careless server repeats what it was sent."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        fails(status, f"bad header {handler.headers['Authorization']}")(handler, body)

    return reply


def knows_no_schema(then: Reply) -> Reply:
    """An older server: it refuses what it does not know, and answers what it does."""

    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if "response_format" in body or "stream_options" in body:
            fails(400, "unknown field response_format")(handler, body)
        else:
            then(handler, body)

    return reply


_CHUNK = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def _delta(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {**_CHUNK, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def _begin(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()


def _event(handler: BaseHTTPRequestHandler, value: dict[str, Any]) -> None:
    _chunk(handler, f"data: {json.dumps(value)}\n\n")


def _chunk(handler: BaseHTTPRequestHandler, text: str) -> None:
    data = text.encode()
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def _end(handler: BaseHTTPRequestHandler, *, done: bool = True) -> None:
    if done:
        _chunk(handler, "data: [DONE]\n\n")
    handler.wfile.write(b"0\r\n\r\n")
