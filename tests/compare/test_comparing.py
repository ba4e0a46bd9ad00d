"""What `relnotes compare` finds: planted changes, and planted things that are no change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from compare.comparekit import sides, suite, task
from evals.eval_examples import as_json, lm_eval_file
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from relnotes.comparing import Compared, Options, compare_files
from relnotes.comparing.files import Reading
from relnotes.errors import RelnotesError
from relnotes.evals.comparability import Override
from relnotes.evals.comparison import Settings
from relnotes.evals.result import Direction
from relnotes.evals.verdict import Verdict


def compared(folder: Path, old: str | bytes, new: str | bytes, **options: object) -> Compared:
    return compare_files(*sides(folder, old, new), Options(**options))  # type: ignore[arg-type]


def verdicts(found: Compared) -> dict[str, Verdict]:
    return {row.task: row.verdict for row in found.rows}


def problems_of(old: Path, new: Path, **options: object) -> list[str]:
    with pytest.raises(RelnotesError) as caught:
        compare_files(str(old), str(new), Options(**options))  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


# Planted changes


def test_a_planted_regression_is_found_among_many_that_hold(tmp_path: Path) -> None:
    old = [task(f"t{at}", 0.7, n=2000) for at in range(40)]
    new = [task(f"t{at}", 0.7 if at != 17 else 0.62, n=2000) for at in range(40)]

    found = compared(tmp_path, suite(*old), suite(*new))

    assert [row.task for row in found.rows if row.verdict is Verdict.REGRESSED] == ["t17"]
    assert found.counts == {Verdict.REGRESSED: 1, Verdict.HELD: 39}


def test_a_planted_change_of_the_harness_is_refused_and_named(tmp_path: Path) -> None:
    """The same model, one argument more, and every task gains forty points."""
    scores = {f"mmlu_{at}": 0.26 for at in range(20)}
    args = "pretrained=example/wren"
    old = lm_eval_file({name: {"acc,none": acc} for name, acc in scores.items()}, model_args=args)
    new = lm_eval_file(
        {name: {"acc,none": acc + 0.42} for name, acc in scores.items()},
        model_args=f"{args},add_bos_token=True",
    )

    found = compared(tmp_path, as_json(old), as_json(new))

    assert found.counts == {Verdict.NOT_COMPARABLE: 20}
    assert {row.reason for row in found.rows} == {"model_args.add_bos_token not set → True"}
    assert all(row.delta is None and row.p is None for row in found.rows)


def test_an_override_compares_and_leaves_its_reason(tmp_path: Path) -> None:
    old = suite(task("chat", 0.5, judge={"model": "J-2"}))
    new = suite(task("chat", 0.8, judge={"model": "J-3"}))
    override = Override("judge", "they agree on 500 answers")

    found = compared(tmp_path, old, new, overrides=(override,))

    assert verdicts(found) == {"chat": Verdict.IMPROVED}
    assert found.rows[0].remarks == (
        "compared in spite of judge J-2 → J-3: they agree on 500 answers",
    )


def test_an_override_that_nothing_needs_is_said(tmp_path: Path) -> None:
    same = suite(task("chat", 0.5))

    found = compared(tmp_path, same, same, overrides=(Override("juge", "a slip"),))

    assert "--override juge: nothing differs in it, so it was not needed" in found.remarks


def test_two_harnesses_meet_where_the_task_is_the_same(tmp_path: Path) -> None:
    """Their names are a difference like any other: told, or overridden with a reason."""
    old = as_json(lm_eval_file({"arc": {"acc,none": 0.5, "acc_stderr,none": 0.01}}))
    new = suite(task("arc", 0.6, version="1.0", shots=5))
    overrides = tuple(Override(field, "the same questions") for field in ("*",))

    refused = compared(tmp_path, old, new)
    told = compared(tmp_path, old, new, overrides=overrides)

    assert verdicts(refused) == {"arc": Verdict.NOT_COMPARABLE}
    assert "harness lm-eval 0.4 → inhouse 3" in refused.rows[0].reason
    assert verdicts(told) == {"arc": Verdict.IMPROVED}


def test_a_metric_of_another_name_is_pointed_out(tmp_path: Path) -> None:
    old, new = suite(task("arc", 0.5)), suite(task("arc", 0.6, metric="accuracy"))

    found = compared(tmp_path, old, new)

    assert found.counts == {Verdict.REMOVED: 1, Verdict.ADDED: 1}
    assert "arc: measured on both sides, by other metrics: acc → accuracy" in found.remarks


def test_what_two_harnesses_call_differently_can_be_renamed(tmp_path: Path) -> None:
    old = suite(task("a=b", 0.5, metric="accuracy"))
    new = suite(task("suite:a=b", 0.6))

    found = compared(tmp_path, old, new, renames=("a=b=suite:a=b", "accuracy=acc"))

    assert verdicts(found) == {"suite:a=b": Verdict.IMPROVED}


def test_a_rename_of_nothing_is_a_problem(tmp_path: Path) -> None:
    old, new = sides(tmp_path, suite(task("a", 0.5)), suite(task("b", 0.6)))

    (problem,) = problems_of(Path(old), Path(new), renames=("x=b",))

    assert '"x=b" names nothing of both sides' in problem
    assert "OLD has: a, acc" in problem


def test_equal_scores_of_two_models_are_no_proof_and_of_one_they_are(tmp_path: Path) -> None:
    old, other = suite(task("a", 0.5, n=50)), suite(task("a", 0.5, n=50), model="finch")
    again = suite(task("a", 0.5, n=50), date="2026-04-01")

    assert verdicts(compared(tmp_path, old, other)) == {"a": Verdict.INCONCLUSIVE}
    assert verdicts(compared(tmp_path, old, again)) == {"a": Verdict.HELD}


# Laws


TASKS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(200, 5000)),
    min_size=1,
    max_size=6,
)


@given(TASKS)
def test_a_side_compared_with_itself_shows_no_change(
    tmp_path_factory: pytest.TempPathFactory, tasks: list[tuple[int, int, int]]
) -> None:
    side = suite(*(task(f"t{at}", a / 200, n=n) for at, (a, _, n) in enumerate(tasks)))

    found = compared(tmp_path_factory.mktemp("same"), side, side)

    assert set(found.counts) == {Verdict.HELD}
    assert "both sides hold the same files, byte for byte" in found.remarks


@given(TASKS)
def test_swapping_the_sides_swaps_improved_and_regressed(
    tmp_path_factory: pytest.TempPathFactory, tasks: list[tuple[int, int, int]]
) -> None:
    old = suite(*(task(f"t{at}", a / 200, n=n) for at, (a, _, n) in enumerate(tasks)))
    new = suite(*(task(f"t{at}", b / 200, n=n) for at, (_, b, n) in enumerate(tasks)))
    folder = tmp_path_factory.mktemp("swap")

    there, back = compared(folder, old, new), compared(folder, new, old)

    turned = {Verdict.IMPROVED: Verdict.REGRESSED, Verdict.REGRESSED: Verdict.IMPROVED}
    claimed = {name: one for name, one in verdicts(there).items() if one in turned}
    assert claimed == {name: turned[one] for name, one in verdicts(back).items() if one in turned}


# What a person asks


def test_a_direction_that_no_file_knows_can_be_said(tmp_path: Path) -> None:
    old, new = (suite(task("x", value, metric="house", stderr=0.1)) for value in (5.0, 4.0))

    unknown = compared(tmp_path, old, new)
    lower = compared(tmp_path, old, new, directions=(("house", Direction.LOWER),))

    assert verdicts(unknown) == {"x": Verdict.CHANGED}
    assert verdicts(lower) == {"x": Verdict.IMPROVED}


def test_a_margin_may_be_of_one_metric_in_its_own_unit(tmp_path: Path) -> None:
    old, new = (suite(task("x", value, metric="perplexity", stderr=0.01)) for value in (5.0, 5.01))

    none = compared(tmp_path, old, new)
    some = compared(tmp_path, old, new, margins=(("perpl*", 0.1),))

    assert verdicts(none) == {"x": Verdict.INCONCLUSIVE}
    assert verdicts(some) == {"x": Verdict.HELD}


def test_only_what_is_asked_for_is_compared_and_adjusted_for(tmp_path: Path) -> None:
    old = suite(*(task(f"t{at}", 0.5) for at in range(30)))
    new = suite(*(task(f"t{at}", 0.45 if at == 3 else 0.5) for at in range(30)))

    every, one = compared(tmp_path, old, new), compared(tmp_path, old, new, tasks=("t3",))

    assert verdicts(every)["t3"] is Verdict.INCONCLUSIVE
    assert verdicts(one) == {"t3": Verdict.REGRESSED}
    assert one.left_out == 29


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tasks": ("arcc",)}, 'no task of either side matches "arcc" (did you mean "arc"?)'),
        ({"metrics": ("ac",)}, 'no metric of either side matches "ac" (did you mean "acc"?)'),
        ({"directions": (("f1", Direction.LOWER),)}, "--direction: no metric of either side"),
        ({"margins": (("f1", 0.1),)}, "--margin: no metric of either side"),
    ],
)
def test_an_option_that_names_nothing_is_a_problem(
    tmp_path: Path, options: dict[str, object], said: str
) -> None:
    old, new = sides(tmp_path, suite(task("arc", 0.5)), suite(task("arc", 0.5)))

    found = problems_of(Path(old), Path(new), **options)

    assert len(found) == 1
    assert said in found[0]


def test_a_smaller_alpha_claims_less(tmp_path: Path) -> None:
    old, new = suite(task("x", 0.5)), suite(task("x", 0.45))

    strict = compared(tmp_path, old, new, sureness=replace(Settings(), alpha=0.001))

    assert verdicts(compared(tmp_path, old, new)) == {"x": Verdict.REGRESSED}
    assert verdicts(strict) == {"x": Verdict.INCONCLUSIVE}


# Folders


def folder_of(top: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return top


def test_folders_match_by_what_is_measured_and_not_by_file_name(tmp_path: Path) -> None:
    old = folder_of(tmp_path / "old", {"2026-03/a.yaml": suite(task("arc", 0.5))})
    new = folder_of(tmp_path / "new", {"results_17.yaml": suite(task("arc", 0.6))})

    found = compare_files(str(old), str(new))

    (row,) = found.rows
    assert row.verdict is Verdict.IMPROVED
    assert row.source_old == f"{old}/2026-03/a.yaml"
    assert row.source_new == f"{new}/results_17.yaml"


def test_of_two_runs_of_the_same_the_newer_counts_and_it_is_said(tmp_path: Path) -> None:
    files = {
        "first.yaml": suite(task("arc", 0.1), date="2026-01-01"),
        "second.yaml": suite(task("arc", 0.5), date="2026-02-01"),
    }
    old = folder_of(tmp_path / "old", dict(files))
    new = folder_of(tmp_path / "new", {"a.yaml": suite(task("arc", 0.5), date="2026-03-01")})

    found = compare_files(str(old), str(new))

    assert found.rows[0].old == 0.5
    assert found.remarks == (
        f"{old}: 1 result of first.yaml not compared: second.yaml is the newer run",
    )


def test_sides_that_look_exchanged_are_remarked_on(tmp_path: Path) -> None:
    old = suite(task("arc", 0.5), date="2026-05-01")
    new = suite(task("arc", 0.6), date="2026-04-01")

    (remark,) = compared(tmp_path, old, new).remarks

    assert remark.endswith("is the older one named first?")


def test_every_file_that_nothing_recognises_is_named_at_once(tmp_path: Path) -> None:
    old = folder_of(
        tmp_path / "old",
        {"a.yaml": suite(task("arc", 0.5)), "run.log": "x", "b/run2.log": "y", "notes.md": "z"},
    )
    new = folder_of(tmp_path / "new", {"broken.json": '{"results": ', "empty.json": ""})

    found = problems_of(old, new)

    assert [problem.split(":")[0] for problem in found] == [
        f"{old}/b/run2.log",
        f"{old}/notes.md",
        f"{new}/broken.json",
        f"{new}/empty.json",
    ]
    assert "(and 1 more .log files)" in found[0]
    assert "--ignore '*.log'" in found[0]


def test_ignored_files_are_not_read_and_are_listed(tmp_path: Path) -> None:
    files = {"a.yaml": suite(task("arc", 0.5)), "logs/run.log": "x", "figures/a.png": b"\x89PNG"}
    old, new = (folder_of(tmp_path / name, dict(files)) for name in ("old", "new"))

    found = compare_files(
        str(old), str(new), Options(reading=Reading(ignore=("*.log", "figures/*")))
    )

    assert found.old.ignored == ("figures/a.png", "logs/run.log")
    assert [file.path for file in found.new.files] == ["a.yaml"]


def test_an_empty_folder_and_a_missing_one_are_problems(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()

    assert problems_of(tmp_path / "old", tmp_path / "new") == [
        f"{tmp_path}/old: there is no file in this folder",
        f"{tmp_path}/new: there is no such file or folder",
    ]


def test_a_link_to_a_folder_is_named_and_one_to_a_file_is_read(tmp_path: Path) -> None:
    real = folder_of(tmp_path / "real", {"a.yaml": suite(task("arc", 0.5))})
    old = tmp_path / "old"
    old.mkdir()
    (old / "a.yaml").symlink_to(real / "a.yaml")
    assert compare_files(str(old), str(real)).counts == {Verdict.HELD: 1}

    (old / "more").symlink_to(real)

    assert "a symbolic link to a folder" in problems_of(old, real)[0]


def test_a_file_beyond_the_bound_is_refused_with_its_size(tmp_path: Path) -> None:
    old, new = sides(tmp_path, suite(task("arc", 0.5)), suite(task("arc", 0.5)))
    with Path(new).open("ab") as file:
        file.truncate(3 << 20)

    (problem,) = problems_of(Path(old), Path(new), reading=Reading(max_mb=2))

    assert "3 MB; a result file may have 2 MB" in problem


def test_a_secret_in_the_model_arguments_reaches_no_answer(tmp_path: Path) -> None:
    secret = "sk-live0123456789abcdefghij0123456789"
    files = [
        as_json(lm_eval_file({"arc": {"acc,none": 0.5}}, model_args={"model": "wren", "x": one}))
        for one in (f"Bearer {secret}", "other")
    ]

    found = compared(tmp_path, *files)

    assert secret not in json.dumps([repr(row) for row in found.rows])
    assert found.counts == {Verdict.NOT_COMPARABLE: 1}
