"""Load and render the page templates, which are Markdown.

A page is Markdown, so every expression is escaped for Markdown unless it is `Markdown` already;
what a macro or a block gives is. Templates come with a repository, so they run in a sandbox.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relnotes.errors import RelnotesError, fail
from relnotes.publish import escaping
from relnotes.publish.compiled import compiled_templates
from relnotes.publish.markdown import Markdown, code, html, inline
from relnotes.shipped import templates_folder as templates_folder

SUFFIX = ".j2"


class Templates:
    """The shipped templates, with those in `overrides` before them.

    `{% extends "shipped/release.md.j2" %}` in an override changes single blocks.
    """

    def __init__(self, overrides: Path | None = None) -> None:
        shipped = templates_folder()
        self._folders = [folder for folder in (overrides, shipped) if folder and folder.is_dir()]
        self._environment = _environment(self._folders, shipped)
        self._ready: dict[str, Callable[..., str]] = {}

    def render(self, name: str, /, **context: Any) -> str:
        """The page; RelnotesError says which line of which template is wrong and why."""
        try:
            render = self._ready.get(name)
            if render is None:
                render = self._ready[name] = self._environment.get_template(name).render
            return render(context)
        except TemplateSyntaxError as error:
            raise self._syntax(name, error) from error
        except RecursionError as error:
            mend = '{% extends "shipped/…" %} is the shipped one'
            raise fail(name, "this template extends itself without end", mend) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise self._failed(name, error) from error

    def _syntax(self, name: str, error: TemplateSyntaxError) -> RelnotesError:
        place = f"{_shown(error.filename or error.name or name)}:{error.lineno}"
        return fail(place, f"template syntax: {error.message}", "see the shipped template")

    def _failed(self, name: str, error: Exception) -> RelnotesError:
        if isinstance(error, TemplateNotFound):
            what = f'there is no template "{error.name}"'
            return fail(_place(error) or name, what, 'shipped ones are found as "shipped/…"')
        what = str(error) or type(error).__name__
        if not isinstance(error, TemplateError):
            if not _in_template(error):
                raise error
            what = f"{type(error).__name__}: {what}"
        mend = "the comment at the top of the shipped template lists what it gets"
        return fail(_place(error) or name, what, mend)


def _environment(folders: Iterable[Path], shipped: Path) -> _Environment:
    loaders: list[BaseLoader] = [FileSystemLoader(folder) for folder in folders]
    prefixed = PrefixLoader({"shipped": FileSystemLoader(shipped)})
    environment = _Environment(
        loader=ChoiceLoader([*loaders, prefixed]),
        undefined=StrictUndefined,
        finalize=inline,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=compiled_templates((__file__, escaping.__file__)),
    )
    environment.filters.update(join=_join, thousands="{:,}".format)
    environment.globals.update(code=code, yaml=_yaml)
    return environment


class _Environment(ImmutableSandboxedEnvironment):
    """One whose finished pieces are Markdown, so that `{{ macro() }}` is not escaped twice."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._public = _Public()

    @staticmethod
    def concat(pieces: Iterable[str]) -> Markdown:
        return Markdown("".join(pieces))

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may name, as one dict: Jinja's chain of two, which would follow
        later changes, is gone through in Python for each page and each import."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The sandbox's look-up; of our own values its answer is known beforehand.

        Half of the time of a page went into asking.
        """
        if attribute in self._public[type(obj)]:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class _Public(dict[type, frozenset[str]]):
    """What a template may read of a struct or of its loop, by type: all but what begins with an
    underscore."""

    def __missing__(self, kind: type) -> frozenset[str]:
        is_known = issubclass(kind, (msgspec.Struct, LoopContext))
        names = dir(kind) if is_known else ()
        found = self[kind] = frozenset(name for name in names if not name.startswith("_"))
        return found


def _join(items: Iterable[Any], separator: str = "") -> Markdown:
    """Jinja's filter, with each item and the separator escaped; its spaces stay."""
    words = separator.strip(" ")
    before, _, after = separator.partition(words) if words else (separator, "", "")
    return Markdown(f"{before}{inline(words)}{after}".join(inline(item) for item in items))


def _yaml(text: str) -> Markdown:
    """A text as a YAML scalar, for front matter: JSON's strings are YAML's.

    The theme writes title and description into its HTML as they are, so they are escaped here.
    """
    visible = " ".join(text.split())
    if not visible.isprintable():
        visible = "".join(c for c in visible if c.isprintable())
    return Markdown(_scalar(html(visible)))


_scalar = json.JSONEncoder(ensure_ascii=False).encode


def _place(error: BaseException) -> str:
    """`file:line` of the innermost template line that led to the error."""
    frames = [frame for frame in _frames(error) if _is_template(frame)]
    return f"{_shown(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def _in_template(error: BaseException) -> bool:
    """Whether an expression in a template is at fault, and not our own code that it called."""
    ours = [frame for frame in _frames(error) if _is_template(frame) or _is_relnotes(frame)]
    return bool(ours) and _is_template(ours[-1])


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)


def _is_template(frame: traceback.FrameSummary) -> bool:
    return frame.filename.endswith(SUFFIX)


def _is_relnotes(frame: traceback.FrameSummary) -> bool:
    """Our own code, this module left out: it stands between Jinja and the template."""
    folder = Path(__file__).parent.parent
    return frame.filename != __file__ and folder in Path(frame.filename).parents


def _shown(filename: str) -> str:
    """The file with its folder: enough to know whose template it is."""
    path = Path(filename)
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name
