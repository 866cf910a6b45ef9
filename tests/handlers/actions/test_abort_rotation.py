from bot.model.run import Way
from playground.slack.people import OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.trail import begun
from tests.runs import done_before


async def test_before_the_first_write_the_operator_reads_that_nothing_is_changed(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()

    gesture = await trail.clicks(Way.ABORT, OLGA)

    assert gesture.confirm is not None
    assert gesture.confirm["text"]["text"] == "It ends here. Nothing was written yet, so nothing is changed."
    assert talk.carrying.asked == [(trail.id, Way.ABORT, OLGA.id)]


async def test_after_it_they_read_that_it_comes_to_a_stand(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("sentry"))

    gesture = await trail.clicks(Way.ABORT, OLGA)

    assert gesture.confirm is not None
    assert "It then holds, and an approver chooses between Resume and Revert." in gesture.confirm["text"]["text"]


async def test_an_approver_who_is_no_operator_is_told_so(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()

    gesture = await trail.clicks(Way.ABORT, PAVEL)

    assert "DAPR_WARDEN_OPERATORS" in gesture.messages[0].text
    assert talk.carrying.asked == []
