"""Delivery by signed POST: what is sent, and what becomes of every way to answer it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck
from slack_sdk.signature import SignatureVerifier

from playground.slack import ImpossibleError, ManualClock, SlackEmulator, faults
from playground.slack.http_mode import HttpMode
from tests.playground.slack.conftest import SHORT, bolt_app, listening, serving_http


@dataclass
class BareApp:
    """An app without a framework: it remembers what came and answers as it is told."""

    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    silent: asyncio.Event | None = None
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.came.append((dict(request.headers), body))
        if b"url_verification" in body:
            return web.Response(text=json.loads(body)["challenge"])
        if self.silent is not None:
            await self.silent.wait()
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def bare() -> AsyncIterator[BareApp]:
    bare, app = BareApp(), web.Application()
    app.router.add_post("/", bare.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bare.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield bare
    if bare.silent is not None:
        bare.silent.set()
    await runner.cleanup()


async def test_an_app_is_asked_whether_the_url_is_its_own(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)

    (headers, body), *_ = bare.came
    assert json.loads(body)["type"] == "url_verification"
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)


async def test_a_url_that_is_not_an_apps_is_not_used(slack: SlackEmulator) -> None:
    with pytest.raises(ImpossibleError, match="does not repeat the challenge"):
        await slack.over_http(f"{slack.url}/api/api.test")
    with pytest.raises(ImpossibleError, match="nobody answers"):
        await slack.over_http("http://127.0.0.1:9/")

    assert slack.workspace.http is None


@pytest.mark.parametrize("url", ["https://home.example/slack/events", "http://192.168.0.7/", "http:///"])
async def test_nothing_is_sent_beyond_this_machine(slack: SlackEmulator, url: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        await slack.over_http(url)


async def test_each_kind_has_its_own_form(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)
    await slack.slash("olga", "ops", "/dapr", "status & more")
    await slack.shortcut("olga", "look")
    await slack.mention("mia", "ops", "status")

    slash, interactive, event = bare.came[1:]
    assert [headers["Content-Type"].partition(";")[0] for headers, _ in (slash, interactive, event)] == [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/json",
    ]
    assert b"text=status+%26+more" in slash[1]
    assert interactive[1].startswith(b"payload=%7B")
    assert json.loads(event[1])["event"]["type"] == "app_mention"
    assert all(SignatureVerifier(slack.signing_secret).is_valid_request(body, headers) for headers, body in bare.came)
    assert {envelope.outcome for envelope in slack.envelopes} == {"acked"}


@pytest.mark.parametrize("change", [{"secret": "another"}, {"age": timedelta(minutes=6)}, {"age": timedelta(minutes=-6)}])
async def test_bolt_takes_nothing_with_a_bad_or_old_signature(slack: SlackEmulator, change: dict[str, Any]) -> None:
    app = bolt_app(slack)

    async def on_command(ack: AsyncAck) -> None:
        await ack()

    app.command("/dapr")(on_command)
    async with listening(app) as url:
        slack.workspace.http = HttpMode(url=url, journal=slack.journal, **change)
        gesture = await slack.slash("olga", "ops", "/dapr")

    assert (gesture.error, gesture.acked) == ("dispatch_failed", False)
    assert [envelope.outcome for envelope in slack.envelopes] == ["http_error"]


@pytest.mark.parametrize(
    ("answer", "ack"),
    [
        ({"text": "healthy"}, {"text": "healthy"}),
        ({"text": '{"text": "healthy"}', "content_type": "application/json"}, {"text": "healthy"}),
        ({"text": ""}, None),
        ({"status": 204}, None),
    ],
)
async def test_the_answer_is_the_ack(slack: SlackEmulator, bare: BareApp, answer: dict[str, Any], ack: Any) -> None:
    await slack.over_http(bare.url)
    bare.answers.append(web.Response(**answer))

    gesture = await slack.slash("olga", "ops", "/dapr")

    assert (gesture.acked, gesture.ack) == (True, ack)
    assert [m.text for m in gesture.messages] == (["healthy"] if ack else [])


async def test_an_answer_to_an_interaction_that_makes_no_sense_is_noted(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)
    bare.answers.append(web.Response(text="thanks"))

    await slack.shortcut("olga", "look")

    assert [v.code for v in slack.violations] == ["malformed_ack"]


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_an_event_that_is_not_taken_comes_again_with_its_number_and_reason(
    slack: SlackEmulator, clock: ManualClock, bare: BareApp, status: int
) -> None:
    await slack.over_http(bare.url)
    bare.answers = [web.Response(status=status), web.Response(status=status)]

    delivery = await slack.mention("mia", "ops", "status")
    await slack.wait_for(lambda: len(delivery.attempts) == 2)
    clock.advance(timedelta(minutes=1))
    await slack.wait_for(lambda: delivery.is_over)

    told = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h, _ in bare.came[1:]]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert delivery.acked
    assert len({json.loads(body)["event_id"] for _, body in bare.came[1:]}) == 1


async def test_an_app_can_refuse_to_be_told_again(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)
    bare.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]

    delivery = await slack.mention("mia", "ops", "status")

    assert (delivery.is_over, delivery.acked, len(delivery.attempts)) == (True, False, 1)


async def test_an_app_that_is_silent_is_too_late(clock: ManualClock, bare: BareApp) -> None:
    async with SlackEmulator(clock=clock, ack_timeout=SHORT) as slack:
        await slack.over_http(bare.url)
        bare.silent = asyncio.Event()
        gesture = await slack.slash("olga", "ops", "/dapr")
        delivery = await slack.mention("mia", "ops", "status")
        await slack.wait_for(lambda: len(delivery.attempts) == 2)

    assert gesture.error == "operation_timeout"
    assert delivery.attempts[1].retry_reason == "http_timeout"


async def test_an_app_that_has_gone_is_not_reached(slack: SlackEmulator) -> None:
    async with serving_http(slack, bolt_app(slack)):
        pass
    gesture = await slack.slash("olga", "ops", "/dapr")

    assert (gesture.error, slack.envelopes[0].outcome) == ("dispatch_failed", "connection_failed")


async def test_a_delivery_can_be_lost_on_either_way(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)
    slack.faults.plan("envelope", faults.lost())

    delivery = await slack.mention("mia", "ops", "status")
    await slack.wait_for(lambda: delivery.is_over)

    assert [attempt.outcome for attempt in delivery.attempts] == ["connection_failed", "acked"]
    assert [h.get("X-Slack-Retry-Reason") for h, _ in bare.came[1:]] == ["connection_failed"]


async def test_bolt_sees_the_headers_of_a_redelivery(slack: SlackEmulator) -> None:
    app, heard = bolt_app(slack), list[tuple[str, ...]]()

    async def on_mention(body: dict[str, Any], request: Any) -> None:
        heard.append((body["event_id"], *request.headers.get("x-slack-retry-num", [])))
        slack.journal.changes.announce()

    app.event("app_mention")(on_mention)
    async with serving_http(slack, app):
        delivery = await slack.mention("mia", "ops", "status")
        await slack.redeliver(delivery)
        await slack.wait_for(lambda: len(heard) == 2)

    assert heard == [(delivery.event_id,), (delivery.event_id, "1")]
    assert slack.envelopes[1].retry_reason == "http_timeout"


async def test_sockets_can_take_over_again(slack: SlackEmulator, bare: BareApp) -> None:
    await slack.over_http(bare.url)
    slack.over_sockets()

    assert (await slack.slash("olga", "ops", "/dapr")).error == "dispatch_failed"
    assert [envelope.outcome for envelope in slack.envelopes] == ["no_socket"]
