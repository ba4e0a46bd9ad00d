"""Owned files only, changed files only, all or nothing."""

from __future__ import annotations

import pytest

from relnotes.errors import RelnotesError
from relnotes.freshness import files_in
from relnotes.publish.writing import MANIFEST, Writer, read_manifest


def write(folder, files, known=None, releases=None):
    writer = Writer(folder, folder.parent / "staging", known or {})
    for path, content in files.items():
        writer.put(path, content)
    return writer.commit(releases or {}), writer.stamps


def test_files_are_written_and_listed_as_owned(tmp_path):
    site = tmp_path / "site"

    written, _ = write(site, {"releases/a.md": "A", "index.md": "I"}, releases={"v1": "abc"})

    assert written.changed == ("index.md", "releases/a.md")
    assert (site / "releases" / "a.md").read_text() == "A"
    assert read_manifest(site).files == {"releases/a.md", "index.md"}
    assert read_manifest(site).releases == {"v1": "abc"}


def test_a_second_time_nothing_is_touched(tmp_path):
    site = tmp_path / "site"
    _, stamps = write(site, {"a.md": "A", "b.md": "B"})
    before = {path: path.stat().st_mtime_ns for path in site.iterdir()}

    for known in (stamps, {}):
        written, _ = write(site, {"a.md": "A", "b.md": "B"}, known)
        assert (written.changed, written.removed, written.kept) == ((), (), 2)
    assert {path: path.stat().st_mtime_ns for path in site.iterdir()} == before


def test_only_what_changed_is_written(tmp_path):
    site = tmp_path / "site"
    _, stamps = write(site, {"a.md": "A", "b.md": "B"})

    written, _ = write(site, {"a.md": "A", "b.md": "BB"}, stamps)

    assert written.changed == ("b.md",)


def test_what_a_writer_says_it_left_is_what_a_new_look_finds(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "about.md").write_text("ours")
    (site / ".#about.md").symlink_to("somebody@nowhere.1234")  # an editor has it open
    _, stamps = write(site, {"releases/a.md": "A", "b.md": "B", "c.md": "C"})

    writer = Writer(site, tmp_path / "staging", stamps)
    writer.keep("b.md")
    writer.put("releases/a.md", "AA")
    writer.put("releases/d.md", "D")
    writer.commit({"v1": "abc"})

    assert writer.foreign_pages() == ["about.md"]
    assert writer.seen() == files_in(site)


def test_the_last_word_on_a_path_counts(tmp_path):
    writer = Writer(tmp_path / "site", tmp_path / "staging", {})
    for path, content in [("a.md", "A"), ("b.md", "B"), ("a.md", "AA"), ("c.md", "C")]:
        writer.put(path, content)

    writer.commit({})

    found = {path.name: path.read_text() for path in (tmp_path / "site").glob("*.md")}
    assert found == {"a.md": "AA", "b.md": "B", "c.md": "C"}


def test_an_orphan_and_its_empty_folder_are_removed(tmp_path):
    site = tmp_path / "site"
    write(site, {"a/b/old.md": "A", "b.md": "B"})

    written, _ = write(site, {"b.md": "B"})

    assert written.removed == ("a/b/old.md",)
    assert sorted(path.name for path in site.iterdir()) == [MANIFEST, "b.md"]


def test_a_hand_written_file_is_never_touched_and_nothing_else_is_written(tmp_path):
    site = tmp_path / "site"
    (site / "releases").mkdir(parents=True)
    (site / "releases" / "a.md").write_text("mine")

    with pytest.raises(RelnotesError, match="written by hand"):
        write(site, {"releases/a.md": "A", "b.md": "B"})

    assert (site / "releases" / "a.md").read_text() == "mine"
    assert not (site / "b.md").exists()


def test_a_page_that_somebody_edited_is_put_right(tmp_path):
    site = tmp_path / "site"
    _, stamps = write(site, {"a.md": "A"})
    (site / "a.md").write_text("tampered")

    written, _ = write(site, {"a.md": "A"}, stamps)

    assert written.changed == ("a.md",)
    assert (site / "a.md").read_text() == "A"


@pytest.mark.parametrize("moves", range(4))
def test_a_build_that_is_killed_while_writing_is_repaired_by_the_next(tmp_path, monkeypatch, moves):
    site = tmp_path / "site"
    write(site, {"old.md": "O", "b.md": "B"})
    wanted = {"a.md": "A", "b.md": "BB", "c.md": "C"}
    left = [moves]

    class Killed(BaseException):
        pass

    real = type(tmp_path).replace

    def replace(self, target):
        if self.parent.name == "staging":
            left[0] -= 1
            if left[0] < 0:
                raise Killed
        return real(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", replace)
    try:
        write(site, wanted)
    except Killed:
        monkeypatch.undo()
        write(site, wanted)

    found = {path.name: path.read_text() for path in site.glob("*.md")}
    assert found == wanted
    assert read_manifest(site).files == set(wanted)


def test_a_broken_manifest_is_refused_with_its_place(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / MANIFEST).write_text("{")

    with pytest.raises(RelnotesError, match="cannot be read"):
        write(site, {"a.md": "A"})


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "releases").write_text("a file")

    with pytest.raises(RelnotesError, match="site/releases: a file stands where"):
        write(site, {"releases/a.md": "A"})
