from bot.model.run import Way
from playground.slack.people import OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack
from tests.runs import done_before, held


async def test_an_approver_lets_it_go_back_and_the_thread_says_who_it_was(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"), held())

    gesture = await trail.clicks(Way.REVERT, PAVEL)

    assert gesture.confirm is not None
    means = "It goes back: the old issuer comes back, every root stays trusted. Pods that were recreated keep running."
    assert gesture.confirm["text"]["text"] == means
    assert trail.replies[-1] == f"↩ GOING BACK · prod-eu · decided by @{PAVEL.id}"
    assert of_slack(trail.card).splitlines()[1] == f"↩ GOING BACK, decided by @{PAVEL.id}"
    assert not trail.thread[-1].is_broadcast


async def test_an_operator_may_not(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"), held())

    gesture = await trail.clicks(Way.REVERT, OLGA)

    assert "DAPR_WARDEN_APPROVERS" in gesture.messages[0].text
    assert talk.carrying.asked == []
