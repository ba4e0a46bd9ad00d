"""The words of a release in another language, as its page on the site tells them."""

from __future__ import annotations

from relnotes.errors import RelnotesError, fail
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record
from relnotes.release.written.translations import Translation, read_translations
from relnotes.settings import Settings
from relnotes.tagged import releases_of
from relnotes.validation import did_you_mean
from relnotes.workspace import Workspace


def translated(
    workspace: Workspace, settings: Settings, record: Record, beside: Annotations, language: str
) -> str:
    """Markdown; RelnotesError where nobody translated the release, or approved it."""
    from relnotes.publication import map_of
    from relnotes.publish.language_page import language_page, language_page_path
    from relnotes.publish.templates import Templates

    lines = [releases_of(workspace.repository, line) for line in settings.lines]
    tags = [one.tag for releases in lines for one in releases.known]
    translation = _approved(workspace, tags, record.new, language)
    site = map_of(settings, lines)
    page = site.release(record.line, record.new) or f"releases/{record.line}/candidate.md"
    links = site.on(language_page_path(page, language))
    text = language_page(
        Templates(workspace.root / "templates"), record, beside, translation, links
    )
    return text.partition("\n---\n")[2].lstrip("\n")


def _approved(workspace: Workspace, tags: list[str], tag: str, language: str) -> Translation:
    kept = read_translations(workspace.translations(), tags)
    found = {one.translation.language: one for one in kept if one.translation.release == tag}
    if language not in found:
        raise _not_translated(tag, language, sorted(found))
    one = found[language]
    if one.translation.is_draft:
        mend = f"read it, then `relnotes draft --approve {one.path} --as NAME`"
        raise fail(one.path, "nobody approved this translation", mend)
    return one.translation


def _not_translated(tag: str, language: str, there: list[str]) -> RelnotesError:
    hint = did_you_mean(language, there)
    mend = f"there are: {', '.join(there)}" if there else ""
    mend = mend or f"`relnotes draft {tag} --language {language}` drafts it"
    return fail(tag, f'it is not translated into "{language}"{hint}', mend)
