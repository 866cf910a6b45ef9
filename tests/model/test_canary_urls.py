"""Counting calls: what failed first is what is told."""

from functools import reduce

from bot.model.canary_urls import UrlTally, sentence
from tests.cards import MINUTE, NOW

SHOP = UrlTally(url="http://shop/health")


def calls(*reasons: str, of: UrlTally = SHOP) -> UrlTally:
    return reduce(lambda tally, one: tally.called(NOW + one[0] * MINUTE, one[1]), enumerate(reasons), of)


def test_all_calls_are_counted_and_of_failures_the_first_is_kept() -> None:
    found = calls("", "HTTP 503", "", "no connection")

    assert (found.tries, found.failures, found.reason, found.fails) == (4, 2, "HTTP 503", True)
    assert (found.first_failed_at, found.last_failed_at) == (NOW + MINUTE, NOW + 3 * MINUTE)
    assert not calls("no connection", "").fails


def test_without_failures_one_sentence_says_so() -> None:
    assert sentence([calls(*[""] * 1200), calls(*[""] * 3612)]) == "0 of 4,812 calls of 2 canary URLs failed"
    assert sentence([]) == ""


def test_the_first_failure_of_all_is_named() -> None:
    pay = calls("", "", "no connection", of=UrlTally(url="http://pay/health"))

    assert sentence([pay, calls("", "HTTP 503")]) == (
        "2 of 5 calls of 2 canary URLs failed, the first at 2026-11-23 09:01:00 UTC (shop/health: HTTP 503)"
    )
