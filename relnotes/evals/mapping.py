"""What `[[evals.mapping]]` may say: how a table of a team's own becomes measurements."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import Field, model_validator

from relnotes.evals.result import Direction, Kind
from relnotes.yamlfile import Number, Text, Written


class TableFormat(StrEnum):
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Columns(Written):
    """Names of columns; in JSON lines `grade.score` reaches into an object."""

    value: Annotated[Text | None, Field(description="A table of results: the number.")] = None
    stderr: Annotated[Text | None, Field(description="Its standard error.")] = None
    n: Annotated[Text | None, Field(description="Questions scored.")] = None
    score: Annotated[
        Text | None, Field(description="A table of questions: the score of one answer.")
    ] = None
    key: Annotated[Text | None, Field(description="What names the question in every run.")] = None
    epoch: Annotated[Text | None, Field(description="Tells repeated answers apart.")] = None
    cluster: Annotated[
        Text | None, Field(description="Questions that hang together, such as a passage.")
    ] = None
    error: Annotated[
        Text | None, Field(description="Not empty where the question failed to run.")
    ] = None
    task: Text | None = None
    metric: Text | None = None
    filter: Text | None = None


class Mapping(Written):
    """One kind of table. A constant, such as `task = "mmlu"`, stands for a whole column."""

    path: Annotated[Text, Field(description="Glob below the bundle, such as evals/own/*.csv")]
    format: Annotated[
        TableFormat | None, Field(description="csv, tsv, jsonl or parquet; else by content.")
    ] = None
    delimiter: Annotated[Text | None, Field(min_length=1, max_length=1)] = None
    columns: Columns
    task: Text | None = None
    metric: Text | None = None
    direction: Annotated[Direction | None, Field(description="Which way is better.")] = None
    kind: Kind | None = None
    unit: Annotated[Text | None, Field(description='"fraction", "percent", or any word.')] = None
    range: tuple[Number | None, Number | None] | None = None
    harness: Annotated[
        Text | None, Field(description="Name and version; results of two are not compared.")
    ] = None
    conditions: Annotated[
        dict[str, Text], Field(description="How it was measured, such as judge = J-2")
    ] = {}
    condition_columns: Annotated[
        dict[str, Text], Field(description="The same, from columns: judge = judge_model")
    ] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """What the type of each field cannot say."""
        columns = self.columns
        if (columns.value is None) == (columns.score is None):
            raise ValueError(
                "columns should name either value (a table of results) or score (of questions)"
            )
        for field in ("task", "metric"):
            if (getattr(self, field) is None) == (getattr(columns, field) is None):
                raise ValueError(f"give {field} either as a constant or as columns.{field}")
        of_results = ("stderr", "n") if columns.score else ("key", "epoch", "cluster", "error")
        odd = [field for field in of_results if getattr(columns, field) is not None]
        if odd:
            table = "questions" if columns.score else "results"
            raise ValueError(f"columns.{odd[0]} has no meaning in a table of {table}")
        if columns.epoch and not columns.key:
            raise ValueError("columns.epoch needs columns.key: which answers are to one question?")
        return self


def mapping_of(path: str, mappings: Iterable[Mapping]) -> Mapping | None:
    """The first whose glob matches the path of a file, relative to the bundle."""
    return next((one for one in mappings if fnmatchcase(path, one.path)), None)
