"""Settings: found by walking up, strict, and every problem with its line."""

from __future__ import annotations

import pytest

from relnotes.config import ConfigFile, find, load
from relnotes.errors import RelnotesError


def settings_of(tmp_path, text):
    path = tmp_path / "relnotes.toml"
    path.write_text(text)
    return load(find(tmp_path))


def problems_of(tmp_path, text):
    with pytest.raises(RelnotesError) as caught:
        settings_of(tmp_path, text)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_settings_file_everything_has_a_default(tmp_path):
    settings = load(find(tmp_path, top=tmp_path))

    assert [line.bundle for line in settings.lines] == ["bundle"]
    assert settings.evals.alpha == 0.05


@pytest.mark.parametrize("name", ["relnotes.toml", ".relnotes.toml", ".config/relnotes.toml"])
def test_the_settings_are_found_from_a_folder_below(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('[project]\nname = "Wren"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    found = find(below)

    assert found.root == tmp_path
    assert load(found).project.name == "Wren"


def test_the_settings_may_stand_in_pyproject(tmp_path):
    text = '[project]\nname = "other"\n[tool.relnotes.project]\nname = "Wren"\n'
    (tmp_path / "pyproject.toml").write_text(text)

    assert load(find(tmp_path)).project.name == "Wren"


def test_a_settings_file_that_was_named_must_exist(tmp_path):
    with pytest.raises(RelnotesError, match="there is no such settings file"):
        find(tmp_path, explicit=tmp_path / "missing.toml")


def test_every_wrong_key_is_reported_with_its_line(tmp_path):
    text = """\
[project]
nmae = "Wren"

[[lines]]
name = "wren"

[[lines]]
name = "Finch Mini"
tag = "f*"

[evals]
alpha = 2
"""
    said = "\n".join(problems_of(tmp_path, text))

    assert 'relnotes.toml:2: unknown key "nmae" (did you mean "name"?)' in said
    assert 'relnotes.toml:8: "lines.1.name"' in said
    assert 'relnotes.toml:9: unknown key "tag" (did you mean "tags"?)' in said
    assert 'relnotes.toml:12: "evals.alpha"' in said


def test_broken_toml_is_refused_with_line_and_column(tmp_path):
    assert problems_of(tmp_path, "a = \n")[0].startswith("relnotes.toml:1:5: not valid TOML")


def test_two_lines_of_one_name_are_refused(tmp_path):
    text = '[[lines]]\nname = "a"\n[[lines]]\nname = "a"\n'

    assert problems_of(tmp_path, text)[0].startswith('relnotes.toml: two lines are called "a"')


def test_a_bundle_outside_the_repository_is_refused(tmp_path):
    assert "leads out of the repository" in problems_of(tmp_path, '[[lines]]\nbundle = "../x"\n')[0]


def test_settings_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(RelnotesError, match=r"relnotes\.toml:2: this is not UTF-8 text"):
        load(ConfigFile(tmp_path, tmp_path / "relnotes.toml", b"# a\n\xff\n"))


@pytest.mark.parametrize(
    ("site", "what"),
    [
        ('output = "."', 'site.output "." holds the settings, which the site would replace'),
        ('output = ".."', 'site.output ".." holds the settings, which the site would replace'),
        ('output = "incidents"', 'site.output "incidents" holds incidents, which the site would'),
        ('output = "site"', 'site.output "site" holds site, which the site would replace'),
        ('output = "site/html"', 'site.output "site/html" lies in site'),
        ('output = "bundle/html"', 'site.output "bundle/html" lies in bundle'),
        ('docs = "."', 'site.docs "." holds the settings, which would be published as it is'),
        ('docs = "incidents"', 'site.docs "incidents" holds incidents, which would be published'),
        ('docs = "../pages"', 'site.docs "../pages" leads out of the folder of the settings'),
        ('docs = "bundle/pages"', 'site.docs "bundle/pages" lies in bundle'),
    ],
)
def test_a_site_gets_a_folder_of_its_own_and_overwrites_or_publishes_no_other(tmp_path, site, what):
    (problem,) = problems_of(tmp_path, f"[site]\n{site}\n")

    assert problem.startswith(f"relnotes.toml: {what}")


def test_a_site_may_stand_outside_the_repository(tmp_path):
    settings = settings_of(tmp_path, f'[site]\noutput = "{tmp_path.parent}/www"\n')

    assert settings.site.output.endswith("/www")


def test_what_is_out_of_bounds_or_no_address_is_said_in_words(tmp_path):
    text = """\
[project]
url = "ftp://example.org"

[[lines]]
name = "Main Line"

[evals]
alpha = 2
margin = -1

[check.approvals]
safety = -1
"""
    assert problems_of(tmp_path, text) == [
        'relnotes.toml:2: "project.url": "ftp://example.org" should begin with https://',
        'relnotes.toml:5: "lines.0.name" cannot be "Main Line"\n'
        "    it has to match ^[a-z0-9][a-z0-9-]{0,39}$",
        'relnotes.toml:8: "evals.alpha" should be less than 0.5, not 2',
        'relnotes.toml:9: "evals.margin" should be more than 0, not -1',
        'relnotes.toml:12: "check.approvals.safety" should be at least 0, not -1',
    ]
