from playground.slack.people import MIA, OLGA
from tests.handlers.conftest import OPS, Talk, a_ca_change, a_report
from tests.handlers.transcript import of_slack


async def test_an_operator_sees_what_changed_and_a_button(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock, a_ca_change())

    gesture = await talk.slash("accept", OLGA)

    shown = of_slack(gesture.messages[0])
    assert gesture.messages[0].visible_to == OLGA.id
    assert shown.splitlines()[0] == "🔴 prod-eu · The CA is not the accepted one"
    assert "[ Accept this CA ]" in shown
    assert talk.acceptance.actors == []


async def test_there_may_be_nothing_to_accept(talk: Talk) -> None:
    gesture = await talk.slash("accept", OLGA)

    assert "There is nothing to accept" in gesture.messages[0].text


async def test_who_is_no_operator_is_told_which_setting_it_takes(talk: Talk) -> None:
    gesture = await talk.slash("accept", MIA)

    assert gesture.messages[0].visible_to == MIA.id
    assert f"{MIA.id} is not in DAPR_WARDEN_OPERATORS" in gesture.messages[0].text


async def test_the_button_is_private_even_when_a_thread_asked(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock, a_ca_change())

    await talk.slack.mention(OLGA, OPS, "accept")
    await talk.slack.wait_for(lambda: talk.slack.ephemerals(OPS, OLGA))

    assert talk.slack.messages(OPS) == ()
