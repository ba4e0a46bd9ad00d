"""Write down what a person says about a candidate: a new file, whole, never over another."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from relnotes import yamlfile
from relnotes.errors import RelnotesError, fail
from relnotes.incident_files.writing import write_new
from relnotes.incident_files.yaml_text import yaml_fields
from relnotes.release.written.review_files import Approval, Decision, Signal, Waiver
from relnotes.settings import Line
from relnotes.workspace import Workspace

Statement = Signal | Decision | Approval | Waiver

_FOLDERS: dict[type[Statement], str] = {
    Signal: "signals",
    Decision: "decisions",
    Approval: "approvals",
    Waiver: "waivers",
}
_LONGEST_SLUG = 48


def write_statement(workspace: Workspace, line: Line, statement: Statement, about: str) -> str:
    """Its path in the repository: the folder of its kind, its date, a few words.

    RelnotesError in a bare repository; a name that is taken gets a number.
    """
    root = workspace.repository.root
    if root is None:
        raise fail("", "a bare repository has no files to write to", "run this in a clone")
    folder = f"{line.bundle}/{_FOLDERS[type(statement)]}"
    text = yaml_fields(statement)
    yamlfile.read(text, folder, type(statement))  # what is written reads back
    stem = f"{statement.on.isoformat()}-{slug(about)}".rstrip("-")
    return _write(root, folder, stem, text.encode())


def slug(words: str) -> str:
    """Small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")


def _write(root: Path, folder: str, stem: str, data: bytes) -> str:
    number = 1
    while True:
        name = f"{folder}/{stem}{f'-{number}' if number > 1 else ''}.yaml"
        try:
            write_new(root / name, data)
        except RelnotesError:
            if not (root / name).exists():
                raise
            number += 1
        else:
            return name
