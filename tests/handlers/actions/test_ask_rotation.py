from bot.model.snapshot import MtlsConfiguration
from handlers.views import plan
from playground.slack import faults
from playground.slack.people import MIA, OLGA, OSCAR, PAVEL
from tests.builders import a_snapshot
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import asked, card, newest, offered
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack
from tests.runs import done_before


async def test_an_operator_asks_and_the_card_stands_in_the_channel_and_knows_its_place(talk: Talk) -> None:
    gesture = await talk.click(await offered(talk), plan.ASK_ROTATION, OLGA)

    shown = of_slack(card(talk))
    assert shown.splitlines()[:3] == [
        "# Approval needed: rotate the CA of prod-eu",
        "Asked for by @U0OLGAOPER",
        "Who may approve: @U0PAVELAPP @U0PETRAAPP ",
    ]
    assert f"digest {newest(talk).request.digest[:8]}" in shown
    assert (newest(talk).channel, newest(talk).ts) == (OPS, card(talk).ts)
    assert "Asked. " in of_slack(gesture.messages[0])
    assert gesture.messages[0].visible_to == OLGA.id


async def test_a_member_may_not_ask(talk: Talk) -> None:
    gesture = await talk.click(await offered(talk, MIA), plan.ASK_ROTATION, MIA)

    assert "DAPR_WARDEN_OPERATORS" in gesture.messages[0].text
    assert (talk.memory.asked, talk.slack.messages(OPS)) == ({}, ())


async def test_who_cannot_be_read_from_slack_may_not_ask(talk: Talk) -> None:
    offer = await offered(talk)
    talk.slack.faults.plan("users.info", faults.error("internal_error"), times=4)

    gesture = await talk.click(offer, plan.ASK_ROTATION, OLGA)

    assert "Slack did not tell who you are" in gesture.messages[0].text
    assert talk.memory.asked == {}


async def test_while_one_waits_a_second_one_is_not_asked_and_there_is_a_link(talk: Talk) -> None:
    offer = await offered(talk, OSCAR)
    await asked(talk)

    gesture = await talk.click(offer, plan.ASK_ROTATION, OSCAR)

    (only,) = talk.memory.asked.values()
    assert "Not asked: another request of @U0OLGAOPER waits for approval" in of_slack(gesture.messages[0])
    (paragraph,) = gesture.messages[0].blocks
    (link,) = [part["url"] for part in paragraph["elements"][0]["elements"] if part["type"] == "link"]
    assert only.ts.replace(".", "") in link


async def test_a_click_delivered_twice_asks_once(talk: Talk) -> None:
    gesture = await talk.click(await offered(talk), plan.ASK_ROTATION, OLGA)

    await talk.slack.workspace.deliver("interactive", gesture.payload)
    await talk.conversation.supervisor.idle()

    assert (len(talk.memory.asked), len(talk.slack.messages(OPS))) == (1, 1)


async def test_what_blocks_by_now_is_told_and_nobody_is_asked(talk: Talk) -> None:
    offer = await offered(talk)
    talk.sight.now = a_snapshot(mtls=MtlsConfiguration(enabled=True, workload_cert_ttl="9000h", allowed_clock_skew="15m"))

    gesture = await talk.click(offer, plan.ASK_ROTATION, OLGA)

    assert "1 thing blocks it" in of_slack(gesture.messages[0])
    assert talk.memory.asked == {}


async def test_what_cannot_be_planned_by_now_is_told(talk: Talk) -> None:
    offer = await offered(talk)
    talk.sight.now = a_snapshot(version="1.10.4")

    gesture = await talk.click(offer, plan.ASK_ROTATION, OLGA)

    assert "no rotation can be planned" in of_slack(gesture.messages[0])


async def test_a_card_that_slack_does_not_take_is_told_and_posted_later(talk: Talk) -> None:
    offer = await offered(talk)
    talk.slack.faults.plan("chat.postMessage", faults.error("fatal_error"), times=1)

    gesture = await talk.click(offer, plan.ASK_ROTATION, OLGA)

    told = of_slack(gesture.messages[0])
    assert "Asked, but the card could not be posted" in told
    assert "`/dapr renew` shows approvers the request" in told
    assert "[ Approve ]" in of_slack((await talk.slash("renew", PAVEL)).messages[0])
    assert talk.slack.messages(OPS) == ()

    await talk.board.keep()

    assert of_slack(card(talk)).startswith("# Approval needed")
    assert newest(talk).ts == card(talk).ts


async def test_while_one_runs_nobody_is_asked_for_another(talk: Talk) -> None:
    old = await offered(talk)
    trail = await begun(talk)
    await trail.tells(*done_before("canary"))

    gesture = await talk.click(old, plan.ASK_ROTATION, OLGA)

    assert of_slack(gesture.messages[-1]).splitlines() == [
        "Not asked: one rotation at a time.",
        "A rotation is under way: ▶ RUNNING · step 8 of 14: Deployment shop/app-0 is back · 41 %",
        "Its card is in the channel.",
    ]
    assert len(talk.memory.asked) == 1
