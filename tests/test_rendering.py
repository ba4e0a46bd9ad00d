"""A page is the same wherever it is rendered."""

from __future__ import annotations

import pytest
import records

from relnotes.errors import RelnotesError
from relnotes.publication import record_json
from relnotes.publish.rendering import MANY, Renderer
from relnotes.publish.templates import Templates


def rendered(overrides, expected, count=40):
    """Pages of the same record under many names, as one renderer gives them."""
    record, site = records.UPDATE, records.a_site()
    encoded, found = record_json(record), []
    with Renderer(Templates(overrides), overrides, site, expected) as renderer:
        for number in range(count):
            page = f"releases/wren/v{number}.md"
            found += renderer.take(record, encoded, records.UPDATE_LATER, page)
        found += renderer.rest()
    return found


def test_a_second_process_gives_the_same_pages_in_the_same_order(tmp_path):
    assert rendered(tmp_path, MANY) == rendered(tmp_path, 1)


def test_an_error_in_the_second_process_says_file_and_line(tmp_path):
    (tmp_path / "release.md.j2").write_text("fine\n{{ nonsense }}\n")

    with pytest.raises(RelnotesError, match=r"release\.md\.j2:2") as caught:
        rendered(tmp_path, MANY)

    assert caught.value.exit_code == 2
