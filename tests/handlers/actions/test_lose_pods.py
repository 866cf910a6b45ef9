from bot.model.run import Way
from playground.slack.people import OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack
from tests.runs import done_before, held, question


async def test_an_approver_agrees_after_reading_which_pods_are_lost(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("drop-old-root"), question())

    gesture = await trail.clicks(Way.LOSE, PAVEL)

    assert gesture.confirm is not None
    said = "These lose their peers until somebody recreates them: shop/batch-1 and pay/legacy-0. There is no way back."
    assert gesture.confirm["text"]["text"] == said
    assert talk.carrying.asked == [(trail.id, Way.LOSE, PAVEL.id)]


async def test_it_is_offered_only_where_the_hold_does(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"), held())

    assert "Drop the old root" not in of_slack(trail.card)


async def test_an_operator_may_not(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("drop-old-root"), question())

    gesture = await trail.clicks(Way.LOSE, OLGA)

    assert "DAPR_WARDEN_APPROVERS" in gesture.messages[0].text
    assert talk.carrying.asked == []
