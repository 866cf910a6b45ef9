"""What of a run is said, in which order, and what is passed over for good."""

from datetime import datetime

from msgspec.structs import replace

from bot.model import run_telling
from bot.model.canary_urls import UrlTally
from bot.model.run import Commanded, Event, Reopened, Way
from bot.model.run_telling import Occasion, due, settled
from tests.cards import HOUR, MINUTE, NOW
from tests.runs import a_file, counted, done, done_before, finished, held


def said(*events: Event, told: tuple[str, ...] = (), since: datetime = NOW, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(one.occasion.value, one.what) for one in due(a_file(*events), told, since, now)]


def test_most_of_a_journal_is_not_said() -> None:
    assert said(*done("preflight", "backup", "vouch"), counted("write-pair")) == []


def test_of_gates_that_were_not_said_the_last_is() -> None:
    assert said(*done("write-pair", "sentry", "control-plane")) == [("gate", "reply:4")]


def test_a_gate_that_is_passed_on_the_way_back_is_none() -> None:
    assert said(Commanded(way=Way.REVERT, actor="U0PAVELAPP"), *done("write-pair", "control-plane")) == [("turned", "reply:2")]


def test_what_came_before_something_that_was_said_is_never_said_again() -> None:
    assert said(*done("write-pair", "control-plane"), told=("reply:3", "checklist")) == []


def test_a_hold_is_said_only_while_it_holds() -> None:
    assert said(held()) == [("held", "reply:2")]
    assert said(held(), Commanded(way=Way.RETRY, actor="U0PAVELAPP")) == []
    assert said(held(), Commanded(way=Way.RETRY), held()) == [("held", "reply:4")]


def test_once_it_is_over_only_the_end_is_said() -> None:
    events = (*done_before("nothing"), Reopened(step="write-pair", reason="x"), held(), finished())

    assert [kind for kind, _ in said(*events)] == ["ended"]


def test_a_hold_is_said_again_each_hour_for_the_newest_hour_alone() -> None:
    at = NOW + MINUTE
    assert said(held(), told=("reply:2",), now=at + HOUR - MINUTE) == []
    assert said(held(), told=("reply:2",), now=at + HOUR) == [("still-held", "hold:2:1")]
    assert said(held(), told=("reply:2", "hold:2:1"), now=at + 5 * HOUR) == [("still-held", "hold:2:5")]


def test_a_hold_that_is_said_late_is_not_said_again_in_the_same_breath() -> None:
    now = NOW + MINUTE + 2 * HOUR
    (one,) = due(a_file(held()), (), NOW, now)

    assert settled(one, now) == ("reply:2", "hold:2:1", "hold:2:2")
    assert due(a_file(held()), settled(one, now), NOW, now) == ()


def test_a_canary_url_that_begins_to_fail_is_said_once_and_not_at_the_end() -> None:
    fails, fine = UrlTally(url="http://shop/health").called(NOW, "HTTP 503"), UrlTally(url="http://pay/health").called(NOW, "")
    under_way, over = (replace(a_file(*events), urls=(fails, fine)) for events in (done("preflight"), (finished(),)))

    (one,) = due(under_way, (), NOW, NOW)
    assert (one.occasion, one.about, one.is_loud) == (Occasion.URL_FAILS, fails, False)
    assert due(under_way, (one.what,), NOW, NOW) == ()
    assert [each.occasion for each in due(over, (), NOW, NOW)] == [Occasion.ENDED]


def test_a_restart_is_said_once_the_engine_has_written_again() -> None:
    since = NOW + 90 * MINUTE / 60  # between the second entry and the third

    assert said(counted("preflight"), since=since) == []
    assert said(counted("preflight"), counted("preflight"), since=since) == [("restarted", "reply:3")]


def test_a_restart_is_no_news_where_the_first_thing_after_it_is_said_anyway_or_it_stands() -> None:
    since = NOW + 90 * MINUTE / 60

    assert said(counted("preflight"), *done("write-pair"), since=since) == [("gate", "reply:3")]
    assert said(counted("preflight"), Commanded(way=Way.PAUSE, actor="U0OLGAOPER"), since=since) == []


def test_a_run_that_began_after_the_bot_was_never_resumed() -> None:
    assert said(counted("preflight"), since=NOW) == []


def test_what_people_must_hear_of_is_loud() -> None:
    chosen = Commanded(way=Way.REVERT, actor="U0PAVELAPP")

    loud = {one: one.is_loud for one in Occasion}
    assert [one.value for one, is_loud in loud.items() if is_loud] == ["mended", "held", "still-held", "ended"]
    assert [one.is_loud for one in due(a_file(chosen), (), NOW, NOW)] == [False]
    assert [one.is_loud for one in due(a_file(Commanded(way=Way.REVERT)), (), NOW, NOW)] == [True]
    assert HOUR == run_telling.AGAIN
