"""Prompt texts compared: what a reader is shown, and the laws that every diff keeps."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relnotes.release.differences.prompt_diff import (
    Hunk,
    HunkKind,
    Piece,
    PieceOp,
    TextDiff,
    added_lines,
    diff_texts,
    paragraphs,
    removed_lines,
    returned_lines,
    reworded_lines,
    text_of,
    unified_lines,
)

OLD = """You are Wren, made by Example.

Be direct. Say when you are unsure.
Never invent a source.

Use the search tool for anything after {{ cutoff }}.

{% if memory %}Remember what the user told you.{% endif %}
"""
NEW = """You are Wren, made by Example.

{% if memory %}Remember what the user told you.{% endif %}

Match the user's mood.
Never invent a source.

Use the search tool for everything after {{ cutoff }}.
"""

WORDS = ["be", "kind", "Wren", "user", "{{ x }}", "${y}", "不要", "שלום", "é", ",", ".", "-", "🙂"]
SPACES = [" ", "  ", "\n", "\n\n", "\n\n\n", "\n \n", "\t", "\r\n", "\r", "\u00a0", "\u2028"]
texts = st.lists(st.sampled_from(WORDS + SPACES), max_size=40).map("".join) | st.text(max_size=40)
law = settings(deadline=None, max_examples=150)


def shown(diff: TextDiff) -> list[tuple[str, int | None, int | None, str]]:
    """Hunks with their pieces written like a note: [-removed-]{+added+}."""
    marks = {PieceOp.SAME: "{}", PieceOp.REMOVED: "[-{}-]", PieceOp.ADDED: "{{+{}+}}"}
    return [
        (
            str(hunk.kind),
            hunk.old_paragraph,
            hunk.new_paragraph,
            "".join(marks[piece.op].format(piece.text) for piece in hunk.pieces),
        )
        for hunk in diff.hunks
    ]


def plain(text: str) -> str:
    """What counts of a text: LF line ends, and no newline at the end."""
    return text.replace("\r\n", "\n").removesuffix("\n")


def swapped(hunk: Hunk) -> Hunk:
    ops = {PieceOp.ADDED: PieceOp.REMOVED, PieceOp.REMOVED: PieceOp.ADDED}
    kinds = {HunkKind.ADDED: HunkKind.REMOVED, HunkKind.REMOVED: HunkKind.ADDED}
    pieces = [Piece(ops.get(piece.op, piece.op), piece.text) for piece in hunk.pieces]
    for at in range(len(pieces) - 1):
        if [piece.op for piece in pieces[at : at + 2]] == [PieceOp.ADDED, PieceOp.REMOVED]:
            pieces[at], pieces[at + 1] = pieces[at + 1], pieces[at]
    kind = kinds.get(hunk.kind, hunk.kind)
    return Hunk(kind, hunk.new_paragraph, hunk.old_paragraph, tuple(pieces))


def test_a_prompt_is_told_by_paragraphs_and_words() -> None:
    diff = diff_texts(OLD, NEW)

    memory = "{% if memory %}Remember what the user told you.{% endif %}"
    assert shown(diff) == [
        ("moved", 4, 2, memory),
        (
            "edited",
            2,
            3,
            "[-Be direct. Say when you are unsure-]{+Match the user's mood+}."
            "\nNever invent a source.",
        ),
        (
            "edited",
            3,
            4,
            "Use the search tool for [-anything-]{+everything+} after {{ cutoff }}.",
        ),
    ]
    assert (diff.edited, diff.added, diff.removed, diff.moved) == (2, 0, 0, 1)
    assert not diff.same
    assert not diff.guarded


def test_a_terminal_is_shown_the_changed_lines_only() -> None:
    assert unified_lines(diff_texts(OLD, NEW)) == [
        ("removed", "Be direct. Say when you are unsure."),
        ("added", "Match the user's mood."),
        ("removed", "Use the search tool for anything after {{ cutoff }}."),
        ("added", "Use the search tool for everything after {{ cutoff }}."),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb", "a\nb\n"),
        ("a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n"),
        ("", "\n"),
        ("", ""),
        (None, None),
    ],
)
def test_line_ends_and_a_last_newline_are_no_change(old: str | None, new: str | None) -> None:
    diff = diff_texts(old, new)

    assert diff == TextDiff()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("be kind", "be  kind", "be {+ +}kind"),
        ("be kind", "  be kind", "{+  +}be kind"),
        ("be kind to all", "be kind\nto all", "be kind[- -]{+\n+}to all"),
        ("bekind", "be kind", "[-bekind-]{+be kind+}"),
        ("---", " ---", "{+ +}---"),
        ("be kind", "be kind ", "be kind{+ +}"),
        ("be kind\n", "be kind\n\n", "be kind{+\n+}"),
        ("be kind", "\n\nbe kind", "{+\n\n+}be kind"),
        ("be\tkind", "be kind", "be[-\t-]{+ +}kind"),
    ],
)
def test_any_other_space_is_an_edit_and_shown(old: str, new: str, told: str) -> None:
    diff = diff_texts(old, new)

    assert shown(diff) == [("edited", 1, 1, told)]


def test_one_more_blank_line_between_paragraphs_is_an_edit() -> None:
    assert shown(diff_texts("a\n\nb", "a\n\n\nb")) == [("edited", 1, 1, "a{+\n+}")]


def test_a_blank_line_that_gains_a_space_is_an_edit() -> None:
    diff = diff_texts("be kind\n\nbe brief", "be kind\n \nbe brief")

    assert [(hunk.kind, hunk.old_paragraph) for hunk in diff.hunks] == [("edited", 1)]


def test_a_text_that_appears_is_added_by_paragraph() -> None:
    diff = diff_texts(None, "one\n\ntwo\n")

    assert shown(diff) == [("added", None, 1, "{+one+}"), ("added", None, 2, "{+two+}")]
    assert diff.added == 2


def test_an_empty_text_that_appears_is_not_the_same_as_none() -> None:
    diff = diff_texts(None, "")

    assert not diff.same
    assert diff.hunks == ()


def test_a_paragraph_can_be_moved_and_edited() -> None:
    tail = "\n\nSecond paragraph stays here.\n\nThird one too."
    old = "Never flatter the user, whatever the mood is." + tail
    new = tail.strip() + "\n\nNever flatter the user, whatever their mood is."

    diff = diff_texts(old, new)

    told = "Never flatter the user, whatever [-the-]{+their+} mood is."
    assert shown(diff) == [("moved and edited", 1, 3, told)]
    assert (diff.edited, diff.moved) == (1, 1)


def test_unlike_paragraphs_are_removed_and_added() -> None:
    diff = diff_texts("intro\n\nTalk like a pirate.\n\nend", "intro\n\nCite two sources.\n\nend")

    assert shown(diff) == [
        ("removed", 2, None, "[-Talk like a pirate.-]"),
        ("added", None, 2, "{+Cite two sources.+}"),
    ]


def test_a_removed_paragraph_stands_where_it_stood() -> None:
    diff = diff_texts("one a\n\ntwo b\n\nthree c\n\nfour d", "one x a\n\nthree c\n\nfour y d")

    assert [(hunk.kind, hunk.old_paragraph) for hunk in diff.hunks] == [
        ("edited", 1),
        ("removed", 2),
        ("edited", 4),
    ]


def test_a_new_separator_among_equal_ones_moves_nothing() -> None:
    diff = diff_texts("---\n\nA a\n\n---\n\nB b", "---\n\nX x\n\n---\n\nA a\n\n---\n\nB b")

    assert {hunk.kind for hunk in diff.hunks} == {HunkKind.ADDED}
    assert diff.added == 2


def test_a_name_changed_everywhere_is_an_edit_everywhere() -> None:
    old = [f"Wren answers in chapter {n} and keeps to rule {n * 7}." for n in range(40)]

    diff = diff_texts("\n\n".join(old), "\n\n".join(old).replace("Wren", "Lark"))

    assert (diff.edited, diff.added, diff.removed, diff.moved) == (40, 0, 0, 0)


def test_chinese_is_compared_by_character() -> None:
    diff = diff_texts("请不要奉承用户。", "请奉承用户。")

    assert shown(diff)[0][3] == "请[-不要-]奉承用户。"


def test_a_diff_can_be_encoded_and_read_back() -> None:
    diff = diff_texts(OLD, NEW)

    assert msgspec.json.decode(msgspec.json.encode(diff), type=TextDiff) == diff


@law
@given(texts)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert diff_texts(text, text) == TextDiff()


@law
@given(texts)
def test_a_text_is_its_paragraphs(text: str) -> None:
    assert text_of(paragraphs(text)) == plain(text)


@law
@given(texts, texts)
def test_no_hunk_means_no_change(old: str, new: str) -> None:
    assert diff_texts(old, new).same == (plain(old) == plain(new))


@law
@given(texts, texts)
def test_old_and_new_can_be_rebuilt_from_the_hunks(old: str, new: str) -> None:
    diff = diff_texts(old, new)

    before, after = paragraphs(old), paragraphs(new)
    told_old = {h.old_paragraph: h.old_text for h in diff.hunks if h.old_paragraph}
    told_new = {h.new_paragraph: h.new_text for h in diff.hunks if h.new_paragraph}
    assert all(before[number - 1] == text for number, text in told_old.items())
    assert all(after[number - 1] == text for number, text in told_new.items())
    untold_old = [text for number, text in enumerate(before, 1) if number not in told_old]
    untold_new = [text for number, text in enumerate(after, 1) if number not in told_new]
    assert untold_old == untold_new
    assert sum(map(len, (told_old, told_new))) == sum(
        (h.old_paragraph is not None) + (h.new_paragraph is not None) for h in diff.hunks
    )


@law
@given(texts, texts)
def test_pieces_are_never_empty_and_never_two_alike_in_a_row(old: str, new: str) -> None:
    for hunk in diff_texts(old, new).hunks:
        ops = [piece.op for piece in hunk.pieces]
        assert all(piece.text for piece in hunk.pieces)
        assert all(one != other for one, other in pairwise(ops))


@law
@given(texts, texts)
def test_swapping_the_texts_swaps_the_diff(old: str, new: str) -> None:
    diff, back = diff_texts(old, new), diff_texts(new, old)

    assert Counter(map(swapped, diff.hunks)) == Counter(back.hunks)
    assert (diff.edited, diff.moved, diff.added) == (back.edited, back.moved, back.removed)


@law
@given(st.permutations(range(8)))
def test_a_new_order_is_only_moves(order: list[int]) -> None:
    old = [f"Paragraph number {n} is about topic {n}." for n in range(8)]

    diff = diff_texts("\n\n".join(old), "\n\n".join(old[n] for n in order))

    assert {hunk.kind for hunk in diff.hunks} <= {HunkKind.MOVED}


@law
@given(texts, texts)
def test_changed_lines_turn_the_old_lines_into_the_new(old: str, new: str) -> None:
    diff = diff_texts(old, new)

    lines = Counter(line for hunk in diff.hunks for line in hunk.old_text.split("\n"))
    wanted = Counter(line for hunk in diff.hunks for line in hunk.new_text.split("\n"))
    for op, line in unified_lines(diff):
        lines[line] += 1 if op is PieceOp.ADDED else -1
    blank = Counter({"": lines[""]}), Counter({"": wanted[""]})
    assert lines - blank[0] == wanted - blank[1]


def prompt_of(size: int, seed: int, joint: str = "\n\n") -> str:
    chance = random.Random(seed)
    words = [f"word{n}" for n in range(2000)]
    weights = [1 / (n + 1) for n in range(2000)]
    said = " ".join(chance.choices(words, weights, k=size // 7)).split(" ")
    return joint.join(" ".join(said[at : at + 50]) for at in range(0, len(said), 50))[:size]


def fastest_ms(old: str, new: str) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        diff_texts(old, new)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


@pytest.mark.parametrize(
    ("size", "joint", "allowed"),
    # The aims are 50 and 150 ms; twice that still tells a slip in the algorithm on a busy machine.
    [(50_000, "\n\n", 100), (50_000, "\n", 100), (200_000, "\n\n", 300), (200_000, " ", 400)],
)
def test_a_large_rewrite_does_not_take_long(size: int, joint: str, allowed: int) -> None:
    assert fastest_ms(prompt_of(size, 1, joint), prompt_of(size, 2, joint)) < allowed


@pytest.mark.parametrize("text", [" ", "\n \n", "a ", "-=", "a\n", "{% a %}", "字", "\n\n- a"])
def test_a_repetitive_text_does_not_take_long(text: str) -> None:
    old, new = text * (50_000 // len(text)), ("b" + text) * (50_000 // len(text))

    assert fastest_ms(old, new) < 600


def test_what_is_too_large_stands_as_removed_and_added() -> None:
    old, new = "a b " * 20_000, "b  a c " * 20_000

    diff = diff_texts(old, new)

    assert diff.guarded
    assert [piece.op for piece in diff.hunks[0].pieces][:1] == [PieceOp.REMOVED]
    assert diff.hunks[0].old_text == old


def test_a_small_edit_in_one_very_long_line_is_still_shown_by_the_word() -> None:
    old = prompt_of(200_000, 1, " ")
    new = old.replace(" word7 ", " changed ", 1)

    (hunk,) = diff_texts(old, new).hunks

    assert [piece.text for piece in hunk.pieces if piece.op is not PieceOp.SAME] == [
        "word7",
        "changed",
    ]


def test_removed_lines_are_those_that_no_longer_stand_anywhere_changed() -> None:
    old = "- Be direct.\n- Never flatter.\n- Cite sources.\n\nMatch the user's mood always."
    new = "- Cite sources.\n- Be direct.\n\nStay calm."

    diff = diff_texts(old, new)

    assert removed_lines(diff) == ["- Never flatter.", "Match the user's mood always."]
    assert added_lines(diff) == ["Stay calm."]


def test_a_line_that_is_now_forbidden_counts_as_removed() -> None:
    diff = diff_texts("Match the user's mood.", "Do not match the user's mood.")

    assert removed_lines(diff) == ["Match the user's mood."]
    assert added_lines(diff) == ["Do not match the user's mood."]


@pytest.mark.parametrize(
    "text",
    [
        "Match the user's mood.",
        "Be warm.\n\n  * MATCH the\tuser’s   mood\n",
        "Be kind. Match the user's mood. Be brief.",
        "1. Match the user's\n   mood.\n2. Stop.",
        "**Match the user's mood!**",
        "# Tone\n> Match the user's mood.",
    ],
)
def test_a_removed_line_is_found_again_however_it_is_set(text: str) -> None:
    assert returned_lines(["- Match the user's mood."], text) == ["- Match the user's mood."]


@pytest.mark.parametrize(
    "text",
    [
        "Do not match the user's mood.",
        "Match the user's mood swings.",
        "Match the mood.",
        "",
    ],
)
def test_a_part_of_another_sentence_is_no_return(text: str) -> None:
    assert returned_lines(["Match the user's mood."], text) == []


def test_lines_too_short_to_mean_anything_are_passed_over() -> None:
    short = ["Be kind", "---", "", "Sure!", "Supercalifragilistic", "你好"]

    assert returned_lines(short, "\n".join(short)) == []
    assert returned_lines(["不要奉承用户。"], "请听: 不要奉承用户。") == ["不要奉承用户。"]


def test_a_removed_line_is_found_reworded() -> None:
    text = "Be honest.\nAlways match the user's mood and tone. Cite sources."

    ((removed, found, similarity),) = reworded_lines(["Match the user's mood and tone."], text)

    assert (removed, found) == (
        "Match the user's mood and tone.",
        "Always match the user's mood and tone.",
    )
    assert 0.9 < similarity < 1


@pytest.mark.parametrize(
    "text",
    [
        "Match the user's mood and tone.",
        "Never match the user's mood and tone.",
        "Don't match the user's mood and tone.",
        "Match colours.",
        "",
    ],
)
def test_the_same_words_or_the_contrary_are_not_a_rewording(text: str) -> None:
    assert reworded_lines(["Match the user's mood and tone."], text) == []


@law
@given(texts)
def test_looking_for_lines_takes_any_text(text: str) -> None:
    lines = text.splitlines()

    assert set(returned_lines(lines, text)) <= set(lines)
    assert reworded_lines(lines, text) == [] or lines
