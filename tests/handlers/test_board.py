"""The card of a request is what the store says, sooner or later."""

import asyncio
from datetime import timedelta

from bot.errors import Unreachable
from bot.model.approval import OPEN_FOR, State, Verdict
from handlers.board import Board
from playground.slack import faults
from playground.slack.people import PAVEL, PETRA
from playground.slack.workspace import HISTORY_SCOPES
from tests.handlers.conftest import OPS, Talk, renewals_of
from tests.handlers.rotations import approves, asked, card, newest, shown


def restarted(talk: Talk) -> Board:
    """Another process over the same memory."""
    settings = talk.conversation.settings
    renewals = renewals_of(settings, talk.sight, talk.memory, talk.clock)
    return Board(talk.conversation.client, renewals, talk.clock, channel=OPS, approvers=sorted(settings.approvers))


def edits(talk: Talk) -> int:
    return len([call for call in talk.slack.calls if call.method == "chat.update"])


async def test_when_its_time_is_over_the_card_says_so_without_a_click(talk: Talk) -> None:
    await asked(talk)
    talk.clock.advance(OPEN_FOR)

    await talk.board.keep()

    assert newest(talk).request.state is State.EXPIRED
    assert shown(talk).splitlines()[:3] == [
        "# Expired: rotate the CA of prod-eu",
        "⌛ Expired 23 Nov 2026 12:30: nobody decided in time",
        "Nothing was changed.",
    ]
    assert "[ Plan again ]" in shown(talk)


async def test_what_expired_while_the_bot_was_away_is_edited_after_its_start(talk: Talk) -> None:
    await asked(talk)
    talk.clock.advance(OPEN_FOR)

    await restarted(talk).keep()

    assert shown(talk).startswith("# Expired")


async def test_a_bot_that_died_between_the_decision_and_its_card_edits_it_after_its_start(talk: Talk) -> None:
    await asked(talk)
    talk.slack.faults.plan("chat.update", faults.server_error(), times=2)
    await approves(talk, PAVEL)
    assert shown(talk).startswith("# Approval needed")

    await restarted(talk).keep()

    assert shown(talk).startswith("# Approved")


async def test_a_bot_that_died_before_it_posted_posts_after_its_start(talk: Talk) -> None:
    await talk.board._renewing.ask(PAVEL.id)  # noqa: SLF001 - what is left of a bot that died in between

    await restarted(talk).keep()

    assert shown(talk).startswith("# Approval needed")
    assert newest(talk).ts == card(talk).ts


async def test_what_is_shown_already_is_not_edited_every_minute(talk: Talk) -> None:
    await asked(talk)
    await talk.board.keep()
    before = edits(talk)

    await talk.board.keep()

    assert edits(talk) == before


async def test_a_card_that_was_deleted_comes_back_while_somebody_has_to_decide(talk: Talk) -> None:
    talk.slack.delete(await asked(talk))

    again = restarted(talk)
    await again.keep()

    assert shown(talk).startswith("# Approval needed")
    talk.slack.delete(card(talk))
    talk.clock.advance(OPEN_FOR)
    before = len(talk.slack.messages(OPS))
    await again.keep()
    assert len(talk.slack.messages(OPS)) == before


async def test_what_slack_will_never_take_is_not_tried_for_ever_once_nobody_has_to_decide(talk: Talk) -> None:
    await asked(talk)
    talk.clock.advance(OPEN_FOR)
    talk.slack.faults.plan("chat.update", faults.error("not_in_channel"), times=9)

    await talk.board.keep()
    await talk.board.keep()
    before = edits(talk)
    await talk.board.keep()

    assert edits(talk) == before
    assert talk.board.owed(newest(talk)) == ""


async def test_it_goes_on_when_the_store_was_away_for_a_while(talk: Talk) -> None:
    await asked(talk)
    talk.clock.advance(OPEN_FOR)
    talk.memory.trouble = Unreachable("The database is away.")
    task = asyncio.create_task(talk.board.keep_when_due())  # noqa: TID251 - the loop of serve, ended below
    await asyncio.sleep(0)
    talk.memory.trouble = None
    talk.board.due.ring()

    await talk.slack.wait_for(lambda: shown(talk).startswith("# Expired"))
    task.cancel()


def cards(talk: Talk) -> int:
    return len([one for one in talk.slack.messages(OPS) if not one.is_reply])


async def test_a_card_whose_answer_was_lost_is_found_again_and_not_posted_twice(talk: Talk) -> None:
    talk.slack.grant(*HISTORY_SCOPES)
    talk.slack.faults.plan("chat.postMessage", faults.no_answer())
    await talk.board.ask(PAVEL.id)
    assert newest(talk).ts == ""

    # Decided before its card was found: what was posted then is not what it shows.
    await talk.board.decide(newest(talk).request.id, PETRA.id, Verdict.DENY, "Not today.")

    assert cards(talk) == 1
    assert shown(talk).startswith("# Denied")
    assert newest(talk).ts == card(talk).ts
    assert talk.board.owed(newest(talk)) == ""


async def test_a_card_that_another_process_posted_without_remembering_it_is_found_again(talk: Talk) -> None:
    talk.slack.grant(*HISTORY_SCOPES)
    await asked(talk)
    await talk.board._renewing.place(newest(talk).request.id, "", "")  # noqa: SLF001 - what is left of a bot that died in between
    talk.clock.advance(timedelta(minutes=1))

    await restarted(talk).keep()

    assert cards(talk) == 1
    assert newest(talk).ts == card(talk).ts


async def test_where_no_history_may_be_read_the_card_is_posted_rather_twice_than_never(talk: Talk) -> None:
    talk.slack.faults.plan("chat.postMessage", faults.no_answer())
    await talk.board.ask(PAVEL.id)

    await talk.board.keep()

    assert cards(talk) == 2


async def test_a_card_that_was_deleted_is_not_taken_for_one_that_arrived(talk: Talk) -> None:
    talk.slack.grant(*HISTORY_SCOPES)
    first = await asked(talk)
    talk.slack.delete(first)
    talk.clock.advance(timedelta(minutes=1))

    await restarted(talk).keep()

    assert newest(talk).ts == card(talk).ts != first.ts
