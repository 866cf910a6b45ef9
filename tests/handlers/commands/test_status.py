import asyncio
from datetime import timedelta

from bot.errors import Forbidden, Unreachable
from playground.slack.people import MIA
from tests.handlers.conftest import OPS, Talk, a_ca_change, a_report
from tests.handlers.trail import begun
from tests.handlers.transcript import of_slack
from tests.runs import done_before


async def test_status_is_private_and_begins_with_the_verdict(talk: Talk) -> None:
    gesture = await talk.slash("status")

    first = gesture.messages[0]
    assert first.visible_to == MIA.id
    assert of_slack(first).splitlines()[0] == "🟢 OK · Nothing needs action on prod-eu"


async def test_a_look_that_is_quick_is_the_only_answer(talk: Talk) -> None:
    talk.sweeper.upcoming = [a_report(talk.clock, a_ca_change())]

    (answer,) = (await talk.slash("status")).messages

    assert "1 thing needs action on prod-eu" in answer.text
    assert "Seen just now" in of_slack(answer)


async def test_while_a_look_takes_longer_the_last_answer_says_its_age_and_that_a_newer_one_follows(talk: Talk) -> None:
    talk.sweeper.gate, talk.sweeper.upcoming = asyncio.Event(), [a_report(talk.clock, a_ca_change())]

    gesture = await talk.slack.slash(MIA, OPS, "/dapr", "status")
    await talk.slack.wait_for(lambda: gesture.messages)
    talk.sweeper.gate.set()
    await talk.conversation.supervisor.idle()

    older, newer = map(of_slack, gesture.messages)
    assert "Seen 2 min ago" in older
    assert "A newer look is under way; its answer follows below." in older
    assert "Share" not in older
    assert "1 thing needs action on prod-eu" in newer
    assert "Share" in newer


async def test_in_a_thread_the_newer_answer_takes_the_place_of_the_last_one(talk: Talk) -> None:
    talk.sweeper.gate, talk.sweeper.upcoming = asyncio.Event(), [a_report(talk.clock, a_ca_change())]

    await talk.slack.mention(MIA, OPS, "status")
    await talk.slack.wait_for(lambda: talk.slack.messages(OPS))
    assert "A newer look is under way; its answer takes this one's place." in of_slack(talk.slack.messages(OPS)[0])
    talk.sweeper.gate.set()
    await talk.conversation.supervisor.idle()

    (answer,) = talk.slack.messages(OPS)
    assert "Nothing needs action" in answer.editions[0].text
    assert "1 thing needs action on prod-eu" in of_slack(answer)
    assert "under way" not in of_slack(answer)


async def test_a_slow_sweep_delays_neither_ack_nor_answer(talk: Talk) -> None:
    talk.sweeper.gate = asyncio.Event()

    gesture = await talk.slack.slash(MIA, OPS, "/dapr", "status")
    await talk.slack.wait_for(lambda: gesture.messages)

    assert gesture.acked
    assert gesture.latency is not None
    assert gesture.latency < timedelta(seconds=1)
    talk.sweeper.gate.set()
    await talk.conversation.supervisor.idle()


async def test_a_fresh_report_is_not_looked_at_again(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock)

    await talk.slash("status")

    assert talk.sweeper.sweeps == 0


async def test_a_sweep_that_fails_is_said_beside_the_old_answer(talk: Talk) -> None:
    talk.sweeper.upcoming = [Forbidden("get secrets dapr-trust-bundle: not allowed")]

    gesture = await talk.slash("status")

    assert "A newer look failed: get secrets dapr-trust-bundle: not allowed" in of_slack(gesture.messages[-1])


async def test_before_the_first_sweep_nothing_is_called_healthy(talk: Talk) -> None:
    talk.sweeper.report, talk.sweeper.upcoming = None, [a_report(talk.clock)]

    talk.sweeper.gate = asyncio.Event()

    gesture = await talk.slack.slash(MIA, OPS, "/dapr", "status")
    await talk.slack.wait_for(lambda: gesture.messages)
    talk.sweeper.gate.set()
    await talk.conversation.supervisor.idle()

    first, second = (message.text for message in gesture.messages)
    assert first == ":white_circle: UNKNOWN · Nothing is known about prod-eu yet: no look at the cluster has finished"
    assert second == ":large_green_circle: OK · Nothing needs action on prod-eu"


async def test_a_mention_in_a_thread_is_answered_there_for_all(talk: Talk) -> None:
    parent = talk.slack.say(MIA, OPS, "is it us?")

    await talk.slack.mention(MIA, OPS, "status", thread_ts=parent.ts)
    await talk.slack.wait_for(lambda: talk.slack.messages(OPS))
    await talk.conversation.supervisor.idle()

    (answer,) = talk.slack.messages(OPS)
    assert answer.thread_ts == parent.ts
    assert "Nothing needs action on prod-eu" in answer.text
    assert "share-status" not in answer.everything


async def test_a_mention_without_words_means_status(talk: Talk) -> None:
    await talk.slack.mention(MIA, OPS, "")
    await talk.slack.wait_for(lambda: talk.slack.messages(OPS))

    assert "Nothing needs action" in talk.slack.messages(OPS)[0].text


async def test_a_mention_delivered_again_is_answered_once(talk: Talk) -> None:
    delivery = await talk.slack.mention(MIA, OPS, "status")
    await talk.slack.wait_for(lambda: talk.slack.messages(OPS))
    again = await talk.slack.redeliver(delivery)
    await talk.conversation.supervisor.idle()

    assert again.outcome == "acked"
    assert len(talk.slack.messages(OPS)) == 1


async def test_a_rotation_under_way_is_one_line_of_it(talk: Talk) -> None:
    trail = await begun(talk)
    await trail.tells(*done_before("canary"))

    shown = of_slack((await talk.slash("status")).messages[0])

    assert shown.splitlines()[2] == "A rotation is under way: ▶ RUNNING · step 8 of 14: Deployment shop/app-0 is back · 41 %"


async def test_a_journal_that_is_out_of_reach_takes_nothing_else_from_it(talk: Talk) -> None:
    talk.carrying.trouble = Unreachable("The database is away.")

    assert "Nothing needs action on prod-eu" in of_slack((await talk.slash("status")).messages[0])
