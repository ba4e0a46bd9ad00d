"""A bundle at one release, as files become facts. Gets bytes, reads nothing itself.

A snapshot is made from the previous one and the files that differ, so that a file which does
not change is parsed once in a history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError, fail
from relnotes.release.written.bundle import Behaviour, Bundle, Limitation
from relnotes.release.written.file_kinds import REVIEW, FileKind, kind_of
from relnotes.release.written.parsing import MODELS, Fragment, Parsed, read_document, read_fragment
from relnotes.validation import did_you_mean


class Snapshot(msgspec.Struct, frozen=True, dict=True):
    """All that a bundle says, except its eval results. Keys are paths below the bundle."""

    files: Mapping[str, str] = msgspec.field(default_factory=dict)  # path → blob id, evals left out
    documents: Mapping[str, Parsed] = msgspec.field(default_factory=dict)  # the YAML files
    # What people said of candidates, by kind and path: they pile up, so nothing goes through all.
    statements: Mapping[FileKind, Mapping[str, Parsed]] = msgspec.field(default_factory=dict)
    fragments: Mapping[str, Fragment] = msgspec.field(default_factory=dict)
    prompts: Mapping[str, str] = msgspec.field(default_factory=dict)  # texts below prompts/

    @property
    def bundle(self) -> Bundle:
        model: Bundle = self.documents["bundle.yaml"].model
        return model

    @cached_property
    def behaviours(self) -> tuple[Behaviour, ...]:
        parsed = self.documents.get("behaviours.yaml")
        return parsed.model.behaviours if parsed else ()

    @cached_property
    def limitations(self) -> dict[str, tuple[str, Limitation]]:
        """Authored limitations by id, each with its path; drafts are left out."""
        return {
            parsed.model.id: (path, parsed.model)
            for path, parsed in self.documents.items()
            if isinstance(parsed.model, Limitation) and not parsed.model.is_draft
        }

    @cached_property
    def running(self) -> str:
        """Digest of what decides how the model behaves: weights, prompts, decoding, tools."""
        value = self.documents["bundle.yaml"].value
        model = value.get("model")
        if isinstance(model, dict):
            model = {k: v for k, v in model.items() if k not in {"aliases", "lifecycle"}}
        digest = hashlib.sha256(repr(model).encode())
        for key in ("prompts", "decoding", "tools"):
            digest.update(_spelt(value.get(key)))
        for prompt in self.bundle.prompts:
            digest.update(_normal(self.prompts.get(prompt.file, "")))
        return digest.hexdigest()[:16]

    def statement(self, path: str) -> Parsed | None:
        """What somebody said of a candidate, in the file at `path`."""
        return self.statements.get(kind_of(path), {}).get(path)

    def prompt_text(self, file: str) -> str | None:
        return self.prompts.get(file)


_known: dict[int, tuple[Any, bytes]] = {}


def _spelt(part: Any) -> bytes:
    """What `repr` says. A part that no release changes is the same object in all of them."""
    known = _known.get(id(part))
    if known is None or known[0] is not part:
        if len(_known) > 1 << 6:
            _known.clear()
        known = _known[id(part)] = part, repr(part).encode()
    return known[1]


@lru_cache(maxsize=1 << 6)  # a prompt is asked of in every release, and seldom edited
def _normal(text: str) -> bytes:
    return text.replace("\r\n", "\n").rstrip("\n").encode()


def updated(
    snapshot: Snapshot,
    changes: Iterable[tuple[str, str | None, bytes | None]],
    prefix: str,
    *,
    alone: bool = False,
) -> Snapshot:
    """The next snapshot, from `(path, blob id, content)` of each file that differs.

    A blob id of None means that the file is gone. `prefix` comes before a path in messages, such
    as `v1.2.0:bundle/`. RelnotesError holds every problem of every file; `alone`: only what is
    wrong with a file by itself.
    """
    files, documents = dict(snapshot.files), dict(snapshot.documents)
    fragments, prompts = dict(snapshot.fragments), dict(snapshot.prompts)
    statements = {kind: dict(known) for kind, known in snapshot.statements.items()}
    problems: list[Problem] = []
    for path, blob, data in changes:
        files.pop(path, None)
        stores: tuple[dict[str, Any], ...] = (documents, fragments, prompts, *statements.values())
        for store in stores:
            store.pop(path, None)
        if blob is None:
            continue
        files[path] = blob
        kind = kind_of(path)
        parsed = statements.setdefault(kind, {}) if kind in REVIEW else documents
        before = snapshot.documents.get(path) if kind is FileKind.BUNDLE else None
        try:
            _parse(path, data, prefix + path, before, parsed, fragments, prompts)
        except RelnotesError as error:
            problems.extend(error.problems)
    result = replace(
        snapshot,
        files=files,
        documents=documents,
        statements=statements,
        fragments=fragments,
        prompts=prompts,
    )
    if not problems and not alone:
        problems.extend(_problems(result, prefix))
    if problems:
        raise RelnotesError(problems)
    return result


def _parse(
    path: str,
    data: bytes | None,
    place: str,
    before: Parsed | None,
    documents: dict[str, Parsed],
    fragments: dict[str, Fragment],
    prompts: dict[str, str],
) -> None:
    kind = kind_of(path)
    if kind is FileKind.OTHER:
        return
    if data is None:
        raise fail(place, "larger than limits.max_file_mb allows")
    if kind in MODELS:
        documents[path] = read_document(data, path, place, before)
    elif kind is FileKind.NOTE:
        fragments[path] = read_fragment(data, path, place)
    else:
        prompts[path] = yamlfile.decode(data, place)


def _problems(snapshot: Snapshot, prefix: str) -> Iterable[Problem]:
    """What is wrong between files, each of which is right by itself."""
    if "bundle.yaml" not in snapshot.documents:
        mend = "`relnotes init` shows one"
        yield Problem(prefix + "bundle.yaml", "this bundle has no bundle.yaml", mend)
        return
    yield from _prompt_problems(snapshot, prefix)
    yield from _twice("bundle.yaml", "prompt", [p.name for p in snapshot.bundle.prompts], prefix)
    yield from _twice("bundle.yaml", "tool", [t.name for t in snapshot.bundle.tools], prefix)
    yield from _twice(
        "bundle.yaml", "training change", [t.id for t in snapshot.bundle.training], prefix
    )
    yield from _twice("behaviours.yaml", "behaviour", [b.id for b in snapshot.behaviours], prefix)
    by_id: dict[str, str] = {}
    for path, parsed in sorted(snapshot.documents.items()):
        if isinstance(parsed.model, Limitation):
            yield from _limitation_problems(path, parsed, by_id, snapshot, prefix)


def _prompt_problems(snapshot: Snapshot, prefix: str) -> Iterable[Problem]:
    parsed = snapshot.documents["bundle.yaml"]
    document = yamlfile.Document(prefix + "bundle.yaml", parsed.text, None)
    for number, prompt in enumerate(snapshot.bundle.prompts):
        parts = prompt.file.split("/")
        if prompt.file.startswith("/") or ".." in parts or "\\" in prompt.file:
            place = yamlfile.locate(document, ("prompts", number, "file"))
            yield Problem(place, f'"{prompt.file}" leads out of the bundle', "keep it in prompts/")
        elif prompt.file not in snapshot.prompts:
            place = yamlfile.locate(document, ("prompts", number, "file"))
            hint = did_you_mean(prompt.file, sorted(snapshot.prompts))
            what = f'the prompt file "{prompt.file}" is not in the bundle{hint}'
            yield Problem(place, what, "add it below prompts/, or correct the name")


def _twice(file: str, what: str, names: list[str], prefix: str) -> Iterable[Problem]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(prefix + file, f'the {what} "{name}" is listed twice', "keep one")


def _limitation_problems(
    path: str, parsed: Parsed, by_id: dict[str, str], snapshot: Snapshot, prefix: str
) -> Iterable[Problem]:
    limitation: Limitation = parsed.model
    if other := by_id.get(limitation.id):
        yield Problem(
            prefix + path, f'the id "{limitation.id}" is also used in {other}', "renumber"
        )
    by_id[limitation.id] = path
    known = [behaviour.id for behaviour in snapshot.behaviours]
    if limitation.behaviour and known and limitation.behaviour not in known:
        hint = did_you_mean(limitation.behaviour, known)
        what = f'"{limitation.behaviour}" is no behaviour of behaviours.yaml{hint}'
        yield Problem(prefix + path, what)
    if limitation.state == "resolved" and not limitation.evidence:
        what = f"{limitation.id} is resolved without evidence"
        yield Problem(prefix + path, what, "say under `evidence` which result or change shows it")
    if limitation.state == "withdrawn" and not limitation.reason:
        what = f"{limitation.id} is withdrawn without a reason"
        yield Problem(prefix + path, what, "say under `reason` why it never applied")
