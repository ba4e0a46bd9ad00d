"""Write result files and compare them, as somebody would who has two folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]


def suite(*tasks: Row, model: str = "wren", date: str = "2026-03-27") -> str:
    """A file of a team's own harness."""
    head = {"format": "relnotes-eval/1", "harness": {"name": "inhouse", "version": "3.1"}}
    return yaml.safe_dump(head | {"date": date, "model": model, "tasks": list(tasks)})


def task(
    name: str, value: float | None, *, n: int | None = 1000, metric: str = "acc", **more: Any
) -> Row:
    of_metric = {key: more.pop(key) for key in ("stderr", "direction", "unit") if key in more}
    asked = {} if n is None else {"n": n}
    return {"task": name, "metrics": [{"name": metric, "value": value} | of_metric]} | asked | more


def sides(folder: Path, old: str | bytes, new: str | bytes) -> tuple[str, str]:
    """Two files, named from inside the folder."""
    for name, content in (("old.yaml", old), ("new.yaml", new)):
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return str(folder / "old.yaml"), str(folder / "new.yaml")


def relnotes(
    *arguments: str, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    path = {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-m", "relnotes", *arguments],
        cwd=folder,
        env=os.environ | path | variables,
        capture_output=True,
        text=True,
        check=False,
    )
