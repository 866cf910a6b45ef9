import pytest

from bot.usecases.accept import NotAccepted
from handlers.views import alert
from playground.slack import Message
from playground.slack.errors import Payload
from playground.slack.people import HOME_TEAM, MIA, OLGA, OSCAR, SAM
from tests.cards import a_card
from tests.handlers.conftest import OPS, Talk, a_ca_change, a_report
from tests.handlers.transcript import of_slack


async def posted(talk: Talk, fact: str = "The CA is not the accepted one", channel: str = OPS) -> Message:
    """The card of a changed CA in the channel, and the report that it was made from."""
    finding = a_ca_change(fact)
    talk.sweeper.report = a_report(talk.clock, finding)
    card = alert.card(a_card("ca-changed", finding=finding, opened_at=talk.clock.now()), "prod-eu", talk.clock.now())
    await talk.conversation.client.chat_postMessage(channel=channel, **card.arguments())
    return talk.slack.messages(channel)[-1]


async def test_an_operator_accepts_after_being_asked_again(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk), alert.ACCEPT_CA, OLGA)

    assert gesture.confirm is not None
    assert (talk.acceptance.actors, talk.acceptance.meant) == ([OLGA.id], [a_ca_change().binding])
    assert gesture.messages[0].visible_to == OLGA.id
    assert "Accepted. The CA that prod-eu has now counts as the right one." in of_slack(gesture.messages[0])


async def test_a_member_is_refused_in_private_and_nothing_is_accepted(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk), alert.ACCEPT_CA, MIA)

    assert talk.acceptance.actors == []
    assert "DAPR_WARDEN_OPERATORS" in gesture.messages[0].text
    assert gesture.messages[0].visible_to == MIA.id


async def test_a_stranger_in_a_shared_channel_is_refused(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk, channel="partners"), alert.ACCEPT_CA, SAM)

    assert talk.acceptance.actors == []
    assert "Only members of this bot's own workspace" in gesture.messages[0].text


async def test_a_card_that_shows_something_else_than_now_cannot_be_accepted(talk: Talk) -> None:
    card = await posted(talk)
    talk.sweeper.report = a_report(talk.clock, a_ca_change("The CA is again another one"))

    gesture = await talk.click(card, alert.ACCEPT_CA, OLGA)

    assert talk.acceptance.actors == []
    assert "This card is out of date" in gesture.messages[0].text


async def test_a_ca_that_changed_again_since_the_last_sweep_cannot_be_accepted_unseen(talk: Talk) -> None:
    card = await posted(talk)
    talk.sweeper.upcoming = [a_report(talk.clock, a_ca_change("The CA is again another one"))]

    gesture = await talk.click(card, alert.ACCEPT_CA, OLGA)

    assert talk.acceptance.actors == []
    assert "This card is out of date" in gesture.messages[0].text


async def test_the_reason_for_not_accepting_is_said(talk: Talk) -> None:
    talk.acceptance.answer = NotAccepted("3 pods still trust only the old root; restart them first.")

    gesture = await talk.click(await posted(talk), alert.ACCEPT_CA, OLGA)

    assert "Not accepted. 3 pods still trust only the old root; restart them first." in of_slack(gesture.messages[0])


async def test_a_click_delivered_twice_accepts_once(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk), alert.ACCEPT_CA, OLGA)

    await talk.slack.workspace.deliver("interactive", gesture.payload)
    await talk.conversation.supervisor.idle()

    assert talk.acceptance.actors == [OLGA.id]


async def test_two_operators_may_both_click_and_the_use_case_decides(talk: Talk) -> None:
    card = await posted(talk)

    await talk.click(card, alert.ACCEPT_CA, OLGA)
    await talk.click(card, alert.ACCEPT_CA, OSCAR)

    assert talk.acceptance.actors == [OLGA.id, OSCAR.id]


async def written_by_hand(talk: Talk, **changes: object) -> Payload:
    """A click of an operator that no client made: what somebody could send who could send payloads."""
    real = (await talk.click(await posted(talk), alert.ACCEPT_CA, MIA)).payload
    return real | {"user": {"id": OLGA.id, "team_id": HOME_TEAM}} | changes


async def test_a_payload_written_by_hand_is_read_like_any_other(talk: Talk) -> None:
    await talk.slack.workspace.deliver("interactive", await written_by_hand(talk))
    await talk.conversation.supervisor.idle()

    assert talk.acceptance.actors == [OLGA.id]


@pytest.mark.parametrize("value", ["", "0" * 16, "ca-changed", "<!channel>", "x" * 2_000, "../../etc", None, 7, ["x"], {"a": "b"}])
async def test_a_forged_value_changes_nothing(talk: Talk, value: object) -> None:
    payload = await written_by_hand(talk)
    forged = payload | {"actions": [payload["actions"][0] | {"value": value}]}

    envelope = await talk.slack.workspace.deliver("interactive", forged)
    await talk.conversation.supervisor.idle()

    assert envelope.outcome == "acked"
    assert talk.acceptance.actors == []


@pytest.mark.parametrize(
    "changes",
    [
        {"user": None},
        {"user": "U0OLGAOPER"},
        {"user": {"id": ["U0OLGAOPER"]}},
        {"user": {"id": OLGA.id, "team_id": "T0PARTNERS"}},
        {"user": {"id": OLGA.id}, "team": {"id": "T0PARTNERS"}},
        {"user": {"id": "U0NOBODY00", "team_id": HOME_TEAM}},
        {"user": {"id": MIA.id + "\n" + OLGA.id, "team_id": HOME_TEAM}},
    ],
)
async def test_a_forged_person_changes_nothing(talk: Talk, changes: dict[str, object]) -> None:
    await talk.slack.workspace.deliver("interactive", await written_by_hand(talk, **changes))
    await talk.conversation.supervisor.idle()

    assert talk.acceptance.actors == []


async def test_a_click_without_its_moment_cannot_be_told_from_a_repetition_and_changes_nothing(talk: Talk) -> None:
    payload = await written_by_hand(talk)
    action = {key: value for key, value in payload["actions"][0].items() if key != "action_ts"}

    await talk.slack.workspace.deliver("interactive", payload | {"actions": [action]})
    await talk.conversation.supervisor.idle()

    assert talk.acceptance.actors == []
