"""A static host like those that sites are published on: below a path, with `_headers` heeded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    prefix = "/"
    policy: tuple[tuple[str, str], ...] = ()

    def do_GET(self) -> None:  # the name that http.server calls
        if not self.path.startswith(self.prefix):
            self.send_error(404)
            return
        self.path = "/" + self.path.removeprefix(self.prefix)
        super().do_GET()

    def end_headers(self) -> None:
        for name, value in self.policy:
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path, prefix: str) -> Iterator[str]:
    """The address of a site in `folder`, served below `prefix` ("/releases/")."""
    lines = (folder / "_headers").read_text("utf-8").splitlines()
    pairs = (line.strip().split(": ", 1) for line in lines if line.startswith("  "))
    policy = tuple((name, value) for name, value in pairs)
    handler = type("Handler", (_Handler,), {"prefix": prefix, "policy": policy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
