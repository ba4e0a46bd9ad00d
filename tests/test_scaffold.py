"""`relnotes init` gives a repository that works at once, and never touches what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from gitkit import GitRepo

from relnotes import config, scaffold, yamlfile
from relnotes.errors import RelnotesError
from relnotes.evals.readers import read_eval
from relnotes.lines import new_fold, walk
from relnotes.release.written.bundle import Amendment, Behaviours, Bundle, Limitation
from relnotes.release.written.parsing import read_fragment
from relnotes.settings import Settings
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_new_folder_gets_every_file_and_an_empty_place_for_the_others(tmp_path: Path) -> None:
    result = scaffold.write(tmp_path / "new")

    assert result.kept == ()
    assert set(result.written) == files_below(tmp_path / "new").keys()
    assert {"relnotes.toml", ".gitignore", "bundle/bundle.yaml", "site/about.md"} <= set(
        result.written
    )
    assert all((tmp_path / "new" / name).is_dir() for name in scaffold.EMPTY_FOLDERS)


def test_what_is_there_is_kept_and_named(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/bundle.yaml").write_text("model: {name: Mine}\n")
    (tmp_path / ".gitignore").symlink_to("nowhere")

    result = scaffold.write(tmp_path)

    assert result.kept == (".gitignore", "bundle/bundle.yaml")
    assert (tmp_path / "bundle/bundle.yaml").read_text() == "model: {name: Mine}\n"
    assert (tmp_path / ".gitignore").is_symlink()


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = scaffold.write(tmp_path)
    before = files_below(tmp_path)

    second = scaffold.write(tmp_path)

    assert (second.written, second.kept) == ((), first.written)
    assert files_below(tmp_path) == before


def test_a_file_where_a_folder_is_needed_stops_it_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "bundle").write_text("a file")
    (tmp_path / "site").write_text("another")

    with pytest.raises(RelnotesError) as caught:
        scaffold.write(tmp_path)

    assert [Path(one.place).name for one in caught.value.problems] == ["bundle", "site"]
    assert files_below(tmp_path).keys() == {"bundle", "site"}


def test_the_files_are_valid_as_they_are(tmp_path: Path) -> None:
    scaffold.write(tmp_path)

    assert config.load(config.find(tmp_path)) == Settings.model_validate(
        {"project": {"name": "My model"}, "lines": [{}]}
    )
    for name, model in (("bundle.yaml", Bundle), ("behaviours.yaml", Behaviours)):
        yamlfile.read((tmp_path / "bundle" / name).read_bytes(), name, model)


def test_the_files_are_valid_with_every_comment_taken_at_its_word(tmp_path: Path) -> None:
    scaffold.write(tmp_path)
    settings = (tmp_path / "relnotes.toml").read_text()
    bundle = (tmp_path / "bundle/bundle.yaml").read_text()

    opened = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", settings)
    assert Settings.model_validate(tomllib.loads(opened.replace('since = ""', "")))
    # A commented line belongs to the YAML where it looks like YAML.
    opened = re.sub(r"(?m)^( *)# (?=(  )*(- |[a-z_]+:))", r"\1", bundle)
    assert opened.count("\n#") < bundle.count("\n#") / 3
    found = yamlfile.read(opened, "bundle.yaml", Bundle)
    assert found.none_known
    assert found.tools
    assert found.training
    assert found.rollout
    assert found.model.lifecycle.retires


def test_every_setting_is_shown(tmp_path: Path) -> None:
    scaffold.write(tmp_path)
    text = (tmp_path / "relnotes.toml").read_text()

    for name, field in Settings.model_fields.items():
        assert f"[{name}]" in text, name
        for key in getattr(field.annotation, "model_fields", {}):
            assert re.search(rf"(?m)^#? ?{key} = |^# \[\[?{name}\.{key}\b", text), f"{name}.{key}"


def test_the_examples_in_the_guide_are_valid(tmp_path: Path) -> None:
    scaffold.write(tmp_path)
    guide = (tmp_path / "RELEASING.md").read_text()
    note, limitation, results, amendment = re.findall(
        r"```(?:yaml|markdown)\n(.*?)```", guide, re.S
    )

    assert read_fragment(note.encode(), "note", "note").head.explains
    assert yamlfile.read(limitation, "limitation", Limitation).id == "KL0001"
    (measured,) = read_eval(results.encode(), "results").measurements
    assert (measured.task, measured.direction, measured.n) == ("refusals", "higher", 1200)
    assert yamlfile.read(amendment, "amendment", Amendment).release == "v1.0.0"


def test_the_guide_leads_to_a_first_release_and_to_a_rollback(tmp_path: Path) -> None:
    repository = GitRepo(tmp_path)
    scaffold.write(tmp_path)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "First release")
    repository.git("tag", "v1.0.0")
    repository.date += 86_400
    prompt = tmp_path / "bundle/prompts/system.md"
    prompt.write_text(prompt.read_text() + "\nMatch the user's mood.\n")
    (tmp_path / "bundle/notes/mood.md").write_text("Warmer.\n")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Warmer")
    repository.git("tag", "v1.1.0")
    repository.date += 86_400
    repository.git("rm", "-r", "--quiet", "bundle")
    repository.git("checkout", "v1.0.0", "--", "bundle")
    repository.git("commit", "-q", "-m", "Back to v1.0.0")
    repository.git("tag", "v1.1.1")

    workspace = open_workspace(tmp_path)
    with workspace.repository as opened:
        settings = workspace.settings()
        (line,) = settings.lines
        releases = releases_of(opened, line).known
        points = [point for _, point in walk(opened, new_fold(opened, line, settings), releases)]

    first, _, last = (point.record for point in points)
    assert {"sycophancy", "hallucination"} <= {one.behaviour for one in first.unmeasured}
    assert last.rollback is not None
    assert (last.rollback.restores, last.rollback.identical) == ("v1.0.0", True)
