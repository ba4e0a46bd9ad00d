"""A page is the same wherever it is made."""

from __future__ import annotations

import pytest
import records

from relnotes.errors import RelnotesError
from relnotes.publication import record_json
from relnotes.publish.jobs import ReleasePage
from relnotes.publish.press import MANY, Press
from relnotes.publish.templates import Templates


def printed(overrides, expected, count=40):
    """Pages of the same record under many names, as one press gives them."""
    found = {}
    with Press(Templates(overrides), overrides, records.a_site(), found.__setitem__) as press:
        press.expect(expected)
        for number in range(count):
            path, record = f"releases/wren/v{number}.md", records.UPDATE
            press.take(ReleasePage(path, record, record_json(record), records.UPDATE_LATER))
        press.finish()
    return found


def test_a_second_process_gives_the_same_pages(tmp_path):
    assert printed(tmp_path, MANY) == printed(tmp_path, 1)
    assert len(printed(tmp_path, 1)) == 40


def test_an_error_in_the_second_process_says_file_and_line(tmp_path):
    (tmp_path / "release.md.j2").write_text("fine\n{{ nonsense }}\n")

    with pytest.raises(RelnotesError, match=r"release\.md\.j2:2") as caught:
        printed(tmp_path, MANY)

    assert caught.value.exit_code == 2
