"""What `relnotes.toml` may say. Imported only when settings are needed, since pydantic is slow."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from relnotes.evals.mapping import Mapping
from relnotes.release.review.codes import unknown_code
from relnotes.release.review.rules import Deviation, Rules
from relnotes.release.written.bundle import Publish, StageKind
from relnotes.yamlfile import Flag, Number, Text, Whole, Written

_People = Annotated[Whole, Field(ge=0)]


class Project(Written):
    name: Annotated[
        Text | None, Field(description="What titles begin with; else the title of the only line.")
    ] = None
    url: Annotated[Text | None, Field(description="Public address of the site.")] = None
    disclaimer: Annotated[Text | None, Field(description="A sentence shown on every page.")] = None

    @field_validator("url")
    @classmethod
    def _is_on_the_web(cls, url: str | None) -> str | None:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError(f'"{url}" should begin with https://')
        return url


class Line(Written):
    """One model whose releases follow each other."""

    name: Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] = "main"
    title: Annotated[
        Text | None, Field(description="Shown; else the project's or the line's name.")
    ] = None
    bundle: Annotated[Text, Field(description="Path of the bundle in the repository.")] = "bundle"
    tags: Annotated[Text, Field(description="Which tags are releases, as a glob.")] = "*"
    since: Annotated[
        Text | None, Field(description="The first tag to read; older ones are left out.")
    ] = None


class Site(Written):
    docs: Text = "site"
    output: Text = "build/site"
    config: Text = "mkdocs.yml"


class IgnoredFile(Written):
    path: Annotated[Text, Field(description="Glob below the bundle, such as evals/raw/*")]
    reason: Text


class FieldOverride(Written):
    task: Text = "*"
    field: Text
    reason: Text


class Metric(Written):
    """What the harness does not say of a metric, or says wrongly."""

    direction: Literal["higher", "lower"] | None = None
    kind: Literal["binary", "bounded", "unbounded"] | None = None
    unit: Text | None = None


class Evals(Written):
    alpha: Annotated[Number, Field(gt=0, lt=0.5)] = 0.05
    power: Annotated[Number, Field(gt=0.5, lt=1)] = 0.8
    margin: Annotated[
        Number, Field(gt=0, lt=1, description="Tolerable loss of a metric from 0 to 1.")
    ] = 0.02
    internal: Annotated[
        tuple[Text, ...], Field(description="Globs of tasks that the public does not see.")
    ] = ()
    ignore: tuple[IgnoredFile, ...] = ()
    mapping: Annotated[
        tuple[Mapping, ...], Field(description="Tables of a team's own; the first that matches.")
    ] = ()
    override: tuple[FieldOverride, ...] = ()
    again: Annotated[
        tuple[Text, ...],
        Field(
            description="Globs of results of the release before, measured again beside the new"
            " one: a change must exceed what they moved by."
        ),
    ] = ("evals/again/*",)
    flips: Annotated[
        Whole, Field(ge=0, le=1000, description="Examples kept of answers that changed, each way.")
    ] = 10
    public_flips: Annotated[
        Flag, Field(description="Whether the public sees which questions those are.")
    ] = False
    warehouse: Annotated[
        Text | None,
        Field(
            description="Where tables lie that samples are referred to in, as an address of ibis;"
            " RELNOTES_WAREHOUSE goes before it, and is the place for one with a password."
        ),
    ] = None
    metrics: dict[str, Metric] = {}


class Prompts(Written):
    publish: Annotated[
        Publish, Field(description="How much the public reads, where a prompt does not say.")
    ] = Publish.FULL


class Limits(Written):
    max_file_mb: Annotated[Whole, Field(gt=0)] = 64
    samples_mb: Annotated[
        Whole, Field(ge=100, description="Memory for comparing the scores of single questions.")
    ] = 1000


class Other(Written):
    internal: Annotated[
        tuple[Text, ...], Field(description="Globs of files the public sees only as a count.")
    ] = ("signals/*", "approvals/*")


class Verify(Written):
    """What `relnotes build --verify` holds the finished site against."""

    page_kb: Annotated[
        Whole, Field(gt=0, description="Most that a page of a public site may weigh, in KB.")
    ] = 200
    chart_kb: Annotated[Whole, Field(gt=0, description="Most that a chart may weigh, in KB.")] = 15
    never: Annotated[
        tuple[Text, ...], Field(description="Words that no public file may hold.")
    ] = ()


class CheckRule(Written):
    """A code that blocks, or does not, otherwise than by default; shown wherever it has effect."""

    code: Text
    blocks: Flag
    reason: Text

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if said := unknown_code(code):
            raise ValueError(said)
        return code


class Check(Written):
    """What `relnotes check` asks of a release."""

    approvals: Annotated[
        dict[str, _People],
        Field(description="How many people have to approve, by their role."),
    ] = {"quantitative": 1, "qualitative": 1, "safety": 1, "communications": 1}
    approvals_of_hotfix: Annotated[
        dict[str, _People] | None, Field(description="The same for a hotfix, where it is less.")
    ] = None
    stages: Annotated[
        tuple[StageKind, ...],
        Field(description="Stages that a rollout holds, or leaves out with a reason."),
    ] = (StageKind.SHADOW, StageKind.CANARY, StageKind.AB)
    rules: tuple[CheckRule, ...] = ()

    def as_rules(self, place: str = "relnotes.toml") -> Rules:
        """`place` is the file that these settings stand in."""
        return Rules(
            deviations={one.code: Deviation(one.blocks, one.reason) for one in self.rules},
            approvals=self.approvals,
            approvals_of_hotfix=self.approvals_of_hotfix,
            stages=tuple(stage.value for stage in self.stages),
            settings=place,
        )


class Drafting(Written):
    """For `relnotes draft`; no other command asks a model."""

    model: Annotated[Text | None, Field(description="Which model to ask.")] = None
    base_url: Annotated[
        Text, Field(description="Any server that speaks the chat-completions format.")
    ] = "https://api.openai.com/v1"
    readers: Annotated[
        tuple[Text, ...], Field(description="Whom to write a summary for, beside everyone.")
    ] = ()
    price_sent: Annotated[
        Number | None, Field(ge=0, description="Price of a million tokens sent.")
    ] = None
    price_received: Annotated[
        Number | None, Field(ge=0, description="Price of a million tokens received.")
    ] = None
    currency: Text = "USD"
    timeout_s: Annotated[Number, Field(gt=0, description="Seconds to wait in silence.")] = 120.0
    retries: Annotated[
        Whole, Field(ge=0, le=10, description="How often to try again where a server fails.")
    ] = 3
    attempts: Annotated[
        Whole, Field(ge=1, le=10, description="How often a piece is asked for, with its faults.")
    ] = 3


class Settings(Written):
    """All of `relnotes.toml`; everything has a default."""

    project: Project = Project()
    lines: tuple[Line, ...] = (Line(),)
    site: Site = Site()
    evals: Evals = Evals()
    prompts: Prompts = Prompts()
    limits: Limits = Limits()
    other: Other = Other()
    verify: Verify = Verify()
    check: Check = Check()
    drafting: Drafting = Drafting()
