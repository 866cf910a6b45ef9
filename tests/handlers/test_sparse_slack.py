"""The bot on a Slack-compatible server that gives the least: the same listeners, no special case, nobody let in who is unknown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.config import Settings
from bot.model.access import AccessPolicy, Actor, Verb
from bot.model.alert import Reason
from bot.model.snapshot import AcceptedCa
from bot.usecases.accept import Accepted
from handlers import preflight, register, transport
from handlers.actors import People
from handlers.conversation import Conversation
from handlers.delivery import Delivery
from handlers.supervision import Supervisor
from handlers.views.status import SHARE
from handlers.visit import Kind, Visit
from playground.slack import ManualClock
from tests.cards import a_card, an_announcement
from tests.cards import a_report as a_card_report
from tests.fakes.doctor import FakeDoctor, FakeTrial
from tests.fakes.inquiry import FakeCertificates, FakeInquiry, FakeLogInquiry
from tests.fakes.rotation import Sight
from tests.fakes.store import FakeStore
from tests.handlers.conftest import FakeAcceptance, FakeChannel, FakeSweeper, a_ca_change, a_report
from tests.handlers.sparse_slack import BOT, CHANNEL, TEAM, SparseSlack


@dataclass
class Table:
    slack: SparseSlack
    clock: ManualClock
    store: FakeStore
    sweeper: FakeSweeper
    acceptance: FakeAcceptance
    conversation: Conversation
    delivery: Delivery

    async def idle(self) -> list[dict[str, Any]]:
        """What has been said, once nothing runs any more."""
        await self.conversation.supervisor.idle()
        return self.slack.said

    async def slash(self, text: str, user: str = "U_ANN", **more: str) -> list[dict[str, Any]]:
        await self.slack.slash(text, user, **more)
        return await self.idle()


def settings_of(slack: SparseSlack) -> Settings:
    return Settings.model_validate(
        {
            "slack_bot_token": "xoxb-sparse",
            "slack_app_token": "xapp-sparse",
            "slack_api_url": f"{slack.url}/api/",
            "slack_channel": CHANNEL,
            "operators": "U_OPS",
        }
    )


@pytest.fixture
async def sparse() -> AsyncIterator[SparseSlack]:
    slack = SparseSlack()
    runner = web.AppRunner(slack.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield slack
    await runner.cleanup()


@pytest.fixture
async def table(sparse: SparseSlack, clock: ManualClock) -> AsyncIterator[Table]:
    async with AsyncExitStack() as stack:
        settings = settings_of(sparse)
        session = await stack.enter_async_context(transport.session())
        client = transport.web_client(settings, session, retries=False)
        identity = await preflight.check(settings, client)
        access = AccessPolicy(home_team_id=identity.team_id, operators=settings.operators)
        store, sweeper = FakeStore(), FakeSweeper(a_report(clock, age=timedelta(minutes=2)))
        acceptance = FakeAcceptance(Accepted(AcceptedCa(roots=("ab",), issuer="cd", accepted_at=clock.now(), accepted_by="U_OPS")))
        conversation = Conversation(
            settings=settings,
            access=access,
            cluster="prod-eu",
            store=store,
            sweeper=sweeper,
            client=client,
            people=People(client, clock, access, bot_user_id=identity.user_id),
            clock=clock,
            supervisor=await stack.enter_async_context(Supervisor(clock, drain=timedelta(seconds=1))),
            accept=acceptance,
            diagnose=FakeInquiry(),
            printed=FakeLogInquiry(),
            certificates=FakeCertificates(),
            examine=FakeDoctor(),
            try_alert=FakeTrial(),
            planned=Sight().planned,
            channel=FakeChannel(),
        )
        app = transport.bolt_app(client, identity)
        register(app, conversation)
        await stack.enter_async_context(transport.sockets(app, "xapp-sparse", client))
        await sparse.until(lambda: len(sparse.sockets) == transport.SOCKETS)
        delivery = Delivery(client, store, clock, preflight.channel_id(settings))
        yield Table(sparse, clock, store, sweeper, acceptance, conversation, delivery)


async def test_the_start_asks_for_no_more_than_there_is(sparse: SparseSlack) -> None:
    async with transport.session() as session:
        identity = await preflight.check(settings_of(sparse), transport.web_client(settings_of(sparse), session, retries=False))

    assert (identity.team_id, identity.user_id, identity.bot_id, identity.notes) == (TEAM, BOT, "", ())


@pytest.mark.parametrize("url", ["", "/hooks/1", "nowhere", "dead"])
async def test_status_is_answered_once_and_privately_whatever_the_response_url(table: Table, url: str) -> None:
    table.sweeper.report = a_report(table.clock)

    (answer,) = await table.slash("status", response_url=f"{table.slack.url}/hooks/1" if url == "dead" else url)

    assert (answer["channel"], answer["user"]) == (CHANNEL, "U_ANN")
    assert "Nothing needs action on prod-eu" in answer["text"]


async def test_a_newer_status_is_said_below_the_older_one(table: Table) -> None:
    table.sweeper.upcoming = [a_report(table.clock, a_ca_change())]
    table.sweeper.gate = asyncio.Event()

    await table.slack.slash("status", "U_ANN", response_url=f"{table.slack.url}/hooks/1")
    await table.slack.until(lambda: bool(table.slack.said))
    table.sweeper.gate.set()
    older, newer = await table.idle()

    assert "Nothing needs action" in older["text"]
    assert "1 thing needs action on prod-eu" in newer["text"]


async def test_check_is_answered(table: Table) -> None:
    (answer,) = await table.slash("check root-expiry")

    assert "root-expiry" in str(answer["blocks"])


async def test_a_status_is_shared_once_although_every_socket_hears_of_the_click(table: Table) -> None:
    table.sweeper.report = a_report(table.clock)
    (private,) = await table.slash("status")

    await table.slack.click(private, SHARE)
    _, shared = await table.idle()

    assert ("user" in shared, shared["channel"]) == (False, CHANNEL)


@pytest.mark.parametrize("kind", ["message", "app_mention"])
async def test_a_mention_in_a_thread_is_answered_there(table: Table, kind: str) -> None:
    await table.slack.message(f"<@{BOT}> status", kind, thread_ts="1.5")

    (answer,) = await table.idle()

    assert (answer["channel"], answer["thread_ts"]) == (CHANNEL, "1.5")
    assert "prod-eu" in answer["text"]


async def test_a_mention_told_twice_is_answered_once(table: Table) -> None:
    await table.slack.message(f"<@{BOT}> status", "message", ts="9.1")
    await table.slack.message(f"<@{BOT}> status", "app_mention", ts="9.1")

    assert len(await table.idle()) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"text": "hello"},
        {"text": f"ask <@{BOT}> for the status"},
        {"text": "<@U_ANN> status"},
        {"text": f"<@{BOT}> status", "subtype": "message_changed"},
        {"text": f"<@{BOT}> status", "bot_id": "B_OTHER"},
    ],
)
async def test_other_messages_are_none_of_its_business(table: Table, more: dict[str, str]) -> None:
    await table.slack.message(**more)

    assert await table.idle() == []


async def test_a_card_is_posted_escalated_in_its_thread_and_edited(table: Table) -> None:
    for reason in (Reason.OPENED, Reason.WORSENED, Reason.RESOLVED):
        card = a_card()
        await table.store.commit_sweep(a_card_report(), [card], [an_announcement(reason, card, at=table.clock.now())])
        await table.delivery.deliver_pending()

    posted, *replies = table.slack.said
    assert table.delivery.troubles() == ()
    assert (posted["channel"], "thread_ts" in posted) == (CHANNEL, False)
    assert {reply["thread_ts"] for reply in replies} == {posted["ts"]}
    assert "chat.update" in table.slack.asked


async def test_an_operator_accepts_by_the_button(table: Table) -> None:
    table.sweeper.report = a_report(table.clock, a_ca_change())
    (offer,) = await table.slash("accept", "U_OPS")
    (actions,) = (block for block in offer["blocks"] if block["type"] == "actions")
    button = actions["elements"][0]

    await table.slack.click(offer, button["action_id"], "U_ANN", value=button["value"])
    await table.idle()
    refused = list(table.acceptance.actors)
    await table.slack.click(offer, button["action_id"], "U_OPS", value=button["value"])
    await table.idle()

    assert (refused, table.acceptance.actors) == ([], ["U_OPS"])


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"is_restricted": True}, "Guests may not use this bot"),
        ({"is_stranger": True}, "Only members of this bot's own workspace"),
        ({"is_bot": True}, "Bots and apps may not"),
        ({"deleted": True}, "deactivated"),
        ({"team_id": "T_TWO"}, "Only members of this bot's own workspace"),
        ({"team_id": None}, "Only members of this bot's own workspace"),
        ({"profile": {"team": "T_TWO"}}, "Only members of this bot's own workspace"),
        ({"id": "U_ELSE"}, "Slack did not tell who you are"),
    ],
)
async def test_what_a_server_does_say_of_a_person_counts(table: Table, user: dict[str, Any], said: str) -> None:
    table.slack.users["U_ANN"] |= user

    (answer,) = await table.slash("status")

    assert said in answer["text"]


@pytest.mark.parametrize(("user", "team"), [("U_NOBODY", TEAM), ("U_ANN", "T_TWO")])
async def test_the_unknown_and_the_foreign_are_refused(table: Table, user: str, team: str) -> None:
    (answer,) = await table.slash("status", user, team_id=team)

    assert "Nothing needs action" not in answer["text"]


@pytest.mark.parametrize(
    "bot", [None, {"id": BOT, "team_id": TEAM}, {"id": BOT, "profile": {"team": TEAM}}, {"id": "U_ELSE"}, {"id": BOT, "team_id": None}]
)
async def test_where_teams_are_known_an_account_without_one_is_a_stranger(sparse: SparseSlack, clock: ManualClock, bot: Any) -> None:
    sparse.users[BOT] = bot
    settings = settings_of(sparse)
    visit = Visit(kind=Kind.SLASH, user_id="U_ANN", team_id=TEAM, channel_id=CHANNEL, key="k", said="/dapr")
    async with transport.session() as session:
        client = transport.web_client(settings, session, retries=False)
        actor = await People(client, clock, AccessPolicy(home_team_id=TEAM), bot_user_id=BOT).actor(visit, Verb.VIEW)

    assert not (actor.known and actor.team_id == TEAM)


async def test_who_the_bot_is_must_be_known_to_judge_by_it(sparse: SparseSlack, clock: ManualClock) -> None:
    settings = settings_of(sparse)
    visit = Visit(kind=Kind.SLASH, user_id="U_ANN", team_id=TEAM, channel_id=CHANNEL, key="k", said="/dapr")
    async with transport.session() as session:
        client = transport.web_client(settings, session, retries=False)

        assert await People(client, clock, AccessPolicy(home_team_id=TEAM)).actor(visit, Verb.VIEW) == Actor(user_id="U_ANN", team_id="")


async def test_without_an_id_only_looking_is_done(table: Table) -> None:
    table.sweeper.report = a_report(table.clock, a_ca_change())
    await table.slash("accept", "U_OPS", trigger_id="")

    assert all("cannot be told from a repetition" in str(message) for message in table.slack.said)
    assert table.acceptance.actors == []
