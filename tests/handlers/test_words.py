import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("check root-expiry", ("check", "root-expiry")),
        ("  check \u00a0  root-expiry  ", ("check", "root-expiry")),
        ('check "root expiry"', ("check", "root expiry")),
        ("check 'a' `b`", ("check", "a", "b")),
        ("check \u201croot\u201d \u2018x\u2019 \u00aby\u00bb", ("check", "root", "x", "y")),
        ('check "open', ("check", '"open')),
        ("don't", ("don't",)),
        ('""', ()),
        ("", ()),
    ],
)
def test_words_are_read_as_people_type_them(typed: str, read: tuple[str, ...]) -> None:
    assert words.split(typed) == read


@given(st.text(max_size=200))
def test_any_text_is_words_without_edges(typed: str) -> None:
    assert [word for word in words.split(typed) if word != word.strip() or not word] == []
