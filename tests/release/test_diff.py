"""Every differing byte is described, or listed under other changes."""

from __future__ import annotations

import hashlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.release.differences.diff import ChangedFile, diff_bundles
from relnotes.release.record import Section
from relnotes.release.written.snapshot import Snapshot, updated

NAMES = st.sampled_from(["a", "b", "c"])
WORDS = st.sampled_from(["", "Be kind.", "Be brief.\n", "1", "{{ x }}", "# not a heading"])
NUMBERS = st.sampled_from([0, 1, 0.5, True])


def items(**fields):
    return st.lists(
        st.fixed_dictionaries({}, optional=fields).flatmap(
            lambda item: NAMES.map(lambda name: {"name": name, **item})
        ),
        max_size=3,
        unique_by=lambda item: item["name"],
    )


BUNDLES = st.fixed_dictionaries(
    {"model": st.fixed_dictionaries({"name": NAMES}, optional={"weights": NAMES, "base": NAMES})},
    optional={
        "release": st.fixed_dictionaries({}, optional={"summary": NAMES, "reason": NAMES}),
        "decoding": st.dictionaries(NAMES, NUMBERS | st.lists(NUMBERS, max_size=2), max_size=3),
        "tools": items(description=NAMES, audience=st.sampled_from(["public", "internal"])),
        "training": st.lists(NAMES, unique=True, max_size=3).map(
            lambda ids: [{"id": one, "kind": "rl"} for one in ids]
        ),
        "rollout": st.sampled_from([[], [{"stage": "full"}], [{"stage": "canary", "share": 0.1}]]),
        "none_known": st.just({"by": "Ada", "on": "2026-01-01"}),
    },
)
LAYOUT = st.sampled_from(["", "# comment\n", "\n"])
FILES = st.fixed_dictionaries(
    {"bundle.yaml": st.tuples(LAYOUT, BUNDLES).map(lambda two: two[0] + yaml.safe_dump(two[1]))},
    optional={
        "prompts/system.md": WORDS,
        "notes/x.md": WORDS.filter(str.strip),
        "limitations/KL1.yaml": NAMES.map(lambda text: f"id: KL1\ntext: {text}\n"),
        "behaviours.yaml": NAMES.map(lambda one: f"behaviours: [{{id: {one}, principle: p}}]\n"),
        "evals/x.json": WORDS,
        "anything/else.bin": WORDS,
        ".hidden": WORDS,
    },
)


def snapshot_of(files: dict[str, str]) -> Snapshot:
    found = [
        (path, blob(text), text.encode())
        for path, text in files.items()
        if not path.startswith("evals/")
    ]
    return updated(Snapshot(), found, "")


def blob(text: str | None) -> str | None:
    return None if text is None else hashlib.sha1(text.encode()).hexdigest()


def changed_files(old: dict[str, str], new: dict[str, str]) -> list[ChangedFile]:
    return [
        ChangedFile(path, blob(old.get(path)), blob(new.get(path)))
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    ]


@settings(max_examples=300)
@given(FILES, FILES)
def test_every_file_that_differs_has_a_change_and_no_other_file_has_one(old, new):
    files = changed_files(old, new)

    changes = diff_bundles(snapshot_of(old), snapshot_of(new), files)

    assert {change.path.partition(":")[0] for change in changes} == {file.path for file in files}


@settings(max_examples=200)
@given(FILES, FILES)
def test_a_bundle_that_says_something_else_is_not_called_reformatted(old, new):
    differ = yaml.safe_load(old["bundle.yaml"]) != yaml.safe_load(new["bundle.yaml"])
    files = [file for file in changed_files(old, new) if file.path == "bundle.yaml"]

    changes = diff_bundles(snapshot_of(old), snapshot_of(new), files)

    told = [change for change in changes if change.kind != "file.reformatted"]
    empty_part = any(
        value in ([], {})
        for value in [
            *yaml.safe_load(old["bundle.yaml"]).values(),
            *yaml.safe_load(new["bundle.yaml"]).values(),
        ]
    )
    assert bool(told) == differ or empty_part


@given(FILES)
def test_a_bundle_does_not_differ_from_itself(files):
    assert diff_bundles(snapshot_of(files), snapshot_of(files), []) == ()


@settings(max_examples=200)
@given(FILES, FILES)
def test_changes_come_in_the_order_of_the_sections(old, new):
    changes = diff_bundles(snapshot_of(old), snapshot_of(new), changed_files(old, new))

    order = list(Section)
    at = [order.index(change.described_in) for change in changes]
    assert at == sorted(at)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({}, {"blocking": True}, "warmth: a release depends on it now"),
        ({"blocking": True}, {"blocking": False}, "warmth: no release depends on it now"),
        ({"blocking": True}, {}, "warmth: no release depends on it now"),
        ({"evals": []}, {"evals": ["a", "b"]}, "warmth: evals none → a, b"),
        ({}, {"margin": 0.05}, "warmth: margin not set → 0.05"),
    ],
)
def test_what_changed_in_a_behaviour_reads_like_a_sentence(old, new, words):
    warmth = {"id": "warmth", "principle": "p"}
    sides = [
        {
            "bundle.yaml": "model: {name: Wren}\n",
            "behaviours.yaml": yaml.safe_dump({"behaviours": [warmth | one]}),
        }
        for one in (old, new)
    ]

    changes = diff_bundles(*map(snapshot_of, sides), changed_files(*sides))

    assert [one.words for one in changes] == [words]
