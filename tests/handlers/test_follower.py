"""The channel reads how a rotation goes: one checklist, few replies, and nothing twice or out of order, whatever Slack does."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.errors import Forbidden, Unreachable
from bot.model.run import Commanded, Counted, Entry, Finished, Reopened, Stand, Started, StepDone, Way
from handlers.follower import PACE_SECONDS
from playground.slack import Message, faults
from playground.slack.people import OLGA, OSCAR, PAVEL
from playground.slack.workspace import HISTORY_SCOPES
from tests.handlers.conftest import OPS, Talk
from tests.handlers.trail import Trail, begun, follower_of
from tests.handlers.transcript import of_slack
from tests.runs import RUN, a_file, a_plan, counted, done_before, finished, held, question

HOUR = timedelta(hours=1)
MEND_MEMORY = (
    "Mend the bot's volume; then it goes on by itself. Until then no step starts, no button counts, and pods run on as they are. "
    "A pair that was half written is closed all the same"
)


@pytest.fixture
async def trail(talk: Talk) -> Trail:
    return await begun(talk)


async def test_the_approval_card_becomes_the_runs_and_its_thread_has_one_checklist(trail: Trail) -> None:
    await trail.tells()
    await trail.tells(*done_before("control-plane"))

    assert of_slack(trail.card).startswith("# Rotation under way: prod-eu\n▶ RUNNING\nAt step 6 of 14: The control plane trusts both roots")
    assert "[ Pause ] [ Revert ] [ Abort ] [ View plan ]" in of_slack(trail.card)
    assert "▶ RUNNING 6. The control plane trusts both roots" in of_slack(trail.checklist)
    assert trail.checklist.thread_ts == trail.card.ts
    assert len([one for one in trail.talk.slack.messages(OPS) if not one.is_reply]) == 1


async def test_only_gates_make_replies_and_nobody_is_called_for_them(trail: Trail) -> None:
    for event in [*done_before("wait-for-old-leaves"), counted("wait-for-old-leaves")]:
        await trail.tells(event)

    assert trail.replies == [
        "✅ PASSED · prod-eu · Both objects hold the old roots and the new one",
        "✅ PASSED · prod-eu · The control plane trusts both roots",
    ]
    assert not any(one.is_broadcast for one in trail.thread)


async def test_a_hold_is_broadcast_mentions_the_operators_and_says_what_to_do(trail: Trail) -> None:
    await trail.tells(*done_before("canary"))
    await trail.tells(held())

    last = trail.thread[-1]
    assert last.is_broadcast
    assert of_slack(last).splitlines()[-1] == f"For: @{OLGA.id} @{OSCAR.id} "
    assert of_slack(last).startswith("🛑 HELD · prod-eu · at step 8 of 14")
    assert "What to do: Look at its pods" in of_slack(last)
    assert "[ Retry ] [ Revert ] [ View plan ]" in of_slack(trail.card)


async def test_a_hold_is_said_again_every_hour_with_the_time_left_and_once_after_a_restart(trail: Trail) -> None:
    await trail.tells(held("preflight"))
    for _ in range(3):
        trail.talk.clock.advance(HOUR)
        await trail.follower.follow()
        await trail.follower.follow()
    await trail.restarted().follow()

    assert [line.partition(", at ")[0] for line in trail.replies[1:]] == [
        f"🛑 HELD · prod-eu · still, for {number} h" for number in (1, 2, 3)
    ]
    assert "Has to be over by: 13 Dec 2026 09:00 (in 20 days), the point of expiry" in of_slack(trail.thread[-1])
    assert all(one.is_broadcast for one in trail.thread[1:])


async def test_a_hold_that_is_over_is_not_said_again(trail: Trail) -> None:
    await trail.tells(held("preflight"))
    await trail.tells(Commanded(way=Way.RETRY, actor=PAVEL.id))
    trail.talk.clock.advance(2 * HOUR)
    await trail.follower.follow()

    assert len(trail.replies) == 1


async def test_a_question_is_told_as_one_and_its_answer_too(trail: Trail) -> None:
    await trail.tells(*done_before("drop-old-root"))
    await trail.tells(question())
    await trail.tells(Commanded(way=Way.LOSE, actor=PAVEL.id, named=("shop/batch-1", "pay/legacy-0")))

    assert trail.replies[-2].startswith("✋ HELD, A QUESTION · prod-eu")
    assert trail.replies[-1] == f"⚠ AGREED · prod-eu · @{PAVEL.id} agreed to drop the old root although pods lose their peers"
    assert "Agreed to lose: shop/batch-1 and pay/legacy-0" in of_slack(trail.card)


async def test_a_way_back_that_nobody_chose_calls_the_operators(trail: Trail) -> None:
    await trail.tells(Commanded(way=Way.REVERT, reason="no sentry loads the new issuer"))

    assert of_slack(trail.thread[-1]).splitlines() == [
        "↩ GOING BACK · prod-eu · decided by the bot itself",
        "Why: no sentry loads the new issuer",
        f"For: @{OLGA.id} @{OSCAR.id} ",
    ]
    assert trail.thread[-1].is_broadcast


async def test_a_foreign_ca_that_was_replaced_calls_the_operators(trail: Trail) -> None:
    await trail.tells(Reopened(step="write-pair", reason="sentry has made a CA of its own"))

    assert trail.replies == ["⚠ REPLACED · prod-eu · the CA had been replaced by another one; ours is being put back"]
    assert trail.thread[-1].is_broadcast


async def test_the_end_proves_it_in_one_line_and_leaves_a_report_in_two_files(trail: Trail) -> None:
    await trail.tells(*done_before("nothing"))
    await trail.tells(finished())
    await trail.follower.follow()

    end = next(one for one in trail.thread if of_slack(one).startswith("✅ DONE"))
    assert end.is_broadcast
    assert "Seen: 6 live chains end in the new root; 20 of 20 pods trust the new root alone; nothing was put back" in of_slack(end)
    assert "Left to people\n  • Put the new ca.crt into the values" in of_slack(end)
    files = trail.talk.slack.workspace.files.by_id.values()
    assert [one.name for one in files] == [f"rotation-prod-eu-{trail.id[:8]}.md", f"rotation-prod-eu-{trail.id[:8]}.json"]
    assert [len(one.files) for one in trail.thread if one.files] == [2]
    assert of_slack(trail.card).startswith("# Rotated: the CA of prod-eu\n✅ DONE")
    assert "[ View plan ]" in of_slack(trail.card)
    assert "Pause" not in of_slack(trail.card)


async def test_where_no_file_may_be_uploaded_the_report_is_a_message(trail: Trail) -> None:
    trail.talk.slack.workspace.scopes.discard("files:write")
    await trail.tells(finished())
    await trail.follower.follow()

    assert "as text: the bot may not upload files here" in of_slack(trail.thread[-1]).splitlines()[0]
    assert "# Rotation of the CA of prod-eu: done" in of_slack(trail.thread[-1])
    assert trail.thread[-1].is_reply
    assert len([one for one in trail.thread if "as text" in of_slack(one)]) == 1


def shared(trail: Trail) -> list[tuple[str, ...]]:
    """The names of files, for each message that has some."""
    return [tuple(one["name"] for one in message.files) for message in trail.thread if message.files]


async def test_a_report_whose_answer_was_lost_is_looked_for_and_not_uploaded_twice(trail: Trail) -> None:
    trail.talk.slack.grant("files:write", *HISTORY_SCOPES)
    await trail.tells()
    trail.talk.slack.faults.plan("files.completeUploadExternal", faults.no_answer())
    trail.write(finished())
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    await trail.follower.follow()

    assert len(shared(trail)) == 1
    assert len(shared(trail)[0]) == 2
    assert "report" in trail.talk.carrying.kept[trail.id]


async def test_a_report_that_another_process_uploaded_without_remembering_it_is_found_again(trail: Trail) -> None:
    trail.talk.slack.grant("files:write", *HISTORY_SCOPES)
    await trail.tells(finished())
    del trail.talk.carrying.kept[trail.id]["report"]

    await trail.restarted().follow()

    assert len(shared(trail)) == 1


async def test_a_report_whose_answer_is_unreadable_is_looked_for_before_it_is_said_as_text(trail: Trail) -> None:
    trail.talk.slack.grant("files:write", *HISTORY_SCOPES)
    await trail.tells()
    trail.talk.slack.faults.plan("files.completeUploadExternal", faults.unreadable())
    trail.write(finished())
    for _ in range(2):
        await trail.follower._round()  # noqa: SLF001 - what the loop does

    assert len(shared(trail)) == 1
    assert not [one for one in trail.thread if "as text" in of_slack(one)]


async def test_where_no_history_may_be_read_a_report_is_uploaded_rather_twice_than_never(trail: Trail) -> None:
    trail.talk.slack.grant("files:write")
    await trail.tells()
    trail.talk.slack.faults.plan("files.completeUploadExternal", faults.no_answer())
    trail.write(finished())
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    await trail.follower.follow()

    assert len(shared(trail)) == 2


async def test_an_end_before_the_first_write_has_no_report(trail: Trail) -> None:
    await trail.tells(Finished(stand=Stand.ABORTED))

    assert trail.replies == ["⏹ ABORTED · prod-eu · It ended before the first write: nothing was changed, after 1 min"]
    assert trail.talk.slack.workspace.files.by_id == {}


async def test_after_a_restart_it_says_where_the_run_goes_on_and_edits_the_same_messages(trail: Trail) -> None:
    await trail.tells(*done_before("canary"))
    before = trail.checklist.ts
    await trail.restarted().follow()
    assert trail.replies == ["✅ PASSED · prod-eu · The control plane trusts both roots"]

    await trail.tells(counted("canary"))
    await trail.tells(counted("canary", number=3))

    assert trail.replies[1:] == [
        "▶ GOES ON · prod-eu · the bot was restarted; the rotation was resumed at step 8 of 14: Deployment shop/app-0 is back"
    ]
    assert trail.checklist.ts == before


async def test_what_another_process_said_without_remembering_it_is_found_and_not_said_twice(trail: Trail) -> None:
    trail.talk.slack.grant(*HISTORY_SCOPES)
    await trail.tells(held("preflight"))
    trail.talk.carrying.kept[trail.id].clear()

    await trail.restarted().follow()

    assert len(trail.replies) == 1
    assert set(trail.talk.carrying.kept[trail.id]) == {"checklist", "reply:2"}


async def test_a_lost_answer_is_looked_for_before_it_is_said_again(trail: Trail) -> None:
    trail.talk.slack.grant(*HISTORY_SCOPES)
    await trail.tells()
    trail.talk.slack.faults.plan("chat.postMessage", faults.no_answer())
    trail.write(held("preflight"))
    assert await trail.follower._round() == 2.0  # noqa: SLF001 - what the loop does
    await trail.follower.follow()

    assert len(trail.replies) == 1


async def test_a_checklist_whose_answer_was_lost_is_found_again_and_brought_up_to_date(trail: Trail) -> None:
    trail.talk.slack.grant(*HISTORY_SCOPES)
    trail.talk.slack.faults.plan("chat.postMessage", faults.no_answer())
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    await trail.tells(*done_before("control-plane"))

    assert "▶ RUNNING 6. The control plane trusts both roots" in of_slack(trail.talk.slack.now(trail.checklist))


async def test_where_no_history_may_be_read_it_is_said_rather_twice_than_never(trail: Trail) -> None:
    await trail.tells()
    trail.talk.slack.faults.plan("chat.postMessage", faults.no_answer())
    trail.write(held("preflight"))
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    await trail.follower.follow()

    assert len(trail.replies) == 2


async def test_a_thread_that_was_out_of_reach_catches_up_with_what_still_matters(trail: Trail) -> None:
    await trail.tells()
    trail.write(*done_before("canary"), held(), Commanded(way=Way.RETRY, actor=PAVEL.id), StepDone(step="canary"), held("wave-1"))
    before = trail.calls("chat.update")
    trail.talk.clock.advance(5 * HOUR)

    await trail.follower.follow()
    await trail.follower.follow()

    assert trail.replies == [
        "✅ PASSED · prod-eu · The control plane trusts both roots",
        "🛑 HELD · prod-eu · at step 9 of 14: Deployment shop/app-1 is back",
    ]
    assert trail.calls("chat.update") == before + 2  # the card and the checklist


async def test_when_slack_comes_back_after_the_end_only_the_end_is_said(trail: Trail) -> None:
    trail.write(*done_before("nothing"), held(), finished())

    await trail.follower.follow()

    assert [line.partition(" · ")[0] for line in trail.replies] == ["✅ DONE"]
    assert of_slack(trail.checklist).startswith("Steps · ✅ DONE")


async def test_while_slack_is_away_it_tries_ever_later_and_the_journal_does_not_wait(trail: Trail) -> None:
    trail.talk.slack.faults.plan("*", faults.server_error(), times=60)
    rests = []
    for _ in range(10):
        trail.write(counted("preflight"))
        rests.append(await trail.follower._round())  # noqa: SLF001 - what the loop does

    assert rests[:4] == [2.0, 4.0, 8.0, 16.0]
    assert rests[-1] == 300.0
    assert trail.thread == ()
    trail.talk.slack.faults._planned.clear()  # noqa: SLF001 - Slack is back
    await trail.follower.follow()
    assert "2 of 5" in of_slack(trail.checklist)


async def test_rounds_are_apart_and_the_last_state_is_always_shown(trail: Trail) -> None:
    await trail.follower.follow()
    before = trail.calls("chat.update")
    task = asyncio.create_task(trail.follower.follow_when_due())  # noqa: TID251 - the loop of serve, ended below
    await asyncio.sleep(0)
    for number in range(1, 200):
        trail.talk.carrying.write(trail.id, counted("preflight", number=number, of=200))

    await trail.talk.slack.wait_for(lambda: "199 of 200" in of_slack(trail.checklist))
    task.cancel()
    await asyncio.wait([task])

    assert trail.calls("chat.update") <= before + 6
    assert set(trail.rests) <= {PACE_SECONDS}
    assert trail.talk.carrying.heard == set()


async def test_what_has_not_changed_is_not_edited(trail: Trail) -> None:
    await trail.tells(counted("preflight"))
    before = len(trail.talk.slack.calls)

    await trail.follower.follow()

    assert [one.method for one in trail.talk.slack.calls[before:]] == []


async def test_a_checklist_that_was_deleted_is_posted_anew(trail: Trail) -> None:
    await trail.tells()
    trail.talk.slack.delete(trail.checklist)

    await trail.tells(counted("preflight"))

    assert "2 of 5" in of_slack(trail.checklist)


async def test_a_card_that_was_deleted_comes_back_and_the_run_is_told_below_it(trail: Trail) -> None:
    await trail.tells()
    trail.talk.slack.delete(trail.card)

    await trail.tells(held("preflight"))

    cards = [one for one in trail.talk.slack.messages(OPS) if not one.is_reply and of_slack(one).startswith("# Rotation held")]
    assert len(cards) == 1
    assert trail.thread[-1].thread_ts == cards[0].ts


async def test_a_run_that_was_found_in_the_cluster_gets_a_card_of_its_own(talk: Talk) -> None:
    found = a_file(at=talk.clock.now())
    first = replace(found.entries[0], event=Started(kind=found.dossier.plan.kind, digest="d" * 64, adopted=True))
    talk.carrying.files[RUN] = replace(found, entries=(first,))
    trail = Trail(talk, follower_of(talk, talk.board, []))

    await trail.follower.follow()
    await trail.restarted().follow()

    assert of_slack(trail.card).startswith("# Rotation under way: prod-eu")
    assert "Approved by: nobody knows" in of_slack(trail.card)
    assert trail.replies[0].startswith("🔎 FOUND · prod-eu · a rotation was found in the cluster")
    assert len([one for one in talk.slack.messages(OPS) if not one.is_reply]) == 1


async def test_a_message_that_slack_never_takes_keeps_nobody_from_reading_the_others(trail: Trail) -> None:
    await trail.tells()
    trail.write(held("preflight"))
    # The card is edited first, the checklist second.
    await trail.talk.board.show(trail.id)
    trail.talk.slack.faults.plan("chat.update", faults.error("not_in_channel"))

    with pytest.raises(Forbidden):
        await trail.follower.follow()

    assert trail.replies[-1].startswith("🛑 HELD")


async def test_a_run_that_ended_while_slack_was_away_is_told_before_the_next_one(trail: Trail) -> None:
    await trail.tells()
    trail.write(finished())
    trail.talk.carrying.files[RUN] = a_file(at=trail.talk.clock.now())

    await trail.follower.follow()

    assert trail.replies == ["✅ DONE · prod-eu · The new CA is in place, every old one is gone, after 1 min"]
    cards = [of_slack(one).splitlines()[0] for one in trail.talk.slack.messages(OPS) if not one.is_reply]
    assert cards == ["# Rotated: the CA of prod-eu", "# Rotation under way: prod-eu"]


async def test_a_run_whose_end_was_untold_when_the_bot_was_restarted_is_told_before_the_next_one(trail: Trail) -> None:
    await trail.tells()
    trail.write(finished())
    trail.talk.carrying.files[RUN] = a_file(at=trail.talk.clock.now())

    await trail.restarted().follow()
    await trail.restarted().follow()

    assert trail.replies == ["✅ DONE · prod-eu · The new CA is in place, every old one is gone, after 1 min"]


async def test_an_earlier_run_that_slack_will_not_take_keeps_nobody_from_reading_the_newest(trail: Trail) -> None:
    await trail.tells()
    trail.write(finished())
    trail.talk.carrying.files[RUN] = a_file(at=trail.talk.clock.now())
    follower = trail.restarted()
    trail.talk.slack.faults.plan("chat.postMessage", faults.error("restricted_action"), times=1)

    await follower.follow()

    cards = [of_slack(one).splitlines()[0] for one in trail.talk.slack.messages(OPS) if not one.is_reply]
    assert cards[-1] == "# Rotation under way: prod-eu"


async def test_a_memory_that_takes_nothing_is_told_once_without_it_and_that_it_does_again(trail: Trail) -> None:
    await trail.tells()
    trail.talk.carrying.ailing = "The bot's memory does not answer: database or disk is full. Is the disk full, or the volume read-only?"
    trail.talk.carrying.trouble = Forbidden("The bot's memory does not answer.")
    for _ in range(3):
        await trail.follower._round()  # noqa: SLF001 - what the loop does

    (said,) = [one for one in trail.talk.slack.messages(OPS) if "MEMORY" in of_slack(one)]
    assert of_slack(said).splitlines() == [
        "🛑 MEMORY · prod-eu · the rotation stands still: the bot cannot write down what it does",
        "Why: The bot's memory does not answer: database or disk is full. Is the disk full, or the volume read-only?",
        f"What to do: {MEND_MEMORY}",
        f"For: @{OLGA.id} @{OSCAR.id} ",
    ]

    trail.talk.carrying.ailing, trail.talk.carrying.trouble = "", None
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    assert of_slack(trail.talk.slack.now(said)).splitlines() == ["✅ MEMORY · prod-eu · the bot can write again, and the rotation goes on"]


async def test_a_memory_that_takes_nothing_is_told_as_soon_as_slack_is_there(trail: Trail) -> None:
    await trail.tells()
    trail.talk.carrying.ailing = "The bot's memory does not answer."
    trail.talk.slack.faults.plan("chat.postMessage", faults.no_effect(), times=2)
    for _ in range(4):
        await trail.follower._round()  # noqa: SLF001 - what the loop does

    assert len([one for one in trail.talk.slack.messages(OPS) if "MEMORY" in of_slack(one)]) == 1


async def test_that_the_memory_works_again_is_said_as_soon_as_slack_takes_the_edit(trail: Trail) -> None:
    await trail.tells()
    said = await ails(trail)
    trail.talk.slack.faults.plan("chat.update", faults.no_effect(), times=3)

    trail.talk.carrying.ailing = ""
    for _ in range(4):
        await trail.follower._round()  # noqa: SLF001 - what the loop does

    assert of_slack(trail.talk.slack.now(said)).startswith("✅ MEMORY")


async def test_the_bot_that_is_restarted_with_a_mended_memory_corrects_what_the_one_before_it_said(trail: Trail) -> None:
    trail.talk.slack.grant(*HISTORY_SCOPES)
    await trail.tells()
    said = await ails(trail)

    trail.talk.carrying.ailing = ""
    await trail.restarted()._round()  # noqa: SLF001 - what the loop does

    assert of_slack(trail.talk.slack.now(said)).splitlines() == ["✅ MEMORY · prod-eu · the bot can write again, and the rotation goes on"]


async def test_a_bot_that_was_restarted_believes_no_memory_that_takes_nothing(trail: Trail) -> None:
    trail.talk.slack.grant(*HISTORY_SCOPES)
    await trail.tells()
    said = await ails(trail)

    trail.talk.carrying.ailing, trail.talk.carrying.full = "", Unreachable("The bot's memory does not answer.")
    follower = trail.restarted()
    await follower._round()  # noqa: SLF001 - what the loop does
    assert of_slack(trail.talk.slack.now(said)).startswith("🛑 MEMORY")

    trail.talk.carrying.full = None
    await follower._round()  # noqa: SLF001 - what the loop does
    assert of_slack(trail.talk.slack.now(said)).startswith("✅ MEMORY")


async def ails(trail: Trail) -> Message:
    """What the channel reads once the memory takes nothing."""
    trail.talk.carrying.ailing = "The bot's memory does not answer."
    await trail.follower._round()  # noqa: SLF001 - what the loop does
    (said,) = [one for one in trail.talk.slack.messages(OPS) if "MEMORY" in of_slack(one)]
    return said


async def test_nothing_is_said_where_nothing_was_ever_carried_out(talk: Talk) -> None:
    before = len(talk.slack.calls)

    await follower_of(talk, talk.board, []).follow()

    assert len(talk.slack.calls) == before


async def test_two_hundred_waves_fit_into_one_checklist_and_one_card(trail: Trail) -> None:
    dossier = replace(trail.file.dossier, plan=a_plan(200))
    trail.talk.carrying.files[trail.id] = replace(trail.file, dossier=dossier)
    events = [Entry(seq=2 + n, at=trail.talk.clock.now(), fence=1, event=one) for n, one in enumerate(done_before("wave-100", 200))]
    trail.talk.carrying.files[trail.id] = replace(trail.file, entries=(*trail.file.entries, *events))

    await trail.tells(Counted(step="wave-100", told="for pods"))

    assert "✅ DONE 8 to 107. 100 waves of pods are back" in of_slack(trail.checklist)
    assert "▶ RUNNING 108. Deployment shop/app-100 is back" in of_slack(trail.checklist)
    assert "⬜ NEXT 109 to 207. 99 waves of pods · 2 h 28 min" in of_slack(trail.checklist)
