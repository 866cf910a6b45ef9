import asyncio

from handlers.views import alert, plan
from playground.slack.people import GUS, MIA, PAVEL
from tests.cards import a_card
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import asked, card, denies
from tests.handlers.transcript import of_slack


async def test_a_card_that_warns_of_an_expiry_leads_to_the_plan_and_stays_as_it_is(talk: Talk) -> None:
    message = alert.card(a_card("root-expiry"), "prod-eu", talk.clock.now())
    await talk.conversation.client.chat_postMessage(channel=OPS, **message.arguments())
    before = of_slack(card(talk))

    gesture = await talk.click(card(talk), plan.PLAN_ROTATION, MIA)

    assert gesture.messages[0].visible_to == MIA.id
    assert "rotation of the CA · possible" in of_slack(gesture.messages[0])
    assert of_slack(talk.slack.now(card(talk))) == before


async def test_a_look_that_takes_long_does_not_overwrite_the_card(talk: Talk) -> None:
    message = alert.card(a_card("issuer-expiry"), "prod-eu", talk.clock.now())
    await talk.conversation.client.chat_postMessage(channel=OPS, **message.arguments())
    before, talk.sight.gate = of_slack(card(talk)), asyncio.Event()

    gesture = await talk.slack.click(MIA, card(talk), plan.PLAN_ROTATION)
    await talk.slack.wait_for(lambda: gesture.messages)
    talk.sight.gate.set()
    await talk.conversation.supervisor.idle()

    assert ["Looking at" in one.text for one in gesture.messages] == [True, False]
    assert of_slack(talk.slack.now(card(talk))) == before


async def test_a_guest_is_refused(talk: Talk) -> None:
    message = alert.card(a_card("intermediate-expiry"), "prod-eu", talk.clock.now())
    await talk.conversation.client.chat_postMessage(channel=OPS, **message.arguments())

    gesture = await talk.click(card(talk), plan.PLAN_ROTATION, GUS)

    assert "Guests may not use this bot" in gesture.messages[0].text


async def test_plan_again_on_a_denied_card_is_the_same(talk: Talk) -> None:
    await asked(talk)
    await denies(talk, PAVEL)

    gesture = await talk.click(talk.slack.now(card(talk)), plan.PLAN_ROTATION, MIA)

    assert "[ Ask for approval ]" in of_slack(gesture.messages[0])
