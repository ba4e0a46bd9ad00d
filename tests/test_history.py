"""From tags to records: what a release says, and what its ledger remembers."""

from __future__ import annotations

import pytest
from bundlekit import behaviours, bundle, limitation, lm_eval, native_eval, project

from relnotes.errors import RelnotesError
from relnotes.lines import candidate, new_fold, walk
from relnotes.release.limitations.known import News
from relnotes.release.record import Record
from relnotes.tagged import releases_of
from relnotes.workspace import open_workspace


def records_of(path) -> dict[str, Record]:
    """The internal record of every release, by tag, and of the candidate."""
    workspace = open_workspace(path)
    with workspace.repository as repository:
        settings = workspace.settings()
        (line,) = settings.lines
        fold = new_fold(repository, line, settings)
        known = [*releases_of(repository, line).known]
        work = candidate(repository, line)
        points = walk(repository, fold, [*known, *([work] if work else [])])
        return {release.tag: point.record for release, point in points}


def kinds(record: Record) -> dict[str, str]:
    return {change.kind: change.words for change in record.changes}


def news(record: Record) -> dict[str, tuple[News, str]]:
    return {entry.id: (entry.news, entry.state.value) for entry in record.limitations}


def refusal(path) -> str:
    with pytest.raises(RelnotesError) as caught:
        records_of(path)
    return str(caught.value)


# -- changes -------------------------------------------------------------------------------------


def test_new_weights_under_the_same_names_are_named(tmp_path):
    model = {"name": "Wren", "provider_id": "wren-1", "version": "2026-01", "weights": "sha256:bb"}
    project(tmp_path, {"v1": {"bundle.yaml": bundle()}, "v2": {"bundle.yaml": bundle(model=model)}})

    found = kinds(records_of(tmp_path)["v2"])

    assert found == {
        "model.weights": "new weights under the same provider_id wren-1 and version 2026-01"
        " (the snapshot's name was moved)"
    }


def test_an_alias_that_moves_is_named(tmp_path):
    model = {"name": "Wren", "aliases": ["wren-latest", "small"]}
    moved = {"name": "Wren", "aliases": ["wren-latest", "large"]}
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(model=model)}, "v2": {"bundle.yaml": bundle(model=moved)}},
    )

    words = kinds(records_of(tmp_path)["v2"])["model.aliases"]

    assert words == "alias large now points here; alias small no longer points here"


def test_a_tool_is_told_parameter_by_parameter(tmp_path):
    def tools(properties, required):
        schema = {"type": "object", "properties": properties, "required": required}
        return bundle(tools=[{"name": "search", "parameters": schema}])

    query, fresh = {"query": {"type": "string"}}, {"freshness": {"type": "integer"}}
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": tools(query, ["query"])},
            "v2": {"bundle.yaml": tools(query | fresh, ["query"])},
            "v3": {"bundle.yaml": tools(query | fresh, ["query", "freshness"])},
            "v4": {"bundle.yaml": tools({"query": {"type": "array"}} | fresh, ["query"])},
        },
    )

    records = records_of(tmp_path)

    assert kinds(records["v2"]) == {
        "tool.parameter added": "search: optional parameter freshness added"
    }
    assert kinds(records["v3"]) == {"tool.required": "search: freshness is now required"}
    assert kinds(records["v4"]) == {
        "tool.parameter changed": "search: parameter query: type string → array",
        "tool.required": "search: freshness is no longer required",
    }


def test_a_prompt_whose_last_newline_differs_is_not_a_prompt_change(tmp_path):
    prompts = [{"name": "system", "file": "prompts/system.md"}]
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(prompts=prompts), "prompts/system.md": "Be kind.\n"},
            "v2": {"prompts/system.md": "Be kind."},
            "v3": {"prompts/system.md": "Be kind.\r\n"},
        },
    )

    records = records_of(tmp_path)

    for tag in ("v2", "v3"):
        assert records[tag].prompts == ()
        assert [change.kind for change in records[tag].changes] == ["prompt.reformatted"]


def test_a_comment_that_changes_is_listed_under_other(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {"bundle.yaml": "# a note to ourselves\n" + bundle()},
        },
    )

    (change,) = records_of(tmp_path)["v2"].changes

    assert (change.kind, change.described_in) == ("file.reformatted", "other")


def test_an_unknown_file_is_listed_under_other_with_both_blobs(tmp_path):
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(), "licence.txt": "a"}, "v2": {"licence.txt": "b"}},
    )

    (change,) = records_of(tmp_path)["v2"].changes

    assert (change.kind, change.path, change.described_in) == (
        "file.changed",
        "licence.txt",
        "other",
    )
    assert change.old != change.new


def test_a_note_that_explains_a_change_is_named_beside_it(tmp_path):
    note = "---\nkind: behaviour\nexplains: [decoding.temperature]\n---\nAnswers vary more.\n"
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(decoding={"temperature": 0.7})},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 0.9}), "notes/t.md": note},
        },
    )

    record = records_of(tmp_path)["v2"]

    assert record.changes[0].explained_by == ("notes/t.md",)
    assert [one.text for one in record.notes] == ["Answers vary more."]


def test_the_candidate_is_the_work_tree_with_uncommitted_changes(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    repository.write({"bundle/bundle.yaml": bundle(decoding={"temperature": 1})})

    record = records_of(tmp_path)["(candidate)"]

    assert record.provenance.dirty
    assert kinds(record) == {"decoding.added": "temperature not set → 1"}


# -- evals ---------------------------------------------------------------------------------------


def test_results_are_matched_by_task_whatever_the_file_is_called(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/results_2026-01.json": lm_eval({"mmlu": 0.70})},
            "v2": {
                "evals/results_2026-01.json": None,
                "evals/results_2026-02.json": lm_eval({"mmlu": 0.60}),
            },
        },
    )

    (row,) = records_of(tmp_path)["v2"].evals

    assert (row.task, row.verdict) == ("mmlu", "regressed")
    assert row.source_old == "v1:bundle/evals/results_2026-01.json"
    assert row.source_new == "v2:bundle/evals/results_2026-02.json"


def test_a_result_in_an_unchanged_file_is_carried_over_and_not_compared(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.yaml": native_eval("a")},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 1})},
        },
    )

    summary = records_of(tmp_path)["v2"].eval_summary

    assert (summary.carried_over, summary.compared, summary.stale) == (1, 0, True)


def test_a_vanished_result_is_loud(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.yaml": native_eval("a")},
            "v2": {"evals/a.yaml": None},
        },
    )

    (row,) = records_of(tmp_path)["v2"].evals

    assert row.verdict == "removed"


def test_an_own_metric_gets_its_direction_from_the_settings(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    text = native_eval("tone").replace("name: acc", "name: warmth")
    repository.release("v2", {"bundle/evals/tone.yaml": text})
    repository.release("v3", {"bundle/evals/tone.yaml": text.replace("0.9\n", "0.5\n")})
    assert records_of(tmp_path)["v3"].evals[0].verdict == "changed"

    settings = (tmp_path / "relnotes.toml").read_text()
    (tmp_path / "relnotes.toml").write_text(
        settings + '[evals.metrics.warmth]\ndirection = "higher"\nunit = "fraction"\n'
    )

    assert records_of(tmp_path)["v3"].evals[0].verdict == "regressed"


# -- limitations ---------------------------------------------------------------------------------


def test_a_limitation_lives_until_it_is_resolved_with_evidence(tmp_path):
    done = {"state": "resolved", "evidence": ["eval citations: 0.2 → 0.9"]}
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "limitations/KL0001.yaml": limitation()},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 1})},
            "v3": {"limitations/KL0001.yaml": limitation(**done)},
            "v4": {"bundle.yaml": bundle()},
        },
    )

    records = records_of(tmp_path)

    assert news(records["v1"]) == {"KL0001": ("new", "open")}
    assert news(records["v2"]) == {"KL0001": ("still open", "open")}
    assert news(records["v3"]) == {"KL0001": ("resolved", "resolved")}
    assert news(records["v4"]) == {}
    assert records["v3"].limitations[0].since == "v1"


def test_a_limitation_that_vanishes_is_dropped_and_stays_on_the_list(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "limitations/KL0001.yaml": limitation()},
            "v2": {"limitations/KL0001.yaml": None},
            "v3": {"bundle.yaml": bundle(decoding={"temperature": 1})},
        },
    )

    records = records_of(tmp_path)

    assert news(records["v2"]) == {"KL0001": ("dropped", "dropped")}
    assert news(records["v3"]) == {"KL0001": ("still open", "dropped")}


def test_a_regression_is_a_limitation_until_the_old_score_is_back(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.yaml": native_eval("a", 0.80)},
            "v2": {"evals/a.yaml": native_eval("a", 0.70)},
            "v3": {"evals/a.yaml": native_eval("a", 0.74)},
            "v4": {"evals/a.yaml": native_eval("a", 0.86)},
        },
    )

    records = records_of(tmp_path)
    ((id_, first),) = news(records["v2"]).items()

    assert first == ("new", "open")
    assert news(records["v3"])[id_] == ("still open", "open")
    assert news(records["v4"])[id_] == ("resolved", "resolved")


def test_a_behaviour_that_nothing_measures_is_a_limitation_until_an_eval_covers_it(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "behaviours.yaml": behaviours({"id": "flattery"})},
            "v2": {
                "behaviours.yaml": behaviours({"id": "flattery", "evals": ["flattery"]}),
                "evals/f.yaml": native_eval("flattery"),
            },
        },
    )

    records = records_of(tmp_path)
    ((id_, first),) = news(records["v1"]).items()

    assert first == ("new", "open")
    assert news(records["v2"]) == {id_: ("resolved", "resolved")}
    assert records["v1"].unmeasured[0].reason == "no eval covers this behaviour"


def test_a_blocking_behaviour_that_cannot_be_judged_is_a_limitation(tmp_path):
    safety = behaviours({"id": "safety", "blocking": True, "evals": ["refusals"]})
    project(
        tmp_path,
        {
            "v1": {
                "bundle.yaml": bundle(),
                "behaviours.yaml": safety,
                "evals/r.yaml": native_eval("refusals", 0.97, 100),
            },
            "v2": {"evals/r.yaml": native_eval("refusals", 0.96, 100)},
        },
    )

    (entry,) = records_of(tmp_path)["v2"].limitations

    assert (entry.origin, entry.blocking) == ("inconclusive", True)
    assert "questions would settle it, 100 were run" in entry.text


def test_a_behaviour_measured_only_on_other_weights_is_not_measured(tmp_path):
    watched = behaviours({"id": "honesty", "evals": ["honesty"]})
    project(
        tmp_path,
        {
            "v1": {
                "bundle.yaml": bundle(),
                "behaviours.yaml": watched,
                "evals/h.yaml": native_eval("honesty"),
            },
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 1})},
        },
    )

    (missing,) = records_of(tmp_path)["v2"].unmeasured

    assert missing.reason == "last measured at v1, and what runs has changed since"


def test_changes_tested_only_alone_are_a_limitation(tmp_path):
    def training(tested):
        items = [
            {"id": "reward", "kind": "reward-signal", "tested": tested},
            {"id": "memory", "kind": "memory", "tested": tested},
        ]
        return bundle(training=items)

    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {"bundle.yaml": training("alone")},
            "v3": {"bundle.yaml": training("both")},
        },
    )

    records = records_of(tmp_path)

    assert records["v2"].limitations[0].text == (
        "reward and memory reached users together, but were never tested together"
    )
    assert records["v3"].limitations[0].news == "resolved"


def test_none_known_contradicts_an_open_limitation(tmp_path):
    attested = bundle(none_known={"by": "Ada", "on": "2026-01-02"})
    project(tmp_path, {"v1": {"bundle.yaml": attested, "limitations/KL0001.yaml": limitation()}})

    assert "v1:bundle/bundle.yaml: none_known is attested, but 1 are open: KL0001" in refusal(
        tmp_path
    )


# -- rollbacks and relapses ----------------------------------------------------------------------


def test_a_rollback_is_proved_by_the_tree(tmp_path):
    repository = project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 1})},
            "v3": {"bundle.yaml": bundle(decoding={"temperature": 2})},
        },
    )
    repository.git("checkout", "v1", "--", "bundle")
    repository.release("v4", {})

    rollback = records_of(tmp_path)["v4"].rollback

    assert rollback.identical
    assert (rollback.restores, rollback.withdraws) == ("v1", ("v2", "v3"))


def test_a_declared_rollback_names_what_differs(tmp_path):
    back = bundle(release={"kind": "rollback", "restores": "v1"})
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 1}), "extra.txt": "x"},
            "v3": {"bundle.yaml": back},
        },
    )

    rollback = records_of(tmp_path)["v3"].rollback

    assert not rollback.identical
    assert rollback.differs == ("bundle.yaml", "extra.txt")


def test_a_prompt_line_that_a_hotfix_removed_is_reported_when_it_returns(tmp_path):
    prompts = [{"name": "system", "file": "prompts/system.md"}]
    plain, hotfix = bundle(prompts=prompts), bundle(prompts=prompts, release={"kind": "hotfix"})
    bad = "Be honest.\n\nAlways match the mood of the user.\n"
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": plain, "prompts/system.md": bad},
            "v2": {"bundle.yaml": hotfix, "prompts/system.md": "Be honest.\n"},
            "v3": {"bundle.yaml": plain, "prompts/system.md": bad},
            "v4": {"prompts/system.md": "Be honest.\n\nBe brief.\n"},
        },
    )

    records = records_of(tmp_path)

    (relapse,) = records["v3"].relapses
    assert (relapse.line, relapse.removed_in) == ("Always match the mood of the user.", "v2")
    assert records["v3"].limitations[0].origin == "relapse"
    assert records["v4"].limitations[0].news == "resolved"


# -- bad input -----------------------------------------------------------------------------------


def test_all_problems_of_all_releases_are_reported_at_once(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle()},
            "v2": {"bundle.yaml": bundle(decodng={}), "limitations/KL0001.yaml": "id: 1\n"},
            "v3": {"behaviours.yaml": "behaviours: 3\n"},
        },
    )

    said = refusal(tmp_path)

    assert 'v2:bundle/bundle.yaml:6:1: unknown key "decodng" (did you mean "decoding"?)' in said
    assert "v2:bundle/limitations/KL0001.yaml" in said
    assert 'v3:bundle/behaviours.yaml:1:1: "behaviours" should be a list' in said


def test_a_prompt_file_that_is_absent_or_leads_out_of_the_bundle_is_refused(tmp_path):
    prompts = [{"name": "a", "file": "prompts/sytem.md"}, {"name": "b", "file": "../secret.md"}]
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(prompts=prompts), "prompts/system.md": "Be kind."}},
    )

    said = refusal(tmp_path)

    assert 'is not in the bundle (did you mean "prompts/system.md"?)' in said
    assert '"../secret.md" leads out of the bundle' in said


def test_a_symbolic_link_in_the_bundle_is_refused(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    (tmp_path / "bundle" / "evals").mkdir()
    (tmp_path / "bundle" / "evals" / "a.json").symlink_to("/etc/passwd")
    repository.release("v2", {})

    assert "v2:bundle/evals/a.json" in refusal(tmp_path)


def test_a_result_file_larger_than_the_limit_is_refused_by_its_size(tmp_path):
    repository = project(tmp_path, {"v1": {"bundle.yaml": bundle()}})
    settings = (tmp_path / "relnotes.toml").read_text()
    (tmp_path / "relnotes.toml").write_text(settings + "[limits]\nmax_file_mb = 1\n")
    repository.release("v2", {"bundle/evals/big.json": '{"x": "' + "a" * 1_100_000 + '"}'})

    assert "a result file may have 1 MB" in refusal(tmp_path)


def test_an_unrecognised_result_is_refused_unless_it_is_ignored_with_a_reason(tmp_path):
    project(tmp_path, {"v1": {"bundle.yaml": bundle(), "evals/raw/log.txt": "hello"}})
    assert "v1:bundle/evals/raw/log.txt: no known format" in refusal(tmp_path)

    settings = (tmp_path / "relnotes.toml").read_text()
    (tmp_path / "relnotes.toml").write_text(
        settings + '[[evals.ignore]]\npath = "evals/raw/*"\nreason = "logs of the run"\n'
    )

    assert records_of(tmp_path)["v1"].eval_summary.files == 0


def test_what_a_note_explains_must_have_changed(tmp_path):
    note = "---\nexplains: [decodng.temperature]\n---\nWarmer.\n"
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(decoding={"temperature": 1})},
            "v2": {"bundle.yaml": bundle(decoding={"temperature": 2}), "notes/n.md": note},
        },
    )

    assert records_of(tmp_path)["v2"].remarks == (
        'v2: notes/n.md explains "decodng.temperature", which did not change'
        ' (did you mean "decoding.temperature"?)',
    )


def test_a_summary_is_of_the_release_that_brought_it_and_is_not_said_again(tmp_path):
    def said(summary: str, temperature: float) -> dict[str, str]:
        words, decoding = {"summary": summary}, {"temperature": temperature}
        return {"bundle.yaml": bundle(release=words, decoding=decoding)}

    project(
        tmp_path,
        {
            "v1": said("The first.", 0.1),
            "v2": said("The first.", 0.2),
            "v3": said("Less random.", 0.1),
        },
    )
    records = records_of(tmp_path)

    assert [records[tag].summary for tag in ("v1", "v2", "v3")] == [
        "The first.",
        None,
        "Less random.",
    ]
    assert records["v2"].remarks == (
        "v2: bundle.yaml has the release.summary of the release before, and it is left out",
    )
    assert records["v3"].remarks == ()


def test_a_rollback_is_not_told_that_its_summary_is_an_old_one(tmp_path):
    words = {"summary": "The first."}
    first = bundle(release=words, decoding={"temperature": 1})
    second = bundle(release=words, decoding={"temperature": 2})
    project(tmp_path, {"v1": {"bundle.yaml": first}, "v2": {"bundle.yaml": second}}).release(
        "v3", {"bundle/bundle.yaml": first}
    )

    assert records_of(tmp_path)["v3"].remarks == ()


@pytest.mark.parametrize("text", ["", " \n", "---\nkind: fix\n---\n\n"])
def test_a_note_without_words_is_refused(tmp_path, text):
    project(tmp_path, {"v1": {"bundle.yaml": bundle(), "notes/n.md": text}})

    with pytest.raises(RelnotesError, match=r"v1:bundle/notes/n\.md: .*\n +write what changed"):
        records_of(tmp_path)


def test_a_line_that_the_hotfix_itself_reworded_is_no_relapse(tmp_path):
    prompts = [{"name": "system", "file": "prompts/system.md"}]
    plain, hotfix = bundle(prompts=prompts), bundle(prompts=prompts, release={"kind": "hotfix"})
    project(
        tmp_path,
        {
            "v1": {
                "bundle.yaml": plain,
                "prompts/system.md": "Decline what could hurt somebody in any way.\n",
            },
            "v2": {
                "bundle.yaml": hotfix,
                "prompts/system.md": "Decline only what could hurt somebody in any way.\n",
            },
            "v3": {"bundle.yaml": bundle(prompts=prompts, decoding={"temperature": 1})},
        },
    )

    assert records_of(tmp_path)["v3"].relapses == ()


def test_each_eval_of_a_blocking_behaviour_is_judged_by_itself(tmp_path):
    safety = behaviours({"id": "safety", "blocking": True, "evals": ["a", "b"]})
    project(
        tmp_path,
        {
            "v1": {
                "bundle.yaml": bundle(),
                "behaviours.yaml": safety,
                "evals/a.yaml": native_eval("a", 0.9, 100),
                "evals/b.yaml": native_eval("b", 0.9, 100),
            },
            "v2": {
                "evals/a.yaml": native_eval("a", 0.89, 100),
                "evals/b.yaml": native_eval("b", 0.89, 100),
            },
            "v3": {"evals/a.yaml": native_eval("a", 0.5, 100)},
        },
    )

    told = {
        entry.text.partition(" by ")[2][:1]: entry.news
        for entry in records_of(tmp_path)["v3"].limitations
        if entry.origin == "inconclusive"
    }

    assert told == {"a": "resolved", "b": "still open"}


def test_a_recovery_is_told_with_the_number_before_the_fall(tmp_path):
    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.yaml": native_eval("a", 0.80)},
            "v2": {"evals/a.yaml": native_eval("a", 0.70)},
            "v3": {"evals/a.yaml": native_eval("a", 0.81)},
        },
    )

    (entry,) = records_of(tmp_path)["v3"].limitations

    assert entry.evidence == ("0.810 now; 0.800 before it fell", "v3:bundle/evals/a.yaml")


def test_the_same_share_right_shows_that_an_eval_held_only_where_the_same_thing_ran(tmp_path):
    def result(date):
        return lm_eval({"quiz": 0.5}, n=120, date=date)

    project(
        tmp_path,
        {
            "v1": {"bundle.yaml": bundle(), "evals/a.json": result(1)},
            "v2": {"evals/a.json": result(2)},
            "v3": {"bundle.yaml": bundle(decoding={"temperature": 1}), "evals/a.json": result(3)},
        },
    )

    records = records_of(tmp_path)

    assert records["v2"].evals[0].verdict == "held"
    assert records["v3"].evals[0].verdict == "inconclusive"


def test_an_older_result_beside_a_newer_one_is_remarked(tmp_path):
    old, new = (lm_eval({"quiz": 0.5}, model=model, date=1) for model in ("gpt2", "wren"))
    old, new = old.replace('"date": 1', '"date": 1.0'), new.replace('"date": 1', '"date": 2.0')
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(), "evals/a.json": old, "evals/b.json": new}},
    )

    record = records_of(tmp_path)["v1"]

    assert [row.source_new for row in record.evals] == ["v1:bundle/evals/b.json"]
    assert "v1:bundle/evals/a.json is replaced by the newer evals/b.json" in record.remarks[0]


def test_two_results_of_one_eval_made_in_different_ways_are_refused(tmp_path):
    full, smoke = lm_eval({"quiz": 0.5}), lm_eval({"quiz": 0.5}, limit=10)
    smoke = smoke.replace('"effective": 1000', '"effective": 10')
    project(
        tmp_path,
        {"v1": {"bundle.yaml": bundle(), "evals/a.json": full, "evals/b.json": smoke}},
    )

    said = refusal(tmp_path)

    assert "v1:bundle/evals/a.json: quiz (acc) is also in evals/b.json: limit" in said
