"""Who may approve, how many it takes, and when an approval is worth nothing."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.approval import (
    LONGEST_REASON,
    OPEN_FOR,
    STARTS_WITHIN,
    THE_BOT,
    Drift,
    Refused,
    Request,
    State,
    Taken,
    Vote,
    decide,
    expired,
    startable,
    told,
    void,
)
from tests.cards import MINUTE, NOW
from tests.requests import ANN, ASKER, BOB, CARL, PEOPLE, SAME, STRANGER, a_denial, a_request, a_vote, approved

CHANGED = Drift(("the Secret was changed", "workloads changed (shop/orders)"))
UNSEEN = Drift(None, "The API server does not answer.")
SECOND = timedelta(seconds=1)


def taken(request: Request, vote: Vote, people: dict[str, str] = PEOPLE, drift: Drift = SAME) -> Request:
    found = decide(request, vote, people, drift)
    assert isinstance(found, Taken), found
    return found.request


def refused(request: Request, vote: Vote, people: dict[str, str] = PEOPLE, drift: Drift = SAME) -> str:
    found = decide(request, vote, people, drift)
    assert isinstance(found, Refused), found
    return found.reason


def test_somebody_else_approves_and_that_is_enough() -> None:
    request = taken(a_request(), a_vote(ANN))

    assert (request.state, request.decided_at, request.reason) == (State.APPROVED, NOW + MINUTE, "")
    assert [(vote.actor, vote.person) for vote in request.votes] == [(ANN, ANN)]


def test_a_stranger_is_told_who_may_and_whom_to_ask() -> None:
    for vote in (a_vote(STRANGER), a_denial(STRANGER)):
        reason = refused(a_request(), vote)

        assert f"your Slack id {STRANGER} is not in DAPR_WARDEN_APPROVERS" in reason
        assert reason.endswith("Nothing was changed.")


def test_whoever_asked_never_approves_though_they_may_approve_others() -> None:
    assert "You asked for this yourself" in refused(a_request(), a_vote(ASKER))


def test_nobody_approves_under_another_name_what_they_asked_for() -> None:
    people = PEOPLE | {"U0ALT": ASKER}

    assert "You asked for this yourself" in refused(a_request(), a_vote("U0ALT"), people)


def test_two_names_that_became_one_person_after_the_asking_are_one_person() -> None:
    """The bot was restarted with DAPR_WARDEN_SAME_PERSON=U0ANN+U0ASKER while the request was open: whoever asked is now called U0ANN."""
    people = PEOPLE | {ASKER: ANN}

    assert "You asked for this yourself" in refused(a_request(), a_vote(ANN), people)
    assert "You asked for this yourself" in refused(a_request(), a_vote(ASKER), people)


def test_whoever_asked_does_not_approve_though_their_names_were_parted_after_the_asking() -> None:
    request = a_request(actor="U0ALT", requester=ASKER)

    assert "You asked for this yourself" in refused(request, a_vote("U0ALT"), PEOPLE | {"U0ALT": "U0ALT"})
    assert "You asked for this yourself" in refused(request, a_vote(ASKER), PEOPLE | {"U0ALT": "U0ALT"})


def test_what_the_bot_asked_for_anybody_of_the_approvers_may_approve() -> None:
    request = a_request(requester=THE_BOT, actor="")

    assert taken(request, a_vote(ASKER)).state is State.APPROVED
    assert "not in DAPR_WARDEN_APPROVERS" in refused(request, a_vote(""))


def test_the_person_that_a_click_brings_along_is_not_believed() -> None:
    (vote,) = taken(a_request(), a_vote(ANN)).votes

    assert vote.person == ANN


def test_with_two_needed_the_first_waits_for_the_second() -> None:
    first = taken(a_request(quorum=2), a_vote(ANN))
    second = taken(first, a_vote(BOB, minutes=2))

    assert (first.state, told(first)) == (State.PENDING, "it waits for approval, 1 of 2 given.")
    assert (second.state, second.decided_at) == (State.APPROVED, NOW + 2 * MINUTE)
    assert told(second) == f"it is approved already, by <@{ANN}> and <@{BOB}>."


@pytest.mark.parametrize("again", [ANN, "U0ANN2"])
def test_a_second_click_of_the_same_person_is_not_a_second_person(again: str) -> None:
    people = PEOPLE | {"U0ANN2": ANN}
    first = taken(a_request(quorum=2), a_vote(ANN), people)

    assert refused(first, a_vote(again), people) == "You have approved it already: 1 of 2. Somebody else has to as well."


def test_two_who_turn_out_to_be_one_do_not_make_two() -> None:
    first = taken(a_request(quorum=2), a_vote(BOB))

    assert "You have approved it already" in refused(first, a_vote(ANN), PEOPLE | {BOB: ANN})


def test_one_who_may_no_longer_approve_does_not_count_when_the_next_one_does() -> None:
    first = taken(a_request(quorum=2), a_vote(ANN))
    second = taken(first, a_vote(BOB), {BOB: BOB, CARL: CARL})
    third = taken(second, a_vote(CARL), {BOB: BOB, CARL: CARL})

    assert [one.state for one in (second, third)] == [State.PENDING, State.APPROVED]


def test_one_denial_is_final_also_after_an_approval() -> None:
    first = taken(a_request(quorum=2), a_vote(ANN))
    denied = taken(first, a_denial(BOB, reason="Not on a Friday"))

    assert (denied.state, denied.reason, told(denied)) == (State.DENIED, "Not on a Friday", f"it was denied by <@{BOB}>.")
    assert refused(denied, a_vote(CARL)) == f"Nothing was changed: it was denied by <@{BOB}>."


def test_who_approved_may_think_better_of_it_while_it_waits() -> None:
    first = taken(a_request(quorum=2), a_vote(ANN))

    assert taken(first, a_denial(ANN)).state is State.DENIED


@pytest.mark.parametrize("people", [PEOPLE, {ANN: ANN}])
def test_whoever_asked_takes_it_back_and_needs_no_right_for_that(people: dict[str, str]) -> None:
    withdrawn = taken(a_request(), a_denial(ASKER), people)

    assert (withdrawn.state, withdrawn.votes[0].person) == (State.DENIED, ASKER)


def test_a_denial_does_not_need_to_see_the_cluster() -> None:
    for drift in (UNSEEN, CHANGED):
        assert taken(a_request(), a_denial(), drift=drift).state is State.DENIED


def test_a_reason_is_cut_and_made_such_as_can_be_kept() -> None:
    denied = taken(a_request(), a_denial(reason="\udcff" + "x" * 5000))

    assert denied.reason == denied.votes[0].reason == "?" + "x" * (LONGEST_REASON - 1)


def test_a_plan_that_does_not_hold_any_more_is_void_at_the_click() -> None:
    request = taken(a_request(), a_vote(), drift=CHANGED)

    assert (request.state, request.votes) == (State.VOID, ())
    assert told(request) == "it is void: since it was shown, the Secret was changed and workloads changed (shop/orders). Plan again."


def test_where_the_cluster_cannot_be_seen_nobody_approves_and_the_request_stays() -> None:
    reason = refused(a_request(), a_vote(), drift=UNSEEN)

    assert reason == (
        "Nothing was changed: the cluster cannot be seen now, so nobody knows whether the plan still holds. The API server does not answer."
    )


@pytest.mark.parametrize(
    ("after", "state"), [(OPEN_FOR - SECOND, State.APPROVED), (OPEN_FOR, State.EXPIRED), (2 * OPEN_FOR, State.EXPIRED)]
)
def test_a_click_after_the_end_finds_it_expired(after: timedelta, state: State) -> None:
    request = taken(a_request(), a_vote(minutes=after / MINUTE))

    assert (request.state, len(request.approvals)) == (state, int(state is State.APPROVED))


def test_it_expires_by_itself_and_only_while_it_is_pending() -> None:
    assert expired(a_request(), NOW + OPEN_FOR - SECOND) == a_request()
    assert expired(a_request(), NOW + OPEN_FOR).state is State.EXPIRED
    for one in (approved(ANN), taken(a_request(), a_denial())):
        assert expired(one, NOW + 10 * OPEN_FOR) == one


def test_it_is_void_by_itself_and_only_while_it_is_pending() -> None:
    request = void(a_request(), NOW + MINUTE, ("the Secret was recreated",))

    assert (request.state, request.decided_at, request.reason) == (State.VOID, NOW + MINUTE, "since it was shown, the Secret was recreated")
    for one in (approved(ANN), taken(a_request(), a_denial())):
        assert void(one, NOW, ("the Secret was recreated",)) == one


@pytest.mark.parametrize("state", [one for one in State if one is not State.PENDING])
@pytest.mark.parametrize("vote", [a_vote(BOB), a_denial(BOB), a_denial(ASKER), a_vote(STRANGER)])
def test_after_the_end_no_click_changes_anything(state: State, vote: Vote) -> None:
    reason = refused(a_request(state=state, votes=(a_vote(ANN),), reason="it changed"), vote)

    assert reason.startswith("Nothing was changed: it ")


def start(
    request: Request, *, people: dict[str, str] = PEOPLE, drift: Drift = SAME, after: timedelta = SECOND, quorum: int = 1
) -> Request | Refused:
    assert request.decided_at
    return startable(request, people, drift, request.decided_at + after, quorum=quorum)


def test_an_approval_that_still_holds_may_start_until_the_last_second() -> None:
    for after in (timedelta(), STARTS_WITHIN):
        assert start(approved(ANN), after=after) == approved(ANN)


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [
        ({"after": STARTS_WITHIN + SECOND}, "it was not started within 15 minutes"),
        ({"people": {BOB: BOB, CARL: CARL}}, "not all who approved it may approve any more"),
        ({"people": PEOPLE | {ANN: ASKER}}, "not all who approved it may approve any more"),
        ({"quorum": 2}, "it takes 2 approvals now instead of 1"),
        ({"drift": CHANGED}, "since it was shown, the Secret was changed and workloads changed (shop/orders)"),
    ],
)
def test_an_approval_that_does_not_hold_at_the_start_is_void(deviation: dict[str, Any], reason: str) -> None:
    found = start(approved(ANN), **deviation)

    assert isinstance(found, Request)
    assert (found.state, found.reason) == (State.VOID, reason)


def test_fewer_approvals_than_before_are_enough_at_the_start() -> None:
    assert start(approved(ANN, BOB), quorum=1) == approved(ANN, BOB)


def test_two_approvals_of_one_person_are_void_at_the_start() -> None:
    found = start(approved(ANN, BOB), people=PEOPLE | {BOB: ANN})

    assert isinstance(found, Request)
    assert found.state is State.VOID


def test_where_the_cluster_cannot_be_seen_nothing_starts_and_the_approval_stays() -> None:
    assert start(approved(ANN), drift=UNSEEN) == Refused(
        "Nothing is started: the cluster cannot be seen now. The API server does not answer."
    )


@pytest.mark.parametrize("state", [one for one in State if one is not State.APPROVED])
def test_only_what_is_approved_starts(state: State) -> None:
    found = startable(a_request(state=state, votes=(a_vote(ANN),), decided_at=NOW), PEOPLE, SAME, NOW, quorum=1)

    assert isinstance(found, Refused)
    assert found.reason.startswith("Nothing is started: it ")
