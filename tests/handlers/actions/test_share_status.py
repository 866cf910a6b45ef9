import asyncio

from handlers.views.status import SHARE
from playground.slack import faults
from playground.slack.people import MIA
from tests.handlers.conftest import OPS, Talk, a_report
from tests.handlers.transcript import of_slack


async def test_share_says_the_present_status_to_everybody_and_takes_the_button_away(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock)
    private = (await talk.slash("status")).messages[0]

    await talk.click(private, SHARE)

    (shared,) = talk.slack.messages(OPS)
    assert "Nothing needs action on prod-eu" in shared.text
    assert "Share" not in of_slack(shared)
    assert "Share" not in of_slack(talk.slack.now(private))


async def test_two_clicks_share_once(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock)
    private = (await talk.slash("status")).messages[0]

    first, second = await asyncio.gather(talk.slack.click(MIA, private, SHARE), talk.slack.click(MIA, private, SHARE))
    await talk.conversation.supervisor.idle()

    assert first.acked
    assert second.acked
    assert len(talk.slack.messages(OPS)) == 1


async def test_a_share_that_slack_refused_says_how_to_try_again(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock)
    private = (await talk.slash("status")).messages[0]
    talk.slack.faults.plan("response_url", faults.server_error(500))

    told = (await talk.click(private, SHARE)).messages[-1]

    assert talk.slack.messages(OPS) == ()
    assert "Ask for the status again, and share that one." in of_slack(told)
