import pytest

from bot.errors import Unreachable
from bot.model.snapshot import MtlsConfiguration
from handlers.views import approval, plan
from handlers.views.blocks import Button, actions, compose
from playground.slack.people import MIA, OLGA, PAVEL
from tests.builders import a_snapshot
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import asked, card
from tests.handlers.trail import begun
from tests.handlers.transcript import links, of_slack
from tests.runs import done_before, finished


async def test_anybody_sees_what_a_rotation_would_be_and_nobody_is_asked(talk: Talk) -> None:
    gesture = await talk.slash("renew", MIA)

    answer = gesture.messages[0]
    assert answer.visible_to == MIA.id
    assert of_slack(answer).splitlines()[0] == "⚠ prod-eu · rotation of the CA · possible, with 2 things to decide"
    assert "Touches: 2 apps, 2 pods in 1 namespace (shop)" in of_slack(answer)
    assert "Nothing was changed." in of_slack(answer)
    assert talk.slack.messages(OPS) == ()
    assert talk.memory.asked == {}


async def test_what_blocks_it_is_told_first_and_nobody_can_be_asked(talk: Talk) -> None:
    talk.sight.now = a_snapshot(mtls=MtlsConfiguration(enabled=True, workload_cert_ttl="9000h", allowed_clock_skew="15m"))

    gesture = await talk.slash("renew", OLGA)

    shown = of_slack(gesture.messages[0])
    assert shown.splitlines()[0] == "⛔ prod-eu · rotation of the CA · 1 thing blocks it"
    assert "⛔ BLOCKS" in shown
    assert "[ Ask for approval ]" not in shown


async def test_where_nothing_can_be_planned_it_says_why_and_what_to_do(talk: Talk) -> None:
    talk.sight.now = a_snapshot(version="1.10.4")

    shown = of_slack((await talk.slash("renew", OLGA)).messages[0])

    assert shown.splitlines()[0] == "⛔ prod-eu · no rotation can be planned"
    assert "What to do: Upgrade Dapr first." in shown


async def test_a_cluster_that_cannot_be_seen_is_answered_with_what_to_do(talk: Talk) -> None:
    talk.sight.trouble = Unreachable("The API server does not answer.", hint="Is it up?")

    shown = of_slack((await talk.slash("renew", OLGA)).messages[0])

    assert "What happened: The API server does not answer." in shown


async def test_while_one_waits_it_is_shown_with_its_buttons_instead_of_an_offer(talk: Talk) -> None:
    await asked(talk)

    shown = of_slack((await talk.slash("renew", PAVEL)).messages[0])

    assert shown.startswith("# Approval needed: rotate the CA of prod-eu")
    assert "[ Approve ] [ Deny ] [ View plan ]" in shown
    assert talk.sight.looks == 2  # the offer and the asking


async def test_whoever_asked_is_offered_to_take_it_back(talk: Talk) -> None:
    await asked(talk)

    assert "[ Withdraw ] [ View plan ]" in of_slack((await talk.slash("renew", OLGA)).messages[0])


async def test_an_approver_may_decide_on_the_private_copy_which_then_shows_the_outcome(talk: Talk) -> None:
    await asked(talk)
    copy = (await talk.slash("renew", PAVEL)).messages[0]

    await talk.click(copy, approval.APPROVE, PAVEL)

    assert "Approved by @U0PAVELAPP" in of_slack(talk.slack.ephemerals(OPS, PAVEL)[-1])
    assert "[ Approve ]" not in of_slack(talk.slack.ephemerals(OPS, PAVEL)[-1])
    assert of_slack(talk.slack.now(card(talk))).startswith("# Approved: rotate the CA of prod-eu")


class TestOff:
    @pytest.fixture
    def given(self) -> dict[str, object]:
        return {"rotation": "off"}

    async def test_it_is_shown_all_the_same_but_nobody_can_be_asked(self, talk: Talk) -> None:
        shown = of_slack((await talk.slash("renew", OLGA)).messages[0])

        assert "possible, with 2 things to decide" in shown
        assert "[ Ask for approval ]" not in shown
        assert "DAPR_WARDEN_ROTATION is off" in shown

    @pytest.mark.parametrize("action_id", [plan.ASK_ROTATION, approval.APPROVE, approval.DENY, approval.VIEW, approval.WITHDRAW])
    async def test_buttons_of_a_time_when_it_was_on_say_so_and_do_nothing(self, talk: Talk, action_id: str) -> None:
        old = compose(("old",), [actions(Button(action_id=action_id, label=("x",), value="0"))])
        await talk.conversation.client.chat_postMessage(channel=OPS, **old.arguments())
        who = PAVEL if action_id in {approval.APPROVE, approval.DENY} else OLGA

        gesture = await talk.click(card(talk), action_id, who)

        assert "DAPR_WARDEN_ROTATION is off. Nothing was changed." in of_slack(gesture.messages[0])


async def test_another_cluster_is_refused_by_name_and_its_own_is_not(talk: Talk) -> None:
    elsewhere = of_slack((await talk.slash("renew staging", OLGA)).messages[0])
    here = of_slack((await talk.slash("renew prod-eu", OLGA)).messages[0])

    assert "This bot looks after prod-eu, not staging." in elsewhere
    assert "Ask for approval" not in elsewhere
    assert "prod-eu · rotation of the CA" in here


async def test_while_one_runs_it_is_shown_with_its_buttons_and_a_link_to_its_card(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"))

    answer = (await talk.slash("renew", MIA)).messages[0]

    assert answer.visible_to == MIA.id
    assert of_slack(answer).startswith("# Rotation under way: prod-eu\n▶ RUNNING\nAt step 8 of 14")
    assert "Its card is in the channel." in of_slack(answer)
    assert "[ Pause ] [ Revert ] [ Abort ] [ View plan ]" in of_slack(answer)
    assert [words for words, _ in links(answer)] == ["Its card"]


async def test_once_it_is_over_a_new_offer_is_made(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(finished())

    assert "rotation of the CA · possible" in of_slack((await talk.slash("renew", MIA)).messages[0])
