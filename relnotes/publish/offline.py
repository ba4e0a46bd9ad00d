"""The configuration of a site that opens from a disk, beside the one for a host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHIM = "assets/iframe-worker.js"  # below `docs_dir`; the theme would ask another host for one

_CONFIG = """\
INHERIT: {base}
use_directory_urls: false
# As a mapping this adds to the plugins of the other file, if those are a mapping too.
plugins:
  search: {{}}
  offline: {{enabled: true}}
extra:
  polyfills: [{shim}]
"""


@contextmanager
def offline_config(config: Path) -> Iterator[Path]:
    """A configuration beside `config` that inherits from it; gone when the site is built."""
    beside = config.with_name(f".offline.{config.name}")
    beside.write_text(_CONFIG.format(base=json.dumps(config.name), shim=SHIM), "utf-8")
    try:
        yield beside
    finally:
        beside.unlink()
