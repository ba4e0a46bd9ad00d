"""The mappings that the documentation shows are valid."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from relnotes.settings import Evals

PAGE = Path(__file__).parents[2] / "site" / "evals.md"


def test_every_mapping_in_the_documentation_is_valid() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown = [block for block in blocks if "evals.mapping" in block]

    mappings = [Evals.model_validate(tomllib.loads(block)["evals"]).mapping for block in shown]

    assert [len(one) for one in mappings] == [1, 1]
