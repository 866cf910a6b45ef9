from datetime import timedelta

import pytest

from handlers.views import spans


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=12, hours=23), "12 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=1, hours=4), "1 day 4 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=12, minutes=40), "12 h"),
        (timedelta(hours=5, minutes=10), "5 h 10 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(minutes=14, seconds=59), "14 min"),
        (timedelta(seconds=40), "40 s"),
        (timedelta(), "0 s"),
        (timedelta(minutes=-3), "3 min"),
    ],
)
def test_a_span_is_said_in_two_units_at_most(length: timedelta, said: str) -> None:
    assert spans.words(length) == said
