"""Documents compared leaf by leaf: nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relnotes.release.differences.tree_diff import ABSENT, Difference, apply, differences, same

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
ITEMS = st.dictionaries(st.sampled_from(["id", "kind", "share"]), SCALARS, max_size=3)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(ITEMS, max_size=3)
        | st.dictionaries(st.sampled_from(["tools", "decoding", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document):
    assert list(differences(document, document)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_the_differences_lead_from_the_old_document_to_the_new_one(old, new):
    assert same(apply(old, list(differences(old, new))), new)


@given(DOCUMENTS, DOCUMENTS)
def test_documents_without_differences_are_the_same(old, new):
    assert same(old, new) == (not list(differences(old, new)))


def test_items_of_a_list_are_matched_by_their_id():
    old = {"training": [{"id": "a", "tested": "alone"}, {"id": "b"}]}
    new = {"training": [{"id": "b"}, {"id": "a", "tested": "both"}]}

    found = list(differences(old, new))

    assert found == [
        Difference(("training", "a", "tested"), "alone", "both"),
        Difference(("training", "(order)"), ["a", "b"], ["b", "a"]),
    ]


def test_an_item_that_came_is_told_whole():
    found = list(differences({"tools": []}, {"tools": [{"name": "search"}]}))

    assert found == [Difference(("tools", "search"), ABSENT, {"name": "search"})]


def test_true_is_not_one_but_one_is_one_point_zero():
    assert list(differences({"x": True}, {"x": 1}))
    assert not list(differences({"x": 1}, {"x": 1.0}))
