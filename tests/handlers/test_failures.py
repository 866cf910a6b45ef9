import asyncio
import re

import pytest

from bot.errors import Forbidden, Unreachable
from bot.model.access import Verb
from handlers import entry
from handlers.commands import status
from handlers.conversation import Conversation
from handlers.views import alert
from handlers.visit import Kind, Visit
from playground.slack import faults
from playground.slack.people import HOME_TEAM, MIA, OLGA
from tests.handlers.conftest import OPS, Talk, a_ca_change, a_report
from tests.handlers.transcript import of_slack


async def test_a_known_failure_is_told_in_three_sentences(talk: Talk) -> None:
    await _accept_with(talk, Forbidden("Reading secrets/dapr-trust-bundle was refused (403).", hint="Apply deploy/rbac.yaml."))

    assert of_slack(talk.slack.ephemerals(OPS, OLGA)[-1]).splitlines() == [
        "That did not work: `Accept this CA`",
        "What happened: Reading secrets/dapr-trust-bundle was refused (403).",
        "What to do: Apply deploy/rbac.yaml.",
    ]


async def test_a_mistake_of_ours_is_told_by_its_id_only(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    await _accept_with(talk, LookupError("secret detail"))

    told = of_slack(talk.slack.ephemerals(OPS, OLGA)[-1])
    (incident,) = re.findall(r"`([0-9a-f]{8})`", told)
    logged = capsys.readouterr().out
    assert "secret detail" not in told
    assert incident in logged
    assert "secret detail" in logged


async def test_a_failure_in_memory_does_not_keep_anybody_from_status(talk: Talk) -> None:
    talk.store.trouble = Unreachable("The database is away.")

    gesture = await talk.slash("status")

    assert "Nothing needs action on prod-eu" in gesture.messages[0].text


async def test_a_failure_in_memory_keeps_everybody_from_deciding(talk: Talk) -> None:
    talk.store.trouble = Unreachable("The database is away.")

    gesture = await talk.slash("accept", OLGA)

    assert "The database is away" in of_slack(gesture.messages[0])
    assert "Please try again in a minute." in of_slack(gesture.messages[0])


async def test_an_answer_that_slack_does_not_take_is_logged_and_ends_there(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    talk.slack.faults.plan("response_url", faults.server_error(), times=4)

    gesture = await talk.slash("help")

    assert gesture.acked
    assert gesture.messages == ()
    assert "a failure could not be told" in capsys.readouterr().out


async def _accept_with(talk: Talk, trouble: Exception) -> None:
    finding = a_ca_change()
    talk.sweeper.report = a_report(talk.clock, finding)
    private = (await talk.slash("accept", OLGA)).messages[0]
    talk.acceptance.trouble = trouble
    await talk.click(private, alert.ACCEPT_CA, OLGA)


async def test_a_refusal_is_private(talk: Talk) -> None:
    await talk.slash("accept", MIA)

    assert talk.slack.messages(OPS) == ()
    assert of_slack(talk.slack.ephemerals(OPS, MIA)[0]).startswith("⛔ Refused. You may not operate on prod-eu")


async def test_a_payload_without_its_id_can_be_looked_at_but_decides_nothing(talk: Talk) -> None:
    runs: list[str] = []

    async def run(_: Conversation, seen: Visit) -> None:
        runs.append(seen.key)

    for verb in Verb:
        seen = Visit(kind=Kind.SLASH, user_id=OLGA.id, team_id=HOME_TEAM, channel_id=OPS, key="", said="/dapr")
        await entry.receive(talk.conversation, seen, verb, run)

    assert runs == [""]


async def test_a_sweep_that_does_not_end_is_said(talk: Talk) -> None:
    talk.sweeper.gate = asyncio.Event()

    assert await status.look_afresh(talk.conversation, patience_seconds=0.01) == "it did not finish within 0 seconds"


async def test_an_answer_that_never_arrives_is_an_error_of_ours(talk: Talk) -> None:
    talk.slack.faults.plan("response_url", faults.no_effect(), times=4)

    gesture = await talk.slash("help")

    assert gesture.acked
    assert gesture.messages == ()
