"""A page is the same wherever it is made."""

from __future__ import annotations

import pickle
import pickletools
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import records

from relnotes.beside import MANY, Beside
from relnotes.errors import RelnotesError
from relnotes.publication import map_of, record_json
from relnotes.publish.jobs import ReleasePages
from relnotes.publish.press import Press
from relnotes.publish.templates import Templates
from relnotes.publish.writing import Writer
from relnotes.settings import Settings


def printed(overrides, expected, count=40):
    """Pages of the same record under many names, as one press gives them."""
    with TemporaryDirectory() as folder:
        writer = Writer(Path(folder) / "site", Path(folder) / "staging", {})
        printed_into(writer, overrides, expected, count)
        return {path: writer.read(path) for path in writer.wanted}


def printed_into(writer, overrides, expected, count):
    with closing(Beside()) as beside:
        beside.expect(expected)
        press = Press(Templates(overrides), overrides, records.a_site(), writer, beside)
        for number in range(count):
            page, record = f"releases/wren/v{number}", records.UPDATE
            encoded = record_json(record)
            later = records.UPDATE_LATER
            press.take(ReleasePages(page + ".md", page + ".json", record, encoded, later))
        press.finish()


def test_a_second_process_gives_the_same_pages(tmp_path):
    assert printed(tmp_path, MANY) == printed(tmp_path, 1)
    assert len(printed(tmp_path, 1)) == 80


def test_the_site_map_takes_nothing_of_publication_along_to_the_second_process():
    sent = pickletools.genops(pickle.dumps(map_of(Settings(), ())))

    named = {text for _, text, _ in sent if str(text).startswith("relnotes.")}
    assert named == {"relnotes.publish.sitemap"}


def test_an_error_in_the_second_process_says_file_and_line(tmp_path):
    (tmp_path / "release.md.j2").write_text("fine\n{{ nonsense }}\n")

    with pytest.raises(RelnotesError, match=r"release\.md\.j2:2") as caught:
        printed(tmp_path, MANY)

    assert caught.value.exit_code == 2
