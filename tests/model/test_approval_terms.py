"""A request outlives a restart; its meaning has to as well."""

from typing import Any

import pytest

from bot.model.approval import Drift, Request, State, Taken, decide, outdated
from tests.requests import ANN, ASKER, BOB, PEOPLE, a_request, a_vote


def changed(
    request: Request | None = None, *, people: dict[str, str] | None = None, person: str = ASKER, quorum: int = 1
) -> tuple[str, ...]:
    return outdated(request or a_request(), PEOPLE if people is None else people, person, quorum)


def approved_once(quorum: int = 2) -> Request:
    outcome = decide(a_request(quorum=quorum), a_vote(ANN), PEOPLE, Drift())
    assert isinstance(outcome, Taken)
    return outcome.request


def test_under_the_same_settings_nothing_changed() -> None:
    assert changed() == ()
    assert changed(approved_once(), quorum=2) == ()


def test_more_approvers_change_nothing() -> None:
    assert changed(approved_once(), people=PEOPLE | {"U0DORA": "U0DORA"}, quorum=2) == ()


@pytest.mark.parametrize(
    ("request_", "now", "words"),
    [
        (a_request(), {"quorum": 2}, "it takes 2 approvals now instead of 1"),
        (a_request(quorum=2), {"quorum": 1}, "it takes 1 approval now instead of 2"),
        (a_request(), {"person": ANN}, "who asked counts as another person now"),
        (
            approved_once(),
            {"people": {ASKER: ASKER, BOB: BOB, "U0CARL": "U0CARL"}, "quorum": 2},
            f"<@{ANN}>, who approved it, may not any more, or counts as somebody else",
        ),
        (
            approved_once(),
            {"people": {ANN: BOB, BOB: BOB, "U0CARL": "U0CARL"}, "quorum": 2},
            f"<@{ANN}>, who approved it, may not any more, or counts as somebody else",
        ),
    ],
)
def test_what_means_something_else_is_said_in_words(request_: Request, now: dict[str, Any], words: str) -> None:
    assert changed(request_, **now) == (words,)


def test_what_the_bot_asked_is_nobodys_whoever_is_set() -> None:
    assert changed(a_request(requester="", actor=""), person="") == ()


@pytest.mark.parametrize("state", [state for state in State if state is not State.PENDING])
def test_what_has_ended_stays_as_it_ended(state: State) -> None:
    assert changed(a_request(state=state), quorum=3) == ()
