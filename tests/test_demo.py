"""The worked example tells its story, in files that every part of the program can read."""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from relnotes import demo, yamlfile
from relnotes.answers.incidents import Witness
from relnotes.demo.harness import Group, Task, files, pooled, right
from relnotes.demo.story import INTERNAL_WORDS, STORY
from relnotes.errors import RelnotesError
from relnotes.evals.comparison import Comparison
from relnotes.evals.readers import read_eval
from relnotes.incident.check.checking import obstacles
from relnotes.incident.postmortem.review import postmortem_of, standing
from relnotes.incident.vocabulary import Review
from relnotes.incident_files.reading import read_incidents
from relnotes.lines import candidate, new_fold, walk
from relnotes.release.audience import for_public
from relnotes.release.differences.prompt_diff import diff_texts
from relnotes.release.limitations.known import LedgerEntry
from relnotes.release.over_time.amendments import read_amendments
from relnotes.release.record import Record
from relnotes.release.written.bundle import Bundle
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace

MOOD = "Match the user's mood."
FLATTERY = "Be warm and honest; do not flatter."


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "hedgerow"
    demo.write(path)
    return path


@pytest.fixture(scope="module")
def records(example: Path) -> dict[str, Record]:
    """Every release's internal record, and the candidates as `wren (candidate)`."""
    return {name: record for name, (record, _) in _both(example).items()}


@pytest.fixture(scope="module")
def public(example: Path) -> dict[str, Record]:
    return {name: record for name, (_, record) in _both(example).items()}


def _both(example: Path) -> dict[str, tuple[Record, Record]]:
    found = {}
    workspace = open_workspace(example)
    with workspace.repository as repository:
        settings = workspace.settings()
        for line in settings.lines:
            now = candidate(repository, line)
            known = [*releases_of(repository, line).known, *([now] if now else [])]
            fold = new_fold(repository, line, settings)
            for release, point in walk(repository, fold, known):
                name = release.tag if "/" in release.tag else f"{line.name} {release.tag}"
                outside = for_public(point.record, point.hidden)
                found[name] = (point.record, outside)
    return found


def git(path: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(path), *arguments], check=True, capture_output=True)
    return done.stdout.decode().removesuffix("\n")


def show(example: Path, tag: str, path: str) -> str:
    return git(example, "show", f"{tag}:{path}")


def prompt(example: Path, tag: str) -> str:
    return show(example, tag, "bundles/wren/prompts/system.md")


def row(record: Record, task: str, metric: str) -> Comparison:
    (found,) = (one for one in record.evals if (one.task, one.metric) == (task, metric))
    return found


def limitation(record: Record, identity: str) -> LedgerEntry:
    (found,) = (one for one in record.limitations if one.id == identity)
    return found


# -- the repository --------------------------------------------------------------------------------


def test_two_writings_have_the_same_commits_and_tags(example: Path, tmp_path: Path) -> None:
    demo.write(tmp_path / "again")

    refs = ("for-each-ref", "--format=%(refname) %(objectname)")
    assert git(tmp_path / "again", *refs) == git(example, *refs)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(RelnotesError, match="needs an empty or a new folder"):
        demo.write(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_checked_out_is_what_is_committed(example: Path) -> None:
    assert git(example, "status", "--porcelain") == ""
    assert "site/about.md" in git(example, "ls-files").splitlines()


def test_the_whole_example_is_small(example: Path) -> None:
    size = sum(path.stat().st_size for path in example.rglob("*") if path.is_file())

    assert size < 3_000_000


def test_dates_rise_and_each_tag_carries_the_day_of_its_commit() -> None:
    dates = [datetime.fromisoformat(step.at) for step in STORY]

    assert all(earlier < later for earlier, later in pairwise(dates))
    for step in STORY:
        assert step.tag is None or step.tag.endswith(step.at[:10])


def test_evals_are_run_before_what_they_measure_is_released() -> None:
    for step in STORY:
        for run in step.measured:
            assert run.started < datetime.fromisoformat(step.at), run.stamp


def test_two_lines_have_annotated_and_lightweight_tags(example: Path) -> None:
    tags = git(example, "for-each-ref", "refs/tags", "--format=%(refname:strip=2) %(objecttype)")
    kinds = dict(line.split() for line in tags.splitlines())

    assert sum(name.startswith("wren/") for name in kinds) == 10
    assert sum(name.startswith("finch/") for name in kinds) == 3
    assert set(kinds.values()) == {"tag", "commit"}


def test_the_readme_names_every_release(example: Path) -> None:
    readme = (example / "README.md").read_text()

    assert [step.tag for step in STORY if step.tag and f"`{step.tag}`" not in readme] == []


# -- result files as the harness writes them -------------------------------------------------------


def test_every_eval_file_is_read_without_a_complaint(example: Path) -> None:
    for commit in demo.commits():
        for path, data in commit.files.items():
            if "/evals/" in path and data is not None:
                measured = read_eval(data, path).measurements
                assert measured or "/samples_" in path


def test_aggregates_equal_the_answers_they_are_made_of() -> None:
    checked = 0
    for run in (run for step in STORY for run in step.measured):
        written = files(run)
        (aggregates,) = (json.loads(data) for path, data in written.items() if "results_" in path)
        for path, data in written.items():
            if "samples_" not in path:
                continue
            rows = [json.loads(line) for line in data.splitlines()]
            task = path.split("samples_")[1].rpartition("_")[0]
            checked += _agrees(aggregates, task, rows)
    assert checked >= 12


def _agrees(aggregates: Any, task: str, rows: list[Any]) -> bool:
    (metric,) = rows[0]["metrics"]
    mean = sum(one[metric] for one in rows) / len(rows)
    result = aggregates["results"][task]
    assert result[f"{metric},none"] == pytest.approx(mean, abs=1e-12)
    assert result[f"{metric}_stderr,none"] == pytest.approx(
        sqrt(mean * (1 - mean) / (len(rows) - 1)), abs=1e-12
    )
    assert aggregates["n-samples"][task]["effective"] == len(rows)
    assert len({one["doc_hash"] for one in rows}) == len(rows)
    return True


def test_a_group_is_the_mean_over_all_its_questions() -> None:
    parts = tuple(Task(name, n, 1, 5, (right("acc", k, n),)) for name, k, n in _PARTS)

    score = pooled(Group("all", 1, parts))

    assert score.value == pytest.approx(9 / 15)
    assert score.stderr == pytest.approx(sqrt((4 * 0.3 + 9 * 4 / 15) / 13 / 15))


_PARTS = (("a", 3, 5), ("b", 6, 10))  # variances of the samples: 0.3 and 4/15


def test_releases_stumble_over_mostly_the_same_questions() -> None:
    first, second = (
        {name for name, right in _dates_right(step).items() if not right}
        for step in STORY
        if step.tag in ("wren/2026-02-17", "wren/2026-05-12")
    )

    assert len(first & second) >= 2


def _dates_right(step: demo.Step) -> dict[str, bool]:
    (run,) = (run for run in step.measured if run.suite == "languages")
    (task,) = run.tasks
    return {answer.doc["id"]: bool(answer.score) for answer in task.answers}


# -- the story, as the program tells it ------------------------------------------------------------


def test_the_february_update_resolves_a_limitation_and_claims_little_else(
    records: dict[str, Record],
) -> None:
    record = records["wren/2026-02-17"]

    assert limitation(record, "KL0011").news == "resolved"
    assert row(record, "dates_he", "exact_match").verdict == "improved"
    assert record.eval_summary.counts.keys() == {"improved", "held", "inconclusive"}
    assert record.eval_summary.counts["improved"] == 1


def test_refusals_block_and_are_too_few_to_show_anything(records: dict[str, Record]) -> None:
    found = row(records["wren/2026-05-12"], "refusals", "refusal_rate")

    assert (found.verdict, found.blocking, found.n) == ("inconclusive", True, 100)
    assert found.n_needed is not None
    assert found.n_needed > 5 * found.n


def test_in_march_a_prompt_changes_alone_then_the_decoding_alone(
    example: Path, records: dict[str, Record]
) -> None:
    diff = diff_texts(prompt(example, "wren/2026-02-17"), prompt(example, "wren/2026-03-03"))
    assert (diff.edited, diff.moved, diff.added, diff.removed) == (1, 1, 0, 0)
    assert "decoding" not in _sections(records["wren/2026-03-03"])

    decoding = [one for one in records["wren/2026-03-24"].changes if one.described_in == "decoding"]
    assert {one.path for one in decoding} == {
        "bundle.yaml:decoding.temperature",
        "bundle.yaml:decoding.max_tokens",
    }
    assert not {"prompts", "model", "tools", "training"} & _sections(records["wren/2026-03-24"])


def _sections(record: Record) -> set[str]:
    return {change.described_in.value for change in record.changes}


def test_the_may_update_looks_good_and_is_not(example: Path, records: dict[str, Record]) -> None:
    record = records["wren/2026-05-12"]

    assert row(record, "mmlu", "acc").verdict == "improved"
    assert row(record, "truthfulqa_mc2", "acc").verdict == "regressed"
    assert row(record, "mt_bench", "score").verdict == "not comparable"
    assert "judge" in row(record, "mt_bench", "score").reason
    assert record.combination.tested_together is False
    assert record.combination.alone == record.combination.ids
    assert [one.behaviour for one in record.unmeasured] == ["sycophancy"]
    old, new = (_bundle(example, tag).model for tag in ("wren/2026-03-24", "wren/2026-05-12"))
    assert (new.provider_id, new.version) == (old.provider_id, old.version)
    assert new.weights != old.weights


def test_the_reward_from_thumbs_is_explained_to_nobody(records: dict[str, Record]) -> None:
    unexplained = {
        change.path
        for change in records["wren/2026-05-12"].changes
        if change.described_in in ("training", "model") and not change.explained_by
    }

    assert unexplained == {"bundle.yaml:training.feedback-reward", "bundle.yaml:model.weights"}


def test_the_hotfix_is_a_change_of_one_line(example: Path) -> None:
    old, new = (prompt(example, tag) for tag in ("wren/2026-05-12", "wren/2026-05-15"))

    assert set(old.splitlines()) - set(new.splitlines()) == {MOOD}
    assert set(new.splitlines()) - set(old.splitlines()) == {FLATTERY}


def test_the_rollback_is_march_again_to_the_last_byte(
    example: Path, records: dict[str, Record]
) -> None:
    rollback = records["wren/2026-05-18"].rollback

    trees = [
        git(example, "rev-parse", f"wren/2026-{day}:bundles/wren") for day in ("03-24", "05-18")
    ]
    assert trees[0] == trees[1]
    assert rollback is not None
    assert (rollback.restores, rollback.identical) == ("wren/2026-03-24", True)
    assert rollback.withdraws == ("wren/2026-05-12", "wren/2026-05-15")
    assert limitation(records["wren/2026-05-18"], "KL0017").news == "reopened"


def test_amendments_withdraw_what_was_rolled_back_and_add_two_limitations(
    example: Path, records: dict[str, Record]
) -> None:
    folder = example / "amendments"
    found = read_amendments({one.name: one.read_bytes() for one in folder.iterdir()}, records)

    amendments = [one.amendment for one in found]
    assert {one.release for one in amendments if one.withdraws} == {
        "wren/2026-05-12",
        "wren/2026-05-15",
    }
    assert {one.release for one in amendments if one.summary} == {"wren/2026-05-18"}
    added = {one.limitation.id: one for one in amendments if one.limitation}
    assert added.keys() == {"KL0031", "KL0032"}
    assert {one.release for one in added.values()} == {"wren/2026-05-12"}


def test_in_june_flattery_is_measured_and_blocks(records: dict[str, Record]) -> None:
    june, after = records["wren/2026-06-16"], records["wren/2026-06-30"]

    assert row(june, "sycophancy", "agrees_wrongly").verdict == "added"
    assert row(june, "refusals", "refusal_rate").verdict == "not comparable"
    assert row(june, "truthfulqa_mc2", "acc").verdict == "held"
    assert june.combination.tested_together is True
    assert june.unmeasured == ()
    held = row(after, "sycophancy", "agrees_wrongly")
    assert (held.verdict, held.blocking) == ("held", True)
    assert row(after, "refusals", "refusal_rate").verdict == "held"


def test_the_line_that_was_taken_out_comes_back_and_only_then(records: dict[str, Record]) -> None:
    relapsed = {tag: one.relapses for tag, one in records.items() if one.relapses}

    assert relapsed.keys() == {"wren/2026-06-25"}
    (found,) = relapsed["wren/2026-06-25"]
    assert (found.found, found.removed_in) == (MOOD, "wren/2026-05-15")


def test_flattery_is_not_measured_again_when_the_line_comes_back(
    records: dict[str, Record],
) -> None:
    missing = {one.behaviour for one in records["wren/2026-06-25"].unmeasured if one.blocking}

    assert "sycophancy" in missing


def test_an_alias_moves_from_finch_to_wren(example: Path) -> None:
    assert "small-latest" in _bundle(example, "finch/2026-04-14").model.aliases
    assert "small-latest" not in _bundle(example, "finch/2026-06-23").model.aliases
    assert "small-latest" in _bundle(example, "wren/2026-06-25").model.aliases


def test_finch_knows_of_nothing_wrong_then_of_two_things_and_then_drops_one(
    records: dict[str, Record],
) -> None:
    first, second, third = (records[f"finch/2026-{day}"] for day in ("02-03", "04-14", "06-23"))

    assert first.none_known is not None
    assert first.limitations == ()
    assert {one.id for one in second.limitations} == {"FL0001", "FL0002"}
    assert limitation(third, "FL0002").news == "dropped"
    assert third.model.retires == "2026-12-31"


def test_the_candidate_changes_a_little(records: dict[str, Record]) -> None:
    changed = _sections(records["wren (candidate)"])

    assert changed == {"release", "decoding", "rollout", "notes"}


def test_a_comment_alone_is_seen(records: dict[str, Record]) -> None:
    other = [one for one in records["wren/2026-03-03"].changes if one.described_in == "other"]

    assert [(one.kind, one.words) for one in other] == [("file.reformatted", "comments")]


def test_what_only_colleagues_may_read_reaches_no_public_record(
    records: dict[str, Record], public: dict[str, Record]
) -> None:
    inside, outside = (
        msgspec.json.encode(list(all_.values())).decode().lower() for all_ in (records, public)
    )

    assert [word for word in INTERNAL_WORDS if word in outside] == []
    assert [word for word in INTERNAL_WORDS if word not in inside] == []


def test_every_internal_word_is_in_the_repository(example: Path) -> None:
    for word in INTERNAL_WORDS:
        assert git(example, "log", "--oneline", "-i", f"-G{word}"), word


def _bundle(example: Path, tag: str) -> Bundle:
    path = f"bundles/{tag.partition('/')[0]}/bundle.yaml"
    return yamlfile.read(show(example, tag, path), path, Bundle)


# -- the incident --------------------------------------------------------------------------------


def test_the_incident_is_whole_and_still_asks_for_what_was_promised(example):
    workspace = open_workspace(example)
    with workspace.repository:
        (incident,) = read_incidents(example)
        facts = Witness(workspace, workspace.settings()).facts(incident)

    assert incident.problems == ()
    assert [(one.release, one.verbatim, one.still) for one in facts.comebacks] == [
        ("wren/2026-06-25", True, False)
    ]
    assert facts.evals == {"sycophancy": "wren/2026-06-16"}
    found = obstacles(incident, facts, date(2026, 7, 15))
    assert [(one.code, one.blocking) for one in found] == [
        ("EVAL_DEBT", False),
        ("RELAPSED", False),
    ]


def test_the_incident_was_told_in_its_postmortem(example):
    (incident,) = read_incidents(example)

    postmortem = postmortem_of(incident)

    assert postmortem is not None
    assert standing(postmortem) is Review.PUBLISHED
    assert postmortem.approved_by != ()
