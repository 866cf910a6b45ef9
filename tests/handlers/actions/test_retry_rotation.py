from bot.model.run import Way
from playground.slack.people import OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack
from tests.runs import done_before, held


async def test_an_approver_lets_a_held_step_be_tried_once_more(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"), held())

    gesture = await trail.clicks(Way.RETRY, PAVEL)

    assert gesture.confirm is not None
    assert "tried once more, and gets its whole time again" in gesture.confirm["text"]["text"]
    assert of_slack(trail.card).startswith("# Rotation under way: prod-eu\n▶ RUNNING\nAt step 8 of 14")


async def test_an_operator_may_not(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"), held())

    gesture = await trail.clicks(Way.RETRY, OLGA)

    assert "DAPR_WARDEN_APPROVERS" in gesture.messages[0].text
    assert talk.carrying.asked == []
