"""Remember what a model answered, so that the same question is not paid for twice.

Kept with what builds remember, which git does not see; checked again whenever it is used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relnotes.drafting.loop import Answer, Ask
from relnotes.drafting.pieces import Message
from relnotes.freshness import cache_folder

_FOLDER = "drafts"


def remembered(ask: Ask, root: Path, model: str, base_url: str, *, again: bool = False) -> Ask:
    """`ask`, answered from memory where an earlier run asked the same; `again`: never."""
    folder = cache_folder(root) / _FOLDER
    of_this_run: set[Path] = set()  # whoever asks twice wants another answer

    def answer(messages: Sequence[Message], schema: dict[str, Any]) -> Answer:
        asked = json.dumps([model, base_url, list(messages), schema], sort_keys=True)
        path = folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"
        known = None if again or path in of_this_run else _read(path)
        if known is not None:
            return Answer(known)
        of_this_run.add(path)
        fresh = ask(messages, schema)
        if not fresh.trouble:
            _write(path, fresh.text)
        return fresh

    return answer


def _read(path: Path) -> str | None:
    try:
        text = json.loads(path.read_text("utf-8"))["text"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return text if isinstance(text, str) else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps({"text": text}), "utf-8")
    temporary.replace(path)
