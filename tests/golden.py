"""Compare what the program says with a file that a person has read."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str, *, update: bool) -> None:
    """`text` is what `golden/<name>` holds; with `--update-golden` it becomes that."""
    path = FOLDER / name
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), f"golden/{name} says otherwise; read the difference"
