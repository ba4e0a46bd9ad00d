"""`format: relnotes-samples/1`: where the samples of a release lie, if not in the bundle. Pure.

A reference has a digest of the rows that it stands for, so that a table which has changed since
is noticed, and a reader of the notes knows what was compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from relnotes import yamlfile
from relnotes.errors import Problem, RelnotesError
from relnotes.evals.scores import Key
from relnotes.validation import did_you_mean
from relnotes.yamlfile import Document, Text, Written

FORMAT = "relnotes-samples/1"
TABLE = "table:"
"""Before the name of a table of the warehouse; anything else is a path or an address of files."""

_DIGEST = re.compile(r"rows:\d+:[0-9a-f]{32}")
_SCHEMES = ("s3://", "gs://", "gcs://", "az://", "abfss://")


class Reference(Written):
    """The samples of one task and metric: a dataset, or a part of it."""

    task: Text
    metric: Text
    filter: Text | None = None
    source: Annotated[
        Text,
        Field(
            description="A path in the repository or on this machine (globs allowed), an address"
            " such as s3://…, or table:NAME. Parquet, CSV or JSON lines."
        ),
    ]
    digest: Annotated[
        Text | None,
        Field(description="rows:COUNT:HASH of what was compared; required, and told if missing."),
    ] = None
    key: Annotated[Text, Field(description="The column that names the question.")]
    score: Annotated[Text, Field(description="The column with numbers, or true and false.")]
    epoch: Annotated[Text | None, Field(description="Tells repeated answers apart.")] = None
    cluster: Annotated[Text | None, Field(description="Questions that hang together.")] = None
    where: Annotated[
        dict[str, Text], Field(description="Only rows with these values, such as run: wren-7")
    ] = {}

    @property
    def of(self) -> Key:
        """What it holds scores of."""
        return self.task, self.metric, None if self.filter == "none" else self.filter

    @property
    def table(self) -> str | None:
        """The name of a table of the warehouse."""
        return self.source.removeprefix(TABLE) if self.source.startswith(TABLE) else None

    @property
    def remote(self) -> bool:
        return self.source.startswith(_SCHEMES)

    @property
    def columns(self) -> tuple[str, ...]:
        named = (self.key, self.score, self.epoch, self.cluster, *self.where)
        return tuple(dict.fromkeys(one for one in named if one))


class References(Written):
    """Samples that lie elsewhere."""

    format: Literal["relnotes-samples/1"]
    samples: tuple[Reference, ...]


def read_references(data: bytes, place: str) -> tuple[tuple[str, Reference], ...]:
    """Each reference with its place; RelnotesError holds everything that is wrong."""
    document = yamlfile.load(data, place)
    references = yamlfile.validate(document, References).samples
    if problems := list(_problems(document, references)):
        raise RelnotesError(problems)
    places = (yamlfile.locate(document, ("samples", at)) for at in range(len(references)))
    return tuple(zip(places, references, strict=True))


def expect_columns(columns: Iterable[str], reference: Reference, place: str) -> None:
    """RelnotesError names each column of the reference that is not there, and what it may be."""
    known = list(columns)
    if missing := [one for one in reference.columns if one not in known]:
        raise RelnotesError(_absent(one, known, place) for one in missing)


def _absent(name: str, known: list[str], place: str) -> Problem:
    what = f'there is no column "{name}"{did_you_mean(name, known)}'
    return Problem(place, what, f"columns here: {', '.join(known) or 'none'}")


def _problems(document: Document, references: tuple[Reference, ...]) -> Iterator[Problem]:
    if not references:
        where = yamlfile.locate(document, ("samples",))
        yield Problem(where, "there is no reference in this file")
    seen: set[Key] = set()
    for at, one in enumerate(references):
        if one.of in seen:
            where = yamlfile.locate(document, ("samples", at))
            yield Problem(where, f"{one.task} {one.metric} is referred to twice", "keep one")
        seen.add(one.of)
        if one.digest is not None and not _DIGEST.fullmatch(one.digest):
            where = yamlfile.locate(document, ("samples", at, "digest"))
            what = f'"{one.digest}" is no digest of rows'
            yield Problem(where, what, "leave it out once, and the right one is told")
        if "://" in one.source and not one.remote:
            where = yamlfile.locate(document, ("samples", at, "source"))
            scheme = one.source.partition("://")[0]
            yield Problem(where, f"{scheme}:// is not known", f"known: {', '.join(_SCHEMES)}")
