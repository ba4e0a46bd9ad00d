"""What goes from a finished page is white space of the theme, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relnotes.publish.theme_space import without_theme_space

PIECES = st.lists(
    st.sampled_from(["<p>", "</p>", "word", "  ", "\n", "\t", "<pre>  a\n   b</pre>", "<b>x</b>"])
).map("".join)


def test_the_indentation_of_the_theme_goes() -> None:
    page = "\n<head>\n\n    <title>Wren</title>\n  </head>\n<article>\n</article>\n\n  </body>\n"
    assert without_theme_space(page) == (
        "<head>\n<title>Wren</title>\n</head>\n<article>\n</article>\n</body>\n"
    )


@given(PIECES, PIECES, PIECES)
def test_an_article_stays_byte_for_byte_and_every_word_around_it_stays(
    before: str, inside: str, after: str
) -> None:
    article = f"<article>{inside}</article>"
    light = without_theme_space(f"<body>{before}{article}{after}</body>")
    assert article in light
    assert light.split() == f"<body>{before}{article}{after}</body>".split()


@given(PIECES)
def test_a_page_without_an_article_is_left_alone(text: str) -> None:
    assert without_theme_space(text) == text
