from datetime import timedelta

from bot.usecases.trial import TooSoon, Waiting
from playground.slack.people import MIA, OLGA
from tests.handlers.conftest import Talk
from tests.handlers.transcript import of_slack


async def test_an_operator_is_told_that_it_arrived(talk: Talk) -> None:
    gesture = await talk.slash("test-alert", OLGA)

    assert gesture.messages[0].visible_to == OLGA.id
    assert of_slack(gesture.messages[0]).splitlines() == [
        "🟢 The test card arrived in the channel within 0.4 s",
        "It took every step of a real card: memory, outbox, delivery, channel. It says by itself that nothing is wrong.",
    ]


async def test_what_does_not_arrive_is_told_with_the_reason(talk: Talk) -> None:
    talk.trial.tried = Waiting(since_at=talk.clock.now())
    talk.channel.why = ("Slack refused chat.postMessage: not_in_channel. Invite the bot.",)

    gesture = await talk.slash("test-alert", OLGA)

    shown = of_slack(gesture.messages[0])
    assert shown.startswith("🟠 The test card has not arrived: alerts do not reach the channel now\n")
    assert "not_in_channel. Invite the bot." in shown


async def test_one_a_minute_is_enough(talk: Talk) -> None:
    talk.trial.tried = TooSoon(again_at=talk.clock.now() + timedelta(seconds=30))

    gesture = await talk.slash("test-alert", OLGA)

    assert "less than a minute ago" in of_slack(gesture.messages[0])


async def test_who_is_no_operator_sends_none(talk: Talk) -> None:
    gesture = await talk.slash("test-alert", MIA)

    assert f"{MIA.id} is not in DAPR_WARDEN_OPERATORS" in gesture.messages[0].text
    assert talk.trial.asked == 0
