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


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("explain  a  b", "explain", "  a  b"),
        ("\n explain\na\nb", "explain", "\na\nb"),
        ('"explain" "a', "explain", ' "a'),
        ('"" status', "status", ""),
        ("", "", ""),
        ('""', "", ""),
    ],
)
def test_what_follows_the_first_word_stays_as_it_was_typed(typed: str, word: str, rest: str) -> None:
    assert words.first(typed) == (word, rest)


@given(st.text(max_size=200))
def test_the_first_word_is_the_first_of_all(typed: str) -> None:
    assert words.first(typed)[0] == next(iter(words.split(typed)), "")


@pytest.mark.parametrize(
    ("sent", "pasted"),
    [
        ("```a\nb```", "a\nb"),
        ("`a b`", "a b"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ('Get "<https://10.0.0.1:443/x>": EOF', 'Get "https://10.0.0.1:443/x": EOF'),
        ("on <http://sentry.dapr|sentry.dapr> and <mailto:a@b.c|a@b.c>", "on sentry.dapr and a@b.c"),
        ("<@U0OLGAOPER> <!channel> <#C0|ops>", "<@U0OLGAOPER> <!channel> <#C0|ops>"),
        ("<https://a", "<https://a"),
    ],
)
def test_what_slack_puts_around_pasted_text_is_taken_off(sent: str, pasted: str) -> None:
    assert words.unescaped(sent) == pasted
