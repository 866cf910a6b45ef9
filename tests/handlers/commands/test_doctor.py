import asyncio

from bot.model.examination import Outcome, Subject
from playground.slack.people import MIA
from tests.examined import a_result, an_examined
from tests.handlers.conftest import OPS, Talk
from tests.handlers.transcript import of_slack


async def told(talk: Talk) -> str:
    gesture = await talk.slash("doctor")
    assert {message.visible_to for message in gesture.messages} == {MIA.id}
    assert talk.slack.messages(OPS) == ()
    return of_slack(gesture.messages[-1])


async def test_who_asks_reads_a_verdict_and_what_is_fine(talk: Talk) -> None:
    shown = (await told(talk)).splitlines()

    assert shown[0] == "🟢 The bot of prod-eu: everything is in order"
    assert shown[2:4] == ["Kubernetes", "  • 🟢 14 of 14 permissions: every one that these settings need."]
    assert shown[-1].strip() == "Each one is explained in docs/doctor.md."


async def test_what_is_to_mend_stands_first_with_what_to_do(talk: Talk) -> None:
    talk.doctor.found = an_examined(
        a_result(),
        a_result("loki", Outcome.NOT_LOOKED_AT, subject=Subject.LOGS, seen="Logs are not read: DAPR_WARDEN_LOKI_URL is not set."),
        a_result("channel", Outcome.UNKNOWN, subject=Subject.SLACK, seen="Slack does not tell."),
        a_result("clock", Outcome.TROUBLE, seen="It is 9 s late.", remedy="Check NTP."),
    )

    shown = await told(talk)

    assert shown.startswith("🔴 The bot of prod-eu: 1 thing to mend, 1 thing could not be told\n")
    assert "🔴 TROUBLE · Kubernetes · clock\nIt is 9 s late.\nWhat to do: Check NTP." in shown
    assert (
        shown.index("TROUBLE")
        < shown.index("UNKNOWN · Slack · channel")
        < shown.index("14 of 14")
        < shown.index("Not looked at, by choice")
    )


async def test_while_it_is_examined_something_stands_there(talk: Talk) -> None:
    talk.doctor.gate = asyncio.Event()

    asking = asyncio.ensure_future(talk.slash("doctor"))
    await talk.slack.wait_for(lambda: talk.slack.ephemerals(OPS, MIA))
    first = talk.slack.ephemerals(OPS, MIA)[0]
    talk.doctor.gate.set()
    await asking

    assert of_slack(first) == "Examining the bot of prod-eu …"
    assert "everything is in order" in of_slack(talk.slack.ephemerals(OPS, MIA)[-1])


async def test_in_a_thread_it_is_still_told_to_the_one_person_only(talk: Talk) -> None:
    await talk.slack.mention(MIA, OPS, "doctor")
    await talk.slack.wait_for(lambda: talk.slack.ephemerals(OPS, MIA))

    assert talk.slack.messages(OPS) == ()
