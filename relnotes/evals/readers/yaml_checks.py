"""Check the YAML that tools write; its keys are not ours to forbid, its values are."""

from __future__ import annotations

from typing import Any

from relnotes import yamlfile
from relnotes.evals.readers import json_text
from relnotes.evals.readers.checks import Checks, Path
from relnotes.yamlfile import Document, Plain


class YamlChecks(Checks):
    """What is found in one YAML file; positions are looked up only for problems."""

    document: Document | None = None

    def _at(self, path: Path) -> str:
        return yamlfile.locate(self.document, path) if self.document else self.place

    def entries(self, value: Any, path: Path) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a list, with their paths; anything else is a problem."""
        if not isinstance(value, list):
            self.problem(path, f"{path[-1] if path else 'this file'} should be a list")
            return []
        found = []
        for index, one in enumerate(value):
            if isinstance(one, dict):
                found.append(((*path, index), one))
            else:
                self.problem((*path, index), "an entry should be a mapping")
        return found


def loaded(data: bytes | str, place: str) -> tuple[Document, YamlChecks]:
    """The file, and what takes its problems."""
    document = yamlfile.load(data, place)
    return document, YamlChecks(b"", place, document=document)


def scalar(value: Any) -> Any:
    """A value as the JSON that it means; `.nan` and `.inf` are marked as in JSON files."""
    if not isinstance(value, Plain):
        return value
    try:
        return yamlfile.resolve(value)
    except ValueError:
        return json_text.NOT_FINITE + str(value)


def plain(value: Any) -> Any:
    """The same all the way down."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else scalar(value)


def text(value: Any) -> str | None:
    """Words as written; None for nothing, and for a list or mapping."""
    return str(value).strip() or None if isinstance(value, str) else None


def child(value: dict[str, Any], key: str) -> dict[str, Any]:
    """The mapping under a key; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}
