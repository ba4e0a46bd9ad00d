"""What every benchmark can be told."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def parser(about: str | None) -> argparse.ArgumentParser:
    """The options that all of them share."""
    made = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--cache",
        type=_folder,
        default=_default_cache(),
        help="where repositories are kept between runs; several gigabytes",
    )
    made.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    made.add_argument("--runs", type=int, help="how often each thing is measured")
    return made


def _default_cache() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return str(Path(base) / "relnotes-benchmarks")


def _folder(text: str) -> Path:
    folder = Path(text).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
