from datetime import UTC, datetime, timedelta

import pytest

from bot.model import phrases


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=12, hours=4), "12 days"),
        (timedelta(days=12, hours=20), "13 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=47, minutes=50), "48 hours"),
        (timedelta(hours=1, minutes=10), "1 hour"),
        (timedelta(minutes=20), "less than an hour"),
    ],
)
def test_a_span_is_said_in_days_and_at_its_end_in_hours(span: timedelta, words: str) -> None:
    assert phrases.left(span) == words


def test_an_instant_is_said_to_the_second_in_utc() -> None:
    assert phrases.instant(datetime(2026, 12, 5, 12, 31, 17, tzinfo=UTC)) == "2026-12-05 12:31:17 UTC"


@pytest.mark.parametrize(("words", "said"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")], ids=str)
def test_a_list_reads_as_prose(words: tuple[str, ...], said: str) -> None:
    assert phrases.listed(words) == said


def test_a_long_list_is_cut() -> None:
    assert phrases.named("abcdef") == "a, b, c and 3 more"


def test_a_verb_agrees_with_its_number() -> None:
    assert [phrases.verb(number, "trusts", "trust") for number in (0, 1, 2)] == ["trust", "trusts", "trust"]
