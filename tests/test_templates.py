"""Templates: overriding them, and what is said when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import records

from relnotes.errors import RelnotesError
from relnotes.publish import pages
from relnotes.publish.template_check import without_effect
from relnotes.publish.templates import Templates


def page(templates: Templates) -> str:
    site = records.a_site()
    links = site.on(site.releases["wren", records.NEW])
    return pages.release_page(templates, records.UPDATE, records.UPDATE_LATER, links)


def with_template(folder: Path, text: str, name: str = "release.md.j2") -> Templates:
    (folder / name).write_text(text, "utf-8")
    return Templates(folder)


def problem_of(templates: Templates) -> str:
    with pytest.raises(RelnotesError) as caught:
        page(templates)
    return str(caught.value)


def test_a_block_can_be_changed_and_the_rest_stays(tmp_path: Path) -> None:
    override = '{% extends "shipped/release.md.j2" %}{% block foot %}Ask us.{% endblock %}'
    text = page(with_template(tmp_path, override))
    assert text.endswith("Ask us.")
    assert text.startswith(page(Templates()).partition('<p class="rn-turn"')[0])


def test_an_expression_is_escaped_and_what_a_macro_gives_is_not_escaped_again(
    tmp_path: Path,
) -> None:
    templates = with_template(
        tmp_path,
        '{% macro bold(x) %}**{{ x }}**{% endmacro %}{{ bold("a|b <i>") }} '
        '{{ ["*", "c"] | join(" | ") }}{% set d %}{{ "[" }}{% endset %}{{ d }}',
    )
    plain = page(templates).replace("\\", "")
    assert plain == "**a&#124;b &lt;i&gt;** * &#124; c["


def test_an_unknown_name_is_reported_with_file_and_line(tmp_path: Path) -> None:
    said = problem_of(with_template(tmp_path, "one\n\n{{ page.titel }}"))
    assert f"{tmp_path.name}/release.md.j2:3" in said
    assert "titel" in said


def test_a_syntax_error_is_reported_with_file_and_line(tmp_path: Path) -> None:
    said = problem_of(with_template(tmp_path, "one\n{% if %}"))
    assert f"{tmp_path.name}/release.md.j2:2: template syntax" in said


def test_a_wrong_sum_in_a_template_is_the_templates_fault(tmp_path: Path) -> None:
    said = problem_of(with_template(tmp_path, "{{ 1 // 0 }}"))
    assert f"{tmp_path.name}/release.md.j2:1: ZeroDivisionError" in said


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = problem_of(with_template(tmp_path, '{% extends "shipped/relaese.md.j2" %}'))
    assert 'there is no template "shipped/relaese.md.j2"' in said


def test_a_template_that_extends_itself_is_reported(tmp_path: Path) -> None:
    said = problem_of(with_template(tmp_path, '{% extends "release.md.j2" %}'))
    assert "extends itself" in said


@pytest.mark.parametrize("text", ["{{ page.__class__ }}", "{{ links.site.lines.clear() }}"])
def test_a_template_cannot_leave_its_sandbox_or_change_what_it_is_given(
    tmp_path: Path, text: str
) -> None:
    assert f"{tmp_path.name}/release.md.j2:1" in problem_of(with_template(tmp_path, text))


# -- what has no effect ---------------------------------------------------------------------------


def remarks(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.md.j2").write_text(text, "utf-8")
    return list(without_effect(folder))


def test_a_file_that_replaces_nothing_is_remarked_upon(tmp_path: Path) -> None:
    (said,) = remarks(tmp_path, relase="Hello.")

    assert said.startswith(f"{tmp_path.name}/relase.md.j2 has no effect")
    assert 'did you mean "release.md.j2"?' in said


def test_a_block_that_the_shipped_template_lacks_is_remarked_upon(tmp_path: Path) -> None:
    text = '{% extends "shipped/release.md.j2" %}\n{% block fooot %}Ask us.{% endblock %}'

    (said,) = remarks(tmp_path, release=text)

    assert said.startswith(f'{tmp_path.name}/release.md.j2:2: the block "fooot" has no effect')
    assert 'did you mean "foot"?' in said


def test_nothing_is_remarked_upon_what_has_an_effect_or_is_wrong(tmp_path: Path) -> None:
    foot = '{% extends "shipped/release.md.j2" %}{% block foot %}{% include "us.md.j2" %}'

    said = remarks(
        tmp_path,
        release=foot + "{% block inner %}{% endblock %}{% endblock %}",
        us="Ask us.",
        front="A page of our own.{% block ours %}{% endblock %}",
        eval="{% if %}",
    )

    assert said == []
