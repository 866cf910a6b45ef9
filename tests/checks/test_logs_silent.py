from datetime import timedelta

import pytest

from bot.model.finding import Severity
from bot.model.logs import Heartbeat, LogView
from bot.model.observed import Unobserved, Why
from bot.model.snapshot import LOGS_NOT_WATCHED
from tests.asking import ask, the_finding
from tests.builders import a_log_view, a_snapshot
from tests.certificates import NOW

ID = "logs-silent"
DAY = 48


def counts(*runs: tuple[int, int]) -> tuple[int, ...]:
    """(how many half hours, lines in each)"""
    return tuple(lines for length, lines in runs for _ in range(length))


@pytest.mark.parametrize(
    ("what", "severity"),
    [
        (counts((144, 7)), Severity.OK),
        (counts((143, 7), (1, 0)), Severity.OK),
        (counts((142, 7), (2, 0)), Severity.WARNING),
        (counts((100, 7), (44, 0)), Severity.WARNING),
        # It was quiet for three hours before: six and a half of them are another matter.
        (counts((60, 1), (6, 0), (60, 1), (12, 0)), Severity.OK),
        (counts((60, 1), (6, 0), (60, 1), (13, 0)), Severity.WARNING),
        # It spoke at its start only.
        (counts((100, 0), (4, 20), (40, 0)), Severity.OK),
        (counts((7, 1), (40, 0), (0, 0)), Severity.UNKNOWN),
        (counts((13, 1), (131, 0)), Severity.WARNING),
        (counts((12, 1), (132, 0)), Severity.UNKNOWN),
        (counts((144, 0)), Severity.UNKNOWN),
    ],
)
def test_a_namespace_that_used_to_log(what: tuple[int, ...], severity: Severity) -> None:
    assert ask(ID, a_snapshot(logs=a_log_view(counts=what))).severity is severity


@pytest.mark.parametrize("before", [counts((144, 0)), counts((140, 7), (4, 0))])
def test_a_line_of_just_now_ends_the_silence_and_a_new_loki_is_no_silent_one(before: tuple[int, ...]) -> None:
    heartbeat = Heartbeat(until_at=NOW, bucket_seconds=1800, counts=before, since=1)

    assert ask(ID, a_snapshot(logs=LogView(read_until_at=NOW, heartbeat=heartbeat))).severity is Severity.OK


def test_it_says_since_when_in_words_that_do_not_change_while_it_lasts() -> None:
    first = the_finding(ID, a_snapshot(logs=a_log_view(counts=counts((140, 3), (4, 0)), read_until_at=NOW)))
    later = NOW + timedelta(hours=1)
    then = the_finding(ID, a_snapshot(logs=a_log_view(counts=counts((138, 3), (6, 0)), read_until_at=later)))

    assert first.fact == "Namespace dapr-system has logged nothing since 2026-11-23 10:00:00 UTC"
    assert first == then


def test_logs_that_nobody_watches_are_not_checked_and_logs_that_cannot_be_read_are_unknown() -> None:
    lost = Unobserved(Why.TIMED_OUT, "Loki: no complete answer within 15 s.", "Ask for less.")

    assert ask(ID, a_snapshot(logs=LOGS_NOT_WATCHED)).severity is Severity.NOT_CHECKED
    assert ask(ID, a_snapshot(logs=lost)).severity is Severity.UNKNOWN
