from handlers.views import approval
from playground.slack import faults
from playground.slack.people import MIA, OLGA, PAVEL
from tests.handlers.conftest import Talk
from tests.handlers.rotations import approves, asked, card, modal, shown


async def test_an_approver_is_asked_for_a_reason_before_anything_counts(talk: Talk) -> None:
    await asked(talk)
    before = shown(talk)

    await talk.click(card(talk), approval.DENY, PAVEL)

    assert "One denial is final: the request for prod-eu ends" in modal(talk, PAVEL)
    assert shown(talk) == before


async def test_neither_a_member_nor_whoever_asked_gets_the_form(talk: Talk) -> None:
    await asked(talk)

    for user in (MIA, OLGA):
        gesture = await talk.click(card(talk), approval.DENY, user)
        assert "DAPR_WARDEN_APPROVERS" in gesture.messages[0].text
        assert user.id not in talk.slack.workspace.views.stacks


async def test_what_has_ended_cannot_be_denied_any_more(talk: Talk) -> None:
    old = await asked(talk)
    payload = (await talk.click(old, approval.DENY, MIA)).payload
    await approves(talk, PAVEL)

    await talk.slack.workspace.deliver("interactive", payload | {"user": {"id": PAVEL.id, "team_id": PAVEL.team_id}})
    await talk.conversation.supervisor.idle()

    assert PAVEL.id not in talk.slack.workspace.views.stacks
    assert any("this has ended already" in one.text for one in talk.slack.workspace.messages)


async def test_a_modal_that_slack_does_not_open_is_told(talk: Talk) -> None:
    await asked(talk)
    talk.slack.faults.plan("views.open", faults.error("expired_trigger_id"), times=1)

    gesture = await talk.click(card(talk), approval.DENY, PAVEL)

    assert "That did not work" in gesture.messages[0].text
