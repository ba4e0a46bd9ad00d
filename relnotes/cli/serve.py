"""`relnotes serve`."""

from __future__ import annotations

import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import click

from relnotes.cli import Globals


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="Seconds between looks for changes.",
)
@click.pass_obj
def serve(talk: Globals, port: int, host: str, every: float) -> None:
    """Show the built site in a browser.

    Builds first, and again whenever a tag, an amendment, a template or a page changes. A broken
    input is reported, and the last good site stays up.
    """
    from relnotes.workspace import open_workspace

    with open_workspace(Path.cwd(), talk.config).repository:
        folder = _build(talk)
    handler = partial(_Quiet, directory=str(folder))
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    Thread(target=server.serve_forever, daemon=True).start()
    talk.say(f"serving http://{host}:{server.server_port}/ (Ctrl+C ends it)")
    try:
        _rebuild_on_change(talk, every)
    finally:
        server.shutdown()


def _build(talk: Globals) -> Path:
    from relnotes import build as building
    from relnotes.cli.build import progress, report
    from relnotes.workspace import open_workspace

    workspace = open_workspace(Path.cwd(), talk.config)
    with workspace.repository:
        outcome = building.build(workspace, progress=progress(talk))
    if not outcome.html_was_fresh:
        report(talk, outcome, Path.cwd())
    assert outcome.html is not None
    return outcome.html


def _rebuild_on_change(talk: Globals, every: float) -> None:
    from relnotes.errors import RelnotesError

    reported = ""
    while True:
        time.sleep(every)
        try:
            _build(talk)
            reported = ""
        except RelnotesError as error:
            if str(error) != reported:
                reported = str(error)
                click.echo(reported, err=True)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        pass
