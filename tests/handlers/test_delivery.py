"""The outbox into a strict Slack over HTTP: what arrives, and what becomes of it when Slack will not play along."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import Unreachable
from bot.model.alert import Announcement, Backlog, Card, CardState, Outgoing, Reason, Rotating
from bot.model.finding import Severity
from handlers.delivery import Delivery
from handlers.views import alert, fallback
from handlers.views.message import Message
from playground.slack import ManualClock, SlackEmulator
from playground.slack.faults import error, no_answer, no_effect, rate_limit, server_error
from tests.cards import NOW, a_card, a_report, an_announcement
from tests.fakes.store import FakeStore
from tests.handlers.desk import CHANNEL, Desk

BROADCASTS = [reason for reason in Reason if reason.is_broadcast]
SECOND = timedelta(seconds=1)


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    clock = ManualClock()
    async with SlackEmulator(clock=clock) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        yield Desk(slack, client, clock)
        assert slack.violations == ()


async def test_a_new_card_is_one_message_with_blocks_text_and_our_mark(desk: Desk) -> None:
    await desk.say(Reason.OPENED)

    card = desk.card
    assert "Root CA expires in 20 days" in card.text
    assert card.blocks
    assert card.metadata is not None
    assert card.metadata["event_type"] == "dapr_warden_card"
    assert card.metadata["event_payload"]["cause"] == "root-expiry"
    assert desk.replies == ()


async def test_an_edit_changes_the_card_and_nothing_else(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    opened = desk.card
    await desk.say(Reason.EDITED, severity=Severity.CRITICAL)

    assert (desk.card.ts, len(desk.card.editions), desk.card.metadata) == (opened.ts, 1, opened.metadata)
    assert desk.card.text != opened.text
    assert desk.replies == ()


@pytest.mark.parametrize("reason", BROADCASTS)
async def test_what_must_be_known_edits_the_card_and_is_one_broadcast_reply(desk: Desk, reason: Reason) -> None:
    await desk.say(Reason.OPENED)
    await desk.say(reason, severity=Severity.CRITICAL)

    (reply,) = desk.replies
    assert (reply.thread_ts, reply.is_broadcast) == (desk.card.ts, True)
    assert len(desk.card.editions) == 1


async def test_a_resolved_card_is_edited_and_not_broadcast(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    await desk.say(Reason.RESOLVED, state=CardState.RESOLVED, resolved_at=desk.clock.now())

    assert "resolved after" in desk.card.text
    assert desk.replies == ()


async def test_a_cause_that_comes_back_later_is_a_second_card_and_the_first_stays(desk: Desk) -> None:
    await desk.say(Reason.OPENED, Reason.RESOLVED, Reason.OPENED, Reason.WORSENED)

    first, second = desk.cards
    assert [len(first.editions), len(second.editions)] == [1, 1]
    assert [reply.thread_ts for reply in desk.replies] == [second.ts]


async def test_nothing_to_say_is_no_call(desk: Desk) -> None:
    assert await desk.delivery.deliver_pending() is None
    assert desk.methods() == []


async def test_told_to_wait_it_waits_as_long_as_told_and_then_says_it_once(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", rate_limit(30))
    await desk.announce(Reason.OPENED)

    due_at = await desk.delivery.deliver_pending()
    assert due_at == desk.clock.now() + timedelta(seconds=30)
    await desk.later(29 * SECOND)
    assert list(desk.cards) == []

    await desk.later(SECOND)
    assert len(desk.cards) == 1
    assert "conversations.history" not in desk.methods()
    assert desk.delivery.troubles() == ()


async def test_told_to_wait_it_leaves_slack_alone_altogether(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", rate_limit(30))
    await desk.announce(Reason.OPENED, cause="a")
    await desk.say(Reason.OPENED, cause="b")
    desk.delivery.ring()
    await desk.delivery.deliver_pending()

    assert desk.methods() == ["chat.postMessage"]


async def test_a_burst_of_cards_arrives_whole_under_slacks_rate_limit(desk: Desk) -> None:
    desk.slack.workspace.limits.enabled = True
    for number in range(5):
        await desk.announce(Reason.OPENED, Reason.WORSENED, cause=f"check-{number}")
    for _ in range(20):
        await desk.later(SECOND)

    assert (len(desk.cards), len(desk.replies)) == (5, 5)


@pytest.mark.parametrize("fault", [no_answer(), no_effect(), server_error(500), server_error(503)], ids=lambda fault: fault.kind)
async def test_a_card_whose_answer_was_lost_is_found_again_or_posted_but_never_twice(desk: Desk, fault: Any) -> None:
    desk.may_read_history()
    desk.slack.faults.plan("chat.postMessage", fault)
    await desk.say(Reason.OPENED)
    await desk.later()
    await desk.say(Reason.EDITED)

    assert len(desk.card.editions) == 1


@pytest.mark.parametrize("fault", [no_answer(), no_effect(), server_error(500)], ids=lambda fault: fault.kind)
async def test_a_reply_whose_answer_was_lost_is_not_said_twice(desk: Desk, fault: Any) -> None:
    desk.may_read_history()
    await desk.say(Reason.OPENED)
    desk.slack.faults.plan("chat.postMessage", fault)
    await desk.say(Reason.WORSENED)
    await desk.later()

    assert len(desk.replies) == 1


async def test_without_leave_to_read_the_history_it_is_rather_said_twice_than_never(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", no_answer())
    await desk.say(Reason.OPENED)
    await desk.later()
    await desk.say(Reason.EDITED)

    assert [len(card.editions) for card in desk.cards] == [0, 1]


async def test_duplicates_are_healed_once_the_history_may_be_read(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", no_answer(), times=2)
    await desk.say(Reason.OPENED)
    first = desk.card
    await desk.later()
    assert len(desk.cards) == 2

    desk.may_read_history()
    await desk.later()

    assert desk.card.ts == first.ts
    assert desk.delivery.backlog() == Backlog()


async def test_a_duplicate_that_cannot_be_deleted_does_not_hold_up_the_card(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", no_answer(), times=2)
    await desk.say(Reason.OPENED)
    await desk.later()
    desk.may_read_history()
    desk.slack.faults.plan("chat.delete", error("cant_delete_message"))
    await desk.later()

    assert desk.delivery.backlog() == Backlog()


async def test_the_mark_of_another_entry_is_not_taken_for_ours(desk: Desk) -> None:
    desk.may_read_history()
    await desk.say(Reason.OPENED, cause="a")
    desk.slack.faults.plan("chat.postMessage", no_effect())
    await desk.say(Reason.OPENED, cause="b")
    await desk.later()

    assert len(desk.cards) == 2


async def test_a_lost_card_is_found_behind_many_other_messages(desk: Desk) -> None:
    desk.may_read_history()
    desk.slack.faults.plan("chat.postMessage", no_answer())
    await desk.say(Reason.OPENED)
    for _ in range(450):
        desk.slack.say("ada", CHANNEL, "meanwhile")
    await desk.later()

    assert len(desk.cards) == 1
    assert desk.methods().count("conversations.history") == 3


async def test_while_it_cannot_look_it_does_not_post_but_not_for_ever(desk: Desk) -> None:
    desk.may_read_history()
    desk.slack.faults.plan("chat.postMessage", no_answer())
    desk.slack.faults.plan("conversations.history", server_error(503), times=100)
    await desk.say(Reason.OPENED)
    for _ in range(4):
        await desk.later()
    assert len(desk.cards) == 1

    await desk.later()
    assert len(desk.cards) == 2


async def test_a_rate_limit_on_looking_does_not_hold_up_the_other_cards(desk: Desk) -> None:
    desk.may_read_history()
    desk.slack.faults.plan("chat.postMessage", no_answer())
    desk.slack.faults.plan("conversations.history", rate_limit(60))
    await desk.say(Reason.OPENED, cause="a")
    await desk.announce(Reason.OPENED, cause="b")
    await desk.later(10 * SECOND)
    assert len(desk.cards) == 2

    await desk.later(60 * SECOND)
    assert len(desk.cards) == 2
    assert desk.delivery.backlog() == Backlog()


async def test_a_deleted_card_is_posted_anew_once_and_says_so(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    desk.slack.delete(desk.card)
    await desk.say(Reason.EDITED)
    await desk.say(Reason.EDITED, severity=Severity.CRITICAL)

    assert str(fallback.POSTED_ANEW[0]) in desk.slack.messages(CHANNEL)[0].editions[0].blocks[-1]["elements"][0]["text"]
    assert len(desk.card.editions) == 1


async def test_a_broadcast_for_a_deleted_card_stands_below_the_new_one(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    desk.slack.delete(desk.card)
    await desk.say(Reason.WORSENED)

    assert [reply.thread_ts for reply in desk.replies] == [desk.card.ts]


async def test_a_card_deleted_just_before_its_reply_is_posted_anew_instead(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    desk.slack.faults.plan("chat.postMessage", error("thread_not_found"))
    await desk.say(Reason.WORSENED)

    assert len(desk.cards) == 2
    assert desk.replies == ()


async def test_a_card_that_may_not_be_edited_any_more_is_posted_anew(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    desk.slack.faults.plan("chat.update", error("edit_window_closed"))
    await desk.say(Reason.EDITED)

    assert len(desk.cards) == 2


async def test_cards_move_when_the_channel_is_another_one(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    moved = Desk(desk.slack, desk.client, desk.clock, desk.store, channel="C0GENERAL0")
    await moved.say(Reason.WORSENED)

    assert [reply.thread_ts for reply in moved.replies] == [moved.card.ts]
    assert desk.card.editions == ()


@pytest.mark.parametrize("closed", ["archived", "kicked"])
async def test_a_closed_channel_is_reported_and_nothing_is_lost(desk: Desk, closed: str) -> None:
    await desk.say(Reason.OPENED)
    desk.slack.archive(CHANNEL) if closed == "archived" else desk.slack.kick(CHANNEL)
    await desk.say(Reason.OPENED, Reason.WORSENED, cause="other")
    await desk.later()

    (trouble,) = desk.delivery.troubles()
    assert ("unarchive" if closed == "archived" else "/invite") in trouble
    assert desk.delivery.backlog().count == 3

    desk.slack.archive(CHANNEL, archived=False) if closed == "archived" else desk.slack.invite(CHANNEL)
    await desk.later()
    assert (len(desk.cards), len(desk.replies), desk.delivery.troubles()) == (2, 1, ())


async def test_a_revoked_token_is_reported_and_slack_is_left_alone_for_a_while(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", error("token_revoked"))
    await desk.announce(Reason.OPENED, cause="a")
    await desk.say(Reason.OPENED, cause="b")

    assert desk.methods() == ["chat.postMessage"]
    assert "install it again" in desk.delivery.troubles()[0]
    await desk.later()
    assert len(desk.cards) == 2


async def test_one_cards_trouble_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", error("restricted_action"))
    await desk.announce(Reason.OPENED, cause="stuck")
    await desk.say(Reason.OPENED, cause="free")

    assert desk.card.metadata is not None
    assert desk.card.metadata["event_payload"]["cause"] == "free"
    assert desk.delivery.troubles() != ()


async def test_it_tries_less_and_less_often(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", error("restricted_action"), times=12)
    await desk.announce(Reason.OPENED)
    spans = []
    for _ in range(12):
        due_at = await desk.delivery.deliver_pending()
        assert due_at is not None
        spans.append((due_at - desk.clock.now()).total_seconds())
        desk.clock.advance(due_at - desk.clock.now())

    assert spans == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_too_long", "block_mismatch"])
async def test_a_card_whose_blocks_are_refused_is_said_in_plain_text(desk: Desk, word: str) -> None:
    desk.slack.faults.plan("chat.postMessage", error(word))
    await desk.say(Reason.OPENED)
    desk.slack.faults.plan("chat.update", error(word))
    await desk.say(Reason.EDITED)

    assert (desk.card.blocks, len(desk.card.editions)) == ((), 1)
    assert "Root CA expires in 20 days" in desk.card.text
    assert desk.card.metadata is not None


async def test_a_card_whose_text_is_refused_too_is_a_fixed_sentence(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", error("invalid_blocks"), times=2)
    await desk.say(Reason.OPENED)

    assert desk.card.text == fallback.UNSHOWABLE


async def test_a_card_that_is_refused_in_every_form_stays_in_the_outbox(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", error("invalid_blocks"), times=3)
    await desk.say(Reason.OPENED)
    assert (desk.cards, desk.delivery.backlog().count) == ((), 1)

    await desk.later()
    assert len(desk.cards) == 1


class BrokenViews:
    def card(self, card: Card, cluster: str, now: datetime, link: str = "") -> Message:
        raise ZeroDivisionError

    def reply(self, announcement: Announcement) -> Message:
        raise ZeroDivisionError


async def test_a_bug_in_a_view_does_not_swallow_an_alert(desk: Desk) -> None:
    desk.delivery = Delivery(desk.client, desk.store, desk.clock, CHANNEL, views=BrokenViews())
    await desk.say(Reason.OPENED, Reason.WORSENED)

    assert {message.text for message in (desk.card, *desk.replies)} == {fallback.UNSHOWABLE}


A_ROTATION = Rotating(run="r1", stand="running", number=3, of=12, begun_at=NOW)


async def linking(run: str) -> str:
    return f"https://acme.slack.example/archives/C1/p{run}"


async def stuck(run: str) -> str:
    raise Unreachable(f"the store does not answer about {run}")


@pytest.mark.parametrize(("link", "words"), [(linking, ["its card", "pr1"]), (stuck, ["its card"])])
async def test_a_card_links_to_the_rotation_that_mends_it_and_is_told_without_where_there_is_no_link(
    desk: Desk, link: Callable[[str], Awaitable[str]], words: list[str]
) -> None:
    desk.delivery = Delivery(desk.client, desk.store, desk.clock, CHANNEL, link=link)
    announcement = an_announcement(card=a_card(rotating=A_ROTATION))
    await desk.store.commit_sweep(a_report(), (announcement.card,), (announcement,))

    await desk.delivery.deliver_pending()

    said = str(desk.card.blocks)
    assert [word for word in ("its card", "pr1") if word in said] == words


class OddSlack(AsyncWebClient):
    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:
        return AsyncSlackResponse(client=self, http_verb="POST", api_url="", req_args={}, data={"ok": True}, headers={}, status_code=200)


async def test_an_answer_that_does_not_say_where_the_card_stands_is_trouble_and_in_doubt(desk: Desk) -> None:
    store = FakeStore()
    odd = Desk(desk.slack, OddSlack(), desk.clock, store)
    await odd.say(Reason.OPENED)

    assert "where it put the card" in odd.delivery.troubles()[0]
    assert store.outbox[0].begun_at == desk.clock.now()


async def test_a_connection_that_never_was_leaves_no_doubt(desk: Desk) -> None:
    store = FakeStore()
    client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    await Desk(desk.slack, client, desk.clock, store).say(Reason.OPENED)

    assert (store.outbox[0].attempts, store.outbox[0].begun_at) == (1, None)


async def test_it_wakes_when_rung_and_stops_when_told(desk: Desk) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(desk.delivery.run())
        await desk.announce(Reason.OPENED)
        desk.delivery.ring()
        await desk.slack.wait_for(lambda: desk.cards)
        desk.delivery.stop()
        await running


async def test_it_stops_between_two_cards_and_keeps_the_rest(desk: Desk) -> None:
    await desk.announce(Reason.OPENED, cause="a")
    await desk.announce(Reason.OPENED, cause="b")
    desk.delivery.stop()
    await desk.delivery.run()

    assert (desk.cards, (await desk.store.backlog()).count) == ((), 2)


class LastWords:
    """Stops the delivery while it says the first card."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def card(self, card: Card, cluster: str, now: datetime, link: str = "") -> Message:
        self._desk.delivery.stop()
        return alert.card(card, cluster, now, link)

    def reply(self, announcement: Announcement) -> Message:
        return alert.reply(announcement)


async def test_told_to_stop_it_ends_with_the_call_in_flight(desk: Desk) -> None:
    desk.delivery = Delivery(desk.client, desk.store, desk.clock, CHANNEL, views=LastWords(desk))
    await desk.announce(Reason.OPENED, cause="a")
    await desk.say(Reason.OPENED, cause="b")

    assert (len(desk.cards), desk.delivery.backlog().count) == (1, 1)


class ForgetfulStore(FakeStore):
    failing = 1

    async def claim_next(self, now: datetime) -> Outgoing | None:
        if self.failing:
            self.failing -= 1
            raise Unreachable("The bot's memory does not answer: disk I/O error")
        return await super().claim_next(now)


async def test_a_memory_that_fails_once_does_not_end_the_delivery(desk: Desk) -> None:
    store = ForgetfulStore()
    shaken = Desk(desk.slack, desk.client, desk.clock, store)
    await shaken.announce(Reason.OPENED)
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(shaken.delivery.run())
        shaken.delivery.ring()
        await desk.slack.wait_for(lambda: shaken.cards)
        shaken.delivery.stop()


async def test_an_edit_without_any_place_is_posted(desk: Desk) -> None:
    await desk.say(Reason.EDITED)

    assert len(desk.cards) == 1
