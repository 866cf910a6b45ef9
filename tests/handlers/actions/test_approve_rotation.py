import asyncio

import pytest

from bot.errors import Unreachable
from bot.model.approval import OPEN_FOR, State
from handlers.views import approval
from playground.slack import faults
from playground.slack.people import GUS, HOME_TEAM, MIA, OLGA, PAVEL, PETRA, SAM, User
from tests.builders import a_pod, a_snapshot
from tests.handlers.conftest import Talk
from tests.handlers.rotations import approves, asked, card, newest, shown
from tests.handlers.transcript import of_slack


def state(talk: Talk) -> State:
    return newest(talk).request.state


async def test_an_approver_approves_after_being_asked_again_and_the_card_says_what_comes_of_it(talk: Talk) -> None:
    await asked(talk)

    gesture = await approves(talk, PAVEL)

    assert gesture.confirm is not None
    assert "The CA of prod-eu is replaced, and 2 pods of 2 apps are recreated: about 19 min of work." in gesture.confirm["text"]["text"]
    assert state(talk) is State.APPROVED
    assert shown(talk).startswith("# Approved: rotate the CA of prod-eu\n✅ Approved by @U0PAVELAPP 23 Nov 2026 12:00")
    assert shown(talk).splitlines()[1].endswith(", starting")
    assert "[ Approve ]" not in shown(talk)
    assert gesture.messages == ()


async def test_while_the_cluster_is_looked_at_nobody_can_click_and_everybody_sees_why(talk: Talk) -> None:
    await asked(talk)
    talk.sight.gate = asyncio.Event()

    await talk.slack.click(PAVEL, card(talk), approval.APPROVE)
    await talk.slack.wait_for(lambda: "Approved by @U0PAVELAPP, checking" in shown(talk), 1.0)

    assert "[ " not in shown(talk)
    await talk.board.keep()
    assert "checking" in shown(talk)
    talk.sight.gate.set()
    await talk.conversation.supervisor.idle()
    assert state(talk) is State.APPROVED
    assert shown(talk).startswith("# Approved")


@pytest.mark.parametrize(("user", "why"), [(MIA, "DAPR_WARDEN_APPROVERS"), (OLGA, "DAPR_WARDEN_APPROVERS"), (GUS, "Guests may not")])
async def test_the_wrong_person_is_told_in_private_and_the_card_does_not_change(talk: Talk, user: User, why: str) -> None:
    await asked(talk)
    before, looks = shown(talk), talk.sight.looks

    gesture = await approves(talk, user)

    assert why in gesture.messages[0].text
    assert gesture.messages[0].visible_to == user.id
    assert (shown(talk), talk.sight.looks, state(talk)) == (before, looks, State.PENDING)


async def test_a_stranger_with_the_payload_of_an_approver_is_refused(talk: Talk) -> None:
    await asked(talk)
    payload = (await approves(talk, MIA)).payload

    await talk.slack.workspace.deliver("interactive", payload | {"user": {"id": PAVEL.id, "team_id": SAM.team_id}})
    await talk.conversation.supervisor.idle()

    assert state(talk) is State.PENDING


async def test_an_approver_whom_slack_does_not_confirm_is_refused(talk: Talk) -> None:
    await asked(talk)
    talk.slack.faults.plan("users.info", faults.error("internal_error"), times=4)

    gesture = await approves(talk, PAVEL)

    assert "Slack did not tell who you are" in gesture.messages[0].text
    assert state(talk) is State.PENDING


async def test_what_changed_since_it_was_shown_voids_it_and_is_said(talk: Talk) -> None:
    await asked(talk)
    talk.sight.now = a_snapshot(pods=[a_pod("orders"), a_pod("checkout"), a_pod("mail")])

    await approves(talk, PAVEL)

    assert state(talk) is State.VOID
    assert shown(talk).splitlines()[:3] == [
        "# Void: rotate the CA of prod-eu",
        "🗑 Void 23 Nov 2026 12:00: since it was shown, workloads changed (shop/mail)",
        "Nothing was changed.",
    ]
    assert "[ Plan again ]" in shown(talk)


async def test_a_cluster_that_cannot_be_seen_leaves_it_pending_with_its_buttons(talk: Talk) -> None:
    await asked(talk)
    talk.sight.trouble = Unreachable("The API server does not answer.")

    gesture = await approves(talk, PAVEL)

    assert "the cluster cannot be seen now" in of_slack(gesture.messages[0])
    assert "[ Approve ]" in shown(talk)
    assert state(talk) is State.PENDING


async def test_pods_that_come_and_go_within_the_tolerance_are_nothing(talk: Talk) -> None:
    await asked(talk)
    talk.sight.now = a_snapshot(pods=[a_pod("orders"), a_pod("checkout"), a_pod("checkout", number=1)])

    await approves(talk, PAVEL)

    assert state(talk) is State.APPROVED


async def test_a_click_after_the_time_is_over_ends_it(talk: Talk) -> None:
    await asked(talk)
    talk.clock.advance(OPEN_FOR)

    await approves(talk, PAVEL)

    assert state(talk) is State.EXPIRED
    assert shown(talk).startswith("# Expired: rotate the CA of prod-eu")
    assert "nobody decided in time" in shown(talk)


async def test_a_click_delivered_twice_counts_once_and_a_second_click_is_told_how_it_ended(talk: Talk) -> None:
    before = await asked(talk)
    gesture = await approves(talk, PAVEL)
    await talk.slack.workspace.deliver("interactive", gesture.payload)
    await talk.conversation.supervisor.idle()
    assert len(newest(talk).request.votes) == 1

    action = gesture.payload["actions"][0] | {"action_ts": "99.9"}
    late = gesture.payload | {"actions": [action], "user": {"id": PETRA.id, "team_id": HOME_TEAM}}
    await talk.slack.workspace.deliver("interactive", late)
    await talk.conversation.supervisor.idle()

    assert len(newest(talk).request.votes) == 1
    assert before.ts == card(talk).ts
    told = [one for one in talk.slack.workspace.messages if one.visible_to and "Your click did not count" in one.text]
    assert "Approved by @U0PAVELAPP" in of_slack(told[-1])


@pytest.mark.parametrize("value", ["", "0" * 32, "<!channel>", "x" * 2_000, None, 7, ["x"], {"a": "b"}])
async def test_a_forged_value_changes_nothing(talk: Talk, value: object) -> None:
    await asked(talk)
    payload = (await approves(talk, MIA)).payload
    action = payload["actions"][0] | {"value": value}

    envelope = await talk.slack.workspace.deliver(
        "interactive", payload | {"actions": [action], "user": {"id": PAVEL.id, "team_id": HOME_TEAM}}
    )
    await talk.conversation.supervisor.idle()

    assert envelope.outcome == "acked"
    assert state(talk) is State.PENDING
    assert "[ Approve ]" in shown(talk)


async def test_two_approvers_at_the_same_moment_make_one_approval(talk: Talk) -> None:
    await asked(talk)
    talk.sight.gate = asyncio.Event()
    await talk.slack.click(PAVEL, card(talk), approval.APPROVE)
    other = {"user": {"id": PETRA.id, "team_id": HOME_TEAM}}
    await talk.slack.workspace.deliver("interactive", talk.slack.gestures[-1].payload | other)
    await talk.slack.wait_for(lambda: "checking" in shown(talk))
    talk.sight.gate.set()
    await talk.conversation.supervisor.idle()

    assert len(newest(talk).request.votes) == 1
    assert shown(talk).startswith("# Approved")
    assert [one.deed.verb for one in talk.memory.entries].count("plan-approved") == 1


async def test_slack_being_away_does_not_keep_a_decision_from_counting(talk: Talk) -> None:
    await asked(talk)
    talk.slack.faults.plan("chat.update", faults.server_error(), times=2)

    gesture = await approves(talk, PAVEL)

    assert state(talk) is State.APPROVED
    assert "Approved by @U0PAVELAPP" in of_slack(gesture.messages[0])
    assert shown(talk).startswith("# Approval needed")
    await talk.board.keep()
    assert shown(talk).startswith("# Approved")


async def test_a_store_that_is_out_of_reach_is_answered_and_nothing_counts(talk: Talk) -> None:
    await asked(talk)
    talk.memory.trouble = Unreachable("The database is away.")

    gesture = await approves(talk, PAVEL)
    talk.memory.trouble = None

    assert "What happened: The database is away." in of_slack(gesture.messages[0])
    assert state(talk) is State.PENDING


class TestQuorum:
    @pytest.fixture
    def given(self) -> dict[str, object]:
        return {"quorum": 2, "operators": frozenset({OLGA.id, PETRA.id})}

    async def test_two_different_people_are_needed_and_the_first_is_named(self, talk: Talk) -> None:
        await asked(talk)
        assert "Needs 2 approvals, by different people (not by the one who asked)" in shown(talk)

        await approves(talk, PAVEL)
        assert "1 of 2: @U0PAVELAPP 23 Nov 2026 12:00" in shown(talk)
        assert "[ Approve ]" in shown(talk)

        again = await approves(talk, PAVEL, talk.slack.now(card(talk)))
        assert "You have approved it already: 1 of 2." in of_slack(again.messages[0])

        await approves(talk, PETRA, talk.slack.now(card(talk)))
        assert shown(talk).startswith("# Approved")

    async def test_whoever_asked_may_not_approve_and_the_card_never_says_so(self, talk: Talk) -> None:
        await asked(talk, PETRA)
        edits = len([one for one in talk.slack.calls if one.method == "chat.update"])

        gesture = await approves(talk, PETRA)

        assert "You asked for this yourself" in of_slack(gesture.messages[0])
        assert len([one for one in talk.slack.calls if one.method == "chat.update"]) == edits
        assert state(talk) is State.PENDING
