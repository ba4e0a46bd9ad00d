"""Which releases an incident is about, as git has them."""

from __future__ import annotations

from dataclasses import dataclass

from relnotes import answers
from relnotes.errors import Exit, fail
from relnotes.lines import CANDIDATE, candidate, expect_tags
from relnotes.release.record import Change, Provenance, Record, Section
from relnotes.release.written.bundle import Audience
from relnotes.settings import Settings
from relnotes.tagged import Releases, releases_of
from relnotes.validation import did_you_mean
from relnotes.workspace import Workspace

# What the model does follows from these; the rest of a bundle only tells of it.
CAUSES = frozenset(
    {Section.MODEL, Section.PROMPTS, Section.DECODING, Section.TOOLS, Section.TRAINING}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a repository, and what may be asked of it."""

    workspace: Workspace
    settings: Settings
    releases: Releases

    def release(self, tag: str) -> Provenance:
        """A release of the line; exit code 3 where there is none of that name."""
        found = self.releases.named(tag)
        if found is not None:
            return found
        names = [one.tag for one in self.releases.known]
        what = f'there is no release "{tag}"{did_you_mean(tag, names)}'
        mend = f"the latest are: {', '.join(names[-5:])}"
        raise fail("", what, mend, Exit.NO_REPOSITORY)

    def before(self, release: Provenance) -> Provenance | None:
        """The release that it followed."""
        at = self.releases.known.index(release)
        return self.releases.known[at - 1] if at else None

    def after(self, release: Provenance) -> tuple[Provenance, ...]:
        """Those that followed it, oldest first."""
        return self.releases.known[self.releases.known.index(release) + 1 :]

    @property
    def latest(self) -> Provenance:
        return self.releases.known[-1]

    def candidate(self) -> Provenance | None:
        """What lies in the work tree."""
        return candidate(self.workspace.repository, self.releases.line)

    def diff(self, old: Provenance, new: Provenance) -> Record:
        """As the authors see it."""
        tag = None if new.tag == CANDIDATE else new.tag
        line = self.releases.line
        internal = Audience.INTERNAL
        return answers.diff_of(self.workspace, self.settings, line, old.tag, tag, internal)


def ask(workspace: Workspace, tags: list[str], line: str | None = None) -> Asked:
    """About the line that has the tags, or that is named, or that is the only one."""
    settings = workspace.settings()
    chosen = answers.line_of(settings, workspace.repository, tags, line)
    releases = releases_of(workspace.repository, chosen)
    expect_tags([releases])
    return Asked(workspace, settings, releases)


_PARTS = {
    Section.PROMPTS: "prompt",
    Section.DECODING: "decoding",
    Section.TOOLS: "tool",
    Section.TRAINING: "training change",
}


def change_words(change: Change) -> str:
    """`decoding temperature 0.8 → 1.0`: the change in words that need no table around them."""
    part = _PARTS.get(change.described_in)
    if part is None:
        return change.words
    if part == "prompt":
        name = change.path.removeprefix("prompts/")
        return f"prompt {name}{change.words.removeprefix('prompt')}"
    return f"{part} {change.words}"
