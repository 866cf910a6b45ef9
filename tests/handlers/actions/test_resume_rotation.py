from bot.model.run import Commanded, Way
from playground.slack.people import OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack


async def test_an_approver_resumes_what_an_operator_paused(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(Commanded(way=Way.PAUSE, actor=OLGA.id))

    gesture = await trail.clicks(Way.RESUME, PAVEL)

    assert gesture.confirm is not None
    assert gesture.confirm["text"]["text"] == "It goes on with the step at which it stands: Everything is still as it was approved."
    assert of_slack(trail.card).startswith("# Rotation under way: prod-eu\n▶ RUNNING")


async def test_an_operator_may_not(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(Commanded(way=Way.PAUSE, actor=OLGA.id))

    gesture = await trail.clicks(Way.RESUME, OLGA)

    assert "DAPR_WARDEN_APPROVERS" in gesture.messages[0].text
    assert talk.carrying.asked == []
