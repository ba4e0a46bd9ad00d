"""The page of a release in another language: translated words, and a way to the original."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from relnotes.publish import wording
from relnotes.publish.escaping import inline
from relnotes.publish.markdown import Markdown, author
from relnotes.publish.phrases import fill
from relnotes.publish.segments import Segment, listed, segments
from relnotes.publish.sitemap import Links
from relnotes.publish.templates import Templates
from relnotes.release.over_time.annotations import Annotations
from relnotes.release.record import Record
from relnotes.release.written.translations import Translation, text_digest

ORIGINAL = "en"
NAMES = {
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


class Told(msgspec.Struct, frozen=True):
    """A text with the language it is in."""

    language: str
    direction: str
    text: Markdown


class LimitationTold(msgspec.Struct, frozen=True):
    news: Told
    identity: Markdown
    text: Told
    workaround: Told | None


class LanguageView(msgspec.Struct, frozen=True):
    title: str
    description: str
    language: str
    direction: str
    original: Markdown
    labels: Mapping[str, Told]
    withdrawn: Told | None
    summary: Told | None
    reason: Told | None
    notes: tuple[Told, ...]
    limitations: tuple[LimitationTold, ...]
    none_known: Told | None


def name_of(language: str) -> str:
    """What its speakers call it; the code where that is not known."""
    return NAMES.get(language, NAMES.get(language.partition("-")[0], language))


def language_page_path(page: str, language: str) -> str:
    """Below the page of the release, so that no tag can have the same."""
    return f"{page.removesuffix('.md')}/{language.lower()}.md"


def language_page(
    templates: Templates,
    record: Record,
    beside: Annotations,
    translation: Translation,
    links: Links,
) -> str:
    page = language_view(record, beside, translation, links)
    return templates.render("language.md.j2", page=page, links=links, site=links.site)


def language_view(
    record: Record, beside: Annotations, translation: Translation, links: Links
) -> LanguageView:
    told = {one.key: _told(one, translation) for one in segments(record, beside)}
    summary = told.get("summary")
    return LanguageView(
        title=f"{record.title} ({name_of(translation.language)})",
        description=wording.excerpt(summary.text if summary else record.title),
        language=translation.language,
        direction=_direction(translation.language),
        original=links.release(record.line, record.new, text=f"{record.title} ({NAMES[ORIGINAL]})"),
        labels={
            key.removeprefix("label:"): one for key, one in told.items() if key.startswith("label:")
        },
        withdrawn=told.get("withdrawn"),
        summary=summary,
        reason=told.get("reason"),
        notes=tuple(told[f"note:{note.path}"] for note in record.notes),
        limitations=tuple(
            LimitationTold(
                news=told[f"label:{entry.news}"],
                identity=links.limitation(record.line, entry.id),
                text=told[f"limitation:{entry.id}"],
                workaround=told.get(f"workaround:{entry.id}"),
            )
            for entry in listed(record, beside)
        ),
        none_known=told.get("none"),
    )


def outdated(record: Record, beside: Annotations, translation: Translation) -> list[str]:
    """Keys of what stands in the original language, as no translation of it is there."""
    return [one.key for one in segments(record, beside) if not _is_translated(one, translation)]


def _told(one: Segment, translation: Translation) -> Told:
    translated = _is_translated(one, translation)
    text = translation.texts[one.key].text if translated else one.text
    language = translation.language if translated else ORIGINAL
    shown = author(text, top=4) if one.markdown else inline(text)
    return Told(language, _direction(language), shown)


def _is_translated(one: Segment, translation: Translation) -> bool:
    found = translation.texts.get(one.key)
    return found is not None and found.of == text_digest(one.text)


def _direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def language_links(languages: tuple[str, ...], line: str, tag: str, links: Links) -> list[Markdown]:
    """From the original to each language."""
    page = links.site.release(line, tag)
    return [
        fill("[{}]({})", name_of(one), Markdown(links.url(language_page_path(page, one))))
        for one in languages
        if page
    ]
