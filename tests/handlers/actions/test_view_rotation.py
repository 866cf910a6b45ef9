from handlers.views import approval
from playground.slack.people import GUS, HOME_TEAM, MIA
from tests.handlers.conftest import Talk
from tests.handlers.rotations import asked, card, modal, newest
from tests.handlers.trail import begun


async def test_anybody_may_read_all_of_it(talk: Talk) -> None:
    await asked(talk)

    await talk.click(card(talk), approval.VIEW, MIA)

    read, plan = modal(talk, MIA), newest(talk).dossier.plan
    assert f"digest `{newest(talk).request.digest}`" in read
    assert [step.title for step in plan.steps if step.title not in read] == []
    assert [one.fact for one in plan.hazards if one.fact not in read or one.advice not in read] == []
    assert [one.party for one in plan.proofs if one.party not in read] == []


async def test_a_guest_may_not(talk: Talk) -> None:
    await asked(talk)

    gesture = await talk.click(card(talk), approval.VIEW, GUS)

    assert "Guests may not use this bot" in gesture.messages[0].text


async def test_a_request_that_nobody_knows_has_no_plan(talk: Talk) -> None:
    await asked(talk)
    payload = (await talk.click(card(talk), approval.VIEW, GUS)).payload
    action = payload["actions"][0] | {"value": "0" * 32, "action_ts": "77.7"}

    await talk.slack.workspace.deliver("interactive", payload | {"actions": [action], "user": {"id": MIA.id, "team_id": HOME_TEAM}})
    await talk.conversation.supervisor.idle()

    assert any("There is no such request" in one.text for one in talk.slack.workspace.messages)


async def test_a_run_whose_request_was_forgotten_has_its_plan_all_the_same(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells()
    talk.memory.asked.clear()

    await talk.click(talk.slack.now(trail.card), approval.VIEW, MIA)

    assert "14 steps" in modal(talk, MIA)
