import pytest

from bot.errors import Unreachable
from bot.model.run import Commanded, Way
from handlers.views.blocks import Button, actions, compose
from handlers.views.run_buttons import ACTIONS
from playground.slack.people import GUS, HOME_TEAM, MIA, OLGA, PAVEL, User
from tests.handlers.conftest import OPS, Talk
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack


async def test_an_operator_pauses_after_being_told_what_happens_and_everybody_sees_who_it_was(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()

    gesture = await trail.clicks(Way.PAUSE, OLGA)

    assert gesture.confirm is not None
    assert "no other step starts until an approver resumes it" in gesture.confirm["text"]["text"]
    assert talk.carrying.asked == [(trail.id, Way.PAUSE, OLGA.id)]
    assert of_slack(trail.card).startswith(f"# Rotation paused: prod-eu\n⏸ PAUSED by @{OLGA.id}: nothing goes on until somebody resumes it")
    assert "[ Resume ] [ Abort ] [ View plan ]" in of_slack(trail.card)
    assert gesture.messages == ()


@pytest.mark.parametrize(("user", "why"), [(MIA, "DAPR_WARDEN_OPERATORS"), (PAVEL, "DAPR_WARDEN_OPERATORS"), (GUS, "Guests may not")])
async def test_the_wrong_person_is_told_in_private_and_nothing_is_done(talk: Talk, user: User, why: str) -> None:
    trail = await begun(talk)
    await trail.tells()

    gesture = await trail.clicks(Way.PAUSE, user)

    assert why in gesture.messages[0].text
    assert gesture.messages[0].visible_to == user.id
    assert talk.carrying.asked == []


async def test_a_click_that_arrives_twice_counts_once_and_what_the_engine_refuses_is_told(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()
    gesture = await trail.clicks(Way.PAUSE, OLGA)
    await talk.slack.workspace.deliver("interactive", gesture.payload)
    await talk.conversation.supervisor.idle()
    assert len(talk.carrying.asked) == 1

    talk.carrying.refusal = "It is paused already."
    again = gesture.payload | {"actions": [gesture.payload["actions"][0] | {"action_ts": "99.9"}]}
    await talk.slack.workspace.deliver("interactive", again)
    await talk.conversation.supervisor.idle()

    told = [of_slack(one) for one in talk.slack.workspace.messages if one.visible_to == OLGA.id]
    assert told[-1] == "⛔ Nothing was done. It is paused already."


async def test_who_was_faster_is_named_and_not_shown_as_an_id(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()
    talk.carrying.faster = Commanded(way=Way.ABORT, actor=PAVEL.id)

    await trail.clicks(Way.PAUSE, OLGA)

    told = [of_slack(one) for one in talk.slack.workspace.messages if one.visible_to == OLGA.id]
    assert told[-1] == f"⛔ Nothing was done. @{PAVEL.id} was faster: abort. Look at the card again."


@pytest.mark.parametrize("value", ["", "0" * 32, "<!channel>", "x" * 2_000, None, 7, ["x"]])
async def test_a_forged_value_finds_nothing(talk: Talk, value: object) -> None:
    trail = await begun(talk)
    await trail.tells()
    payload = (await trail.clicks(Way.PAUSE, MIA)).payload
    action = payload["actions"][0] | {"value": value, "action_ts": "88.8"}

    await talk.slack.workspace.deliver("interactive", payload | {"actions": [action], "user": {"id": OLGA.id, "team_id": HOME_TEAM}})
    await talk.conversation.supervisor.idle()

    assert talk.carrying.asked == []
    assert any("There is no such rotation (any more). Nothing was done." in one.text for one in talk.slack.workspace.messages)


async def test_on_a_private_copy_the_copy_shows_the_outcome_too(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()
    copy = (await talk.slash("renew", OLGA)).messages[0]

    await talk.click(copy, ACTIONS[Way.PAUSE], OLGA)
    await trail.follower.follow()

    assert of_slack(talk.slack.ephemerals(OPS, OLGA)[-1]).startswith("# Rotation paused: prod-eu")
    assert of_slack(trail.card).startswith("# Rotation paused: prod-eu")


async def test_a_journal_that_is_out_of_reach_is_answered(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()
    talk.carrying.trouble = Unreachable("The database is away.")

    gesture = await talk.click(talk.slack.now(trail.card), ACTIONS[Way.PAUSE], OLGA)

    assert "What happened: The database is away." in of_slack(gesture.messages[0])


class TestOff:
    @pytest.fixture
    def given(self) -> dict[str, object]:
        return {"rotation": "off"}

    async def test_a_button_of_a_time_when_it_was_on_says_so_and_does_nothing(self, talk: Talk) -> None:
        old = compose(("old",), [actions(Button(action_id=ACTIONS[Way.PAUSE], label=("x",), value="0"))])
        await talk.conversation.client.chat_postMessage(channel=OPS, **old.arguments())

        gesture = await talk.click(talk.slack.messages(OPS)[-1], ACTIONS[Way.PAUSE], OLGA)

        assert "DAPR_WARDEN_ROTATION is off. Nothing was done." in of_slack(gesture.messages[0])
