from bot.model.approval import State
from handlers.views import approval, plan
from playground.slack import Message
from playground.slack.people import HOME_TEAM, MIA, OLGA, OSCAR
from tests.handlers.conftest import Talk
from tests.handlers.rotations import newest, offered, shown


async def told(talk: Talk) -> Message:
    """What whoever asked is told, with its button."""
    return (await talk.click(await offered(talk), plan.ASK_ROTATION, OLGA)).messages[0]


async def test_whoever_asked_takes_it_back_and_needs_no_approver(talk: Talk) -> None:
    await talk.click(await told(talk), approval.WITHDRAW, OLGA)

    assert newest(talk).request.state is State.DENIED
    assert shown(talk).startswith("# Withdrawn: rotate the CA of prod-eu\n⛔ Withdrawn by @U0OLGAOPER")
    assert "[ Plan again ]" in shown(talk)


async def test_nobody_else_can_whatever_they_send(talk: Talk) -> None:
    payload = (await talk.click(await told(talk), approval.WITHDRAW, OLGA)).payload
    await talk.click(await offered(talk), plan.ASK_ROTATION, OLGA)
    action = payload["actions"][0] | {"value": newest(talk).request.id, "action_ts": "77.7"}

    for user in (OSCAR, MIA):
        await talk.slack.workspace.deliver("interactive", payload | {"actions": [action], "user": {"id": user.id, "team_id": HOME_TEAM}})
        await talk.conversation.supervisor.idle()

    assert newest(talk).request.state is State.PENDING
    assert any("Only whoever asked for it may withdraw it" in one.text for one in talk.slack.workspace.messages)


async def test_a_request_that_nobody_knows_is_told(talk: Talk) -> None:
    payload = (await talk.click(await told(talk), approval.WITHDRAW, OLGA)).payload
    action = payload["actions"][0] | {"value": "0" * 32, "action_ts": "77.7"}

    await talk.slack.workspace.deliver("interactive", payload | {"actions": [action]})
    await talk.conversation.supervisor.idle()

    assert any("There is no such request" in one.text for one in talk.slack.workspace.messages)
