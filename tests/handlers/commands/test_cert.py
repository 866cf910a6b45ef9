import asyncio
from datetime import timedelta
from typing import Any

from bot.errors import TimedOut
from playground.slack.people import MIA
from tests.builders import a_ca, days, unobserved
from tests.handlers.conftest import OPS, Talk
from tests.handlers.transcript import of_slack
from tests.unasked import a_snapshot


async def test_cert_answers_one_person_with_the_next_to_end_first(talk: Talk) -> None:
    talk.certificates.snapshot = a_snapshot(ca=a_ca(expires_in=days(12)))

    gesture = await talk.slash("cert")

    lines = of_slack(gesture.messages[0]).splitlines()
    assert lines[0] == "🟠 WARNING · Next to end: root CA and issuer, in 12 days"
    assert gesture.messages[0].visible_to == MIA.id
    assert talk.slack.messages(OPS) == ()


async def test_a_word_gets_the_one_in_full(talk: Talk) -> None:
    gesture = await talk.slash("  CERT   Issuer ")

    assert of_slack(gesture.messages[0]).splitlines()[0] == "1 certificate on prod-eu for `Issuer`"


async def test_all_is_paged(talk: Talk) -> None:
    for typed in ("cert all", "cert ALL 2", "cert all nonsense", "cert all 99999999999999999999"):
        gesture = await talk.slash(typed)

        assert of_slack(gesture.messages[0]).splitlines()[1] == "Page 1 of 1 · 2 certificates · 1 trust generation"


async def test_an_unknown_word_gets_the_nearest_and_what_may_be_asked(talk: Talk) -> None:
    gesture = await talk.slash("cert isuer")

    first, second = of_slack(gesture.messages[0]).splitlines()
    assert first == "No certificate was seen that has to do with `isuer`. Did you mean `/dapr cert issuer`?"
    assert second.startswith("Ask for the first letters of a fingerprint (4 or more), a kind")


async def test_who_waits_reads_that_somebody_looks(talk: Talk) -> None:
    talk.certificates.slow = asyncio.Event()

    gesture = await talk.slack.slash(MIA, OPS, "/dapr", "cert")
    await talk.slack.wait_for(lambda: bool(gesture.messages), 5)
    talk.certificates.slow.set()
    await talk.conversation.supervisor.idle()

    said = [of_slack(message).splitlines()[0] for message in gesture.messages]
    assert said == ["Looking at the certificates of prod-eu …", "🟢 OK · Next to end: root CA and issuer, in 300 days"]


async def test_a_look_of_long_ago_is_not_called_healthy(talk: Talk) -> None:
    talk.clock.advance(timedelta(hours=2))

    gesture = await talk.slash("cert")

    assert of_slack(gesture.messages[0]).startswith("⚪ UNKNOWN · Blind since")


async def test_of_a_cluster_that_shows_nothing_all_that_is_missing_is_said(talk: Talk) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("secret", "configmap", "webhook", "crd", "census", "issuer_gauges", "chains"), unobserved())
    talk.certificates.snapshot = a_snapshot(**nothing)

    gesture = await talk.slash("cert")

    shown = of_slack(gesture.messages[0])
    assert shown.splitlines()[0] == "⚪ UNKNOWN · No certificate was seen"
    assert shown.count("Cannot see") == len(nothing)
    assert shown.count("Bind the Role") == 1


async def test_what_keeps_us_from_looking_is_answered(talk: Talk) -> None:
    talk.certificates.trouble = TimedOut("Looking at the cluster took longer than 30 s and was given up.", hint="Please try again.")

    gesture = await talk.slash("cert")

    assert "took longer than 30 s" in of_slack(gesture.messages[0])
