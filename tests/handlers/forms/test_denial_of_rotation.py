import pytest

from bot.model.approval import State
from handlers.views import approval
from playground.slack import faults
from playground.slack.people import HOME_TEAM, MIA, OLGA, PAVEL, PETRA
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import approves, asked, card, denies, form, newest, shown


async def test_a_denial_ends_it_for_everybody_with_its_reason(talk: Talk) -> None:
    await asked(talk)

    await denies(talk, PAVEL, "Not on a Friday.")

    assert newest(talk).request.state is State.DENIED
    assert newest(talk).dossier.sealed_key == b""
    assert shown(talk).splitlines()[:4] == [
        "# Denied: rotate the CA of prod-eu",
        "⛔ Denied by @U0PAVELAPP 23 Nov 2026 12:00",
        "Reason: Not on a Friday.",
        "Nothing was changed.",
    ]
    assert "[ Plan again ]" in shown(talk)
    assert talk.slack.workspace.views.stacks[PAVEL.id] == []
    assert talk.slack.ephemerals(OPS, PAVEL) == ()


async def test_the_reason_is_text_and_what_looks_like_a_credential_is_left_out(talk: Talk) -> None:
    await asked(talk)

    await denies(talk, PAVEL, "<!channel> see https://evil.example token=abcdefgh12345678")

    assert "‹!channel›" in shown(talk)  # noqa: RUF001 - the look-alike is the point
    assert "abcdefgh12345678" not in shown(talk)
    assert "abcdefgh12345678" not in newest(talk).request.reason


async def test_it_is_asked_again_who_it_is(talk: Talk) -> None:
    await asked(talk)
    await talk.click(card(talk), approval.DENY, PAVEL)
    talk.slack.faults.plan("users.info", faults.error("internal_error"), times=4)

    await talk.submit(form(talk, PAVEL), "No.", PAVEL)

    assert newest(talk).request.state is State.PENDING
    assert "Slack did not tell who you are" in talk.slack.ephemerals(OPS, PAVEL)[-1].text


async def test_a_submission_of_somebody_else_or_for_something_else_changes_nothing(talk: Talk) -> None:
    await asked(talk)
    await talk.click(card(talk), approval.DENY, PAVEL)
    await approves(talk, MIA)
    view = talk.slack.workspace.views.stacks[PAVEL.id][-1].payload()
    body = {"type": "view_submission", "team": {"id": HOME_TEAM}, "trigger_id": "1.2.3", "user": {"id": PAVEL.id, "team_id": HOME_TEAM}}
    for changes in (
        {"user": {"id": MIA.id, "team_id": HOME_TEAM}, "view": view},
        {"user": {"id": PAVEL.id, "team_id": "T0PARTNERS"}, "view": view},
        {"view": view | {"private_metadata": "0" * 32}},
        {"view": view | {"private_metadata": ["x"], "state": None}},
        {"view": view | {"id": None}},
    ):
        envelope = await talk.slack.workspace.deliver("interactive", body | changes)
        await talk.conversation.supervisor.idle()
        assert envelope.outcome == "acked"

    assert newest(talk).request.state is State.PENDING
    assert "[ Approve ]" in shown(talk)


async def test_a_submission_delivered_twice_denies_once(talk: Talk) -> None:
    await asked(talk)
    gesture = await denies(talk, PAVEL)

    await talk.slack.workspace.deliver("interactive", gesture.payload)
    await talk.conversation.supervisor.idle()

    assert len(newest(talk).request.votes) == 1
    assert [one.deed.verb for one in talk.memory.entries].count("decision-refused") == 0


async def test_an_approval_that_was_faster_is_told_in_the_form(talk: Talk) -> None:
    await asked(talk)
    await talk.click(card(talk), approval.DENY, PAVEL)
    await approves(talk, PETRA)

    await talk.submit(form(talk, PAVEL), "No.", PAVEL)

    assert newest(talk).request.state is State.APPROVED
    assert "Your click did not count: this has ended already." in talk.slack.ephemerals(OPS, PAVEL)[-1].text


class TestAnApproverWhoAsked:
    @pytest.fixture
    def given(self) -> dict[str, object]:
        return {"operators": frozenset({OLGA.id, PETRA.id})}

    async def test_takes_it_back_by_denying(self, talk: Talk) -> None:
        await asked(talk, PETRA)

        await denies(talk, PETRA)

        assert shown(talk).startswith("# Withdrawn: rotate the CA of prod-eu\n⛔ Withdrawn by @U0PETRAAPP")
