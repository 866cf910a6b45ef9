"""What every Store promises; run on the fake and on SQLite."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import store as sqlite
from bot.model.alert import Backlog, CardState, Delivered, Effect, Outgoing, Place, Reason
from bot.model.finding import Severity
from bot.model.logs import LogMemory
from bot.model.snapshot import AcceptedCa
from bot.ports import Store
from tests.cards import DAY, HOUR, MINUTE, NOW, a_card, a_finding, a_report, an_announcement, an_answer
from tests.fakes.store import FakeStore

PLACE = Place("C1", "1.000001")
ELSEWHERE = Place("C1", "2.000002")


@pytest.fixture(params=["fake", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Store]:
    if request.param == "fake":
        yield FakeStore()
    else:
        async with sqlite.opened(f"sqlite:///{tmp_path}/memory.sqlite3") as opened:
            yield opened


async def say(store: Store, *reasons: Reason, cause: str = "root-expiry", at: datetime = NOW, **card: Any) -> None:
    about = a_card(cause, **card)
    await store.commit_sweep(a_report(), [about], [an_announcement(reason, about, at=at) for reason in reasons])


async def drain(store: Store, at: datetime = NOW) -> list[tuple[str, Reason, Effect]]:
    """Say everything that may be said; each card stands at a place named after its cause."""
    said = []
    while (outgoing := await store.claim_next(at)) is not None:
        card = outgoing.announcement.card
        said.append((card.cause, outgoing.announcement.reason, outgoing.effect))
        await store.settle(outgoing, Delivered(outgoing.place or Place("C1", card.cause)))
    return said


async def claimed(store: Store, at: datetime = NOW) -> Outgoing:
    outgoing = await store.claim_next(at)
    assert outgoing is not None
    return outgoing


async def test_an_empty_memory_knows_nothing(store: Store) -> None:
    assert (await store.cards(), await store.last_report(), await store.accepted_ca()) == ((), None, None)
    assert (await store.claim_next(NOW), await store.last_useful_sweep_at(), await store.backlog()) == (None, None, Backlog())


async def test_cards_come_back_as_they_were_saved(store: Store) -> None:
    cards = (a_card("a", unseen_since_at=NOW), a_card("b/x", Severity.CRITICAL, told_rung=7, healthy_sweeps=1))

    await store.commit_sweep(a_report(), cards, [])

    assert await store.cards() == cards


async def test_a_card_replaces_the_one_of_its_cause_and_no_other(store: Store) -> None:
    await store.commit_sweep(a_report(), [a_card("a"), a_card("b")], [])
    await store.commit_sweep(a_report(), [a_card("a", Severity.CRITICAL)], [])

    assert await store.cards() == (a_card("a", Severity.CRITICAL), a_card("b"))


async def test_the_newest_report_comes_back(store: Store) -> None:
    for minutes, severity in enumerate((Severity.OK, Severity.OK, Severity.WARNING)):
        report = a_report(an_answer("root-expiry", a_finding(severity=severity)), taken_at=NOW + minutes * MINUTE)
        await store.commit_sweep(report, [], [])

        assert await store.last_report() == report


async def test_the_last_useful_sweep_is_the_last_that_saw_something(store: Store) -> None:
    seen = (an_answer("root-expiry"), an_answer("bundle-mismatch", category="trust"))
    unseen = an_answer("root-expiry", severity=Severity.UNKNOWN)
    await store.commit_sweep(a_report(*seen, taken_at=NOW), [], [])
    await store.commit_sweep(a_report(*seen, taken_at=NOW + MINUTE), [], [])
    await store.commit_sweep(a_report(unseen, taken_at=NOW + HOUR), [], [])

    assert await store.last_useful_sweep_at() == NOW + MINUTE


def a_ca(by: str = "U1") -> AcceptedCa:
    return AcceptedCa(roots=("aa", "bb"), issuer="cc", accepted_at=NOW, accepted_by=by)


async def test_a_ca_is_accepted_only_by_who_knows_the_last_one(store: Store) -> None:
    assert await store.accept_ca(a_ca("U1"), expected=None)
    assert not await store.accept_ca(a_ca("U2"), expected=None)
    assert await store.accept_ca(a_ca("U3"), expected=a_ca("U1"))

    assert await store.accepted_ca() == a_ca("U3")


async def test_what_the_log_watch_keeps_replaces_what_it_kept(store: Store) -> None:
    memory = LogMemory(cursors={"sidecars": 1_700_000_000_123_456_789}, recent={"ab": 1_700_000_000_123_456_788})
    assert await store.log_memory() is None

    await store.keep_log_memory(LogMemory(recent={"older": 1}))
    await store.keep_log_memory(memory)

    assert await store.log_memory() == memory


@pytest.mark.parametrize("again_after", [timedelta(0), 10 * MINUTE, HOUR])
async def test_a_redelivered_event_is_seen_only_once(store: Store, again_after: timedelta) -> None:
    assert await store.first_sight("Ev1", NOW)
    assert not await store.first_sight("Ev1", NOW + again_after)
    assert await store.first_sight("Ev2", NOW + again_after)


async def test_an_event_is_forgotten_after_an_hour(store: Store) -> None:
    await store.first_sight("Ev1", NOW)

    assert await store.first_sight("Ev1", NOW + HOUR + MINUTE)


@pytest.mark.parametrize("reason", Reason)
async def test_each_reason_is_the_calls_it_needs(store: Store, reason: Reason) -> None:
    expected = {Reason.OPENED: [Effect.POST], Reason.EDITED: [Effect.EDIT], Reason.RESOLVED: [Effect.EDIT]}

    await say(store, reason)

    assert [effect for _, _, effect in await drain(store)] == expected.get(reason, [Effect.EDIT, Effect.REPLY])


async def test_what_was_settled_is_not_said_again(store: Store) -> None:
    await say(store, Reason.OPENED)

    assert len(await drain(store)) == 1
    assert await drain(store) == []


async def test_a_new_card_has_no_place_and_later_calls_know_where_it_stands(store: Store) -> None:
    await say(store, Reason.OPENED, Reason.WORSENED)
    opened = await claimed(store)
    await store.settle(opened, Delivered(PLACE))

    edit = await claimed(store)

    assert (opened.place, edit.place, edit.effect) == (None, PLACE, Effect.EDIT)


async def test_a_cause_that_comes_back_as_a_new_card_does_not_stand_at_the_old_place(store: Store) -> None:
    await say(store, Reason.OPENED)
    await drain(store)
    await say(store, Reason.OPENED)
    second = await claimed(store)
    await store.settle(second, Delivered(ELSEWHERE))
    await say(store, Reason.EDITED)

    assert second.place is None
    assert (await claimed(store)).place == ELSEWHERE


async def test_what_was_begun_and_not_settled_is_handed_out_again_and_tells_so(store: Store) -> None:
    await say(store, Reason.OPENED)

    first, second, third = await claimed(store), await claimed(store, NOW + MINUTE), await claimed(store, NOW + HOUR)

    assert first.id == second.id == third.id
    assert [(each.attempts, each.first_begun_at) for each in (first, second, third)] == [(0, None), (1, NOW), (2, NOW)]


async def test_a_refused_call_is_not_in_doubt(store: Store) -> None:
    await say(store, Reason.OPENED)
    await store.postpone(await claimed(store), NOW + MINUTE, "ratelimited", in_doubt=False)

    again = await claimed(store, NOW + MINUTE)

    assert (again.attempts, again.first_begun_at) == (1, None)


async def test_a_refusal_does_not_end_an_earlier_doubt(store: Store) -> None:
    await say(store, Reason.OPENED)
    await store.postpone(await claimed(store), NOW, "timeout", in_doubt=True)
    await store.postpone(await claimed(store, NOW + MINUTE), NOW, "ratelimited", in_doubt=False)

    assert (await claimed(store, NOW + HOUR)).first_begun_at == NOW


async def test_what_was_postponed_waits_until_then(store: Store) -> None:
    await say(store, Reason.OPENED)
    await store.postpone(await claimed(store), NOW + MINUTE, "ratelimited", in_doubt=False)

    assert await drain(store, NOW + timedelta(seconds=59)) == []
    assert len(await drain(store, NOW + MINUTE)) == 1


async def test_order_is_kept_within_a_card_even_when_its_first_call_waits(store: Store) -> None:
    await say(store, Reason.OPENED, Reason.WORSENED)
    await store.postpone(await claimed(store), NOW + MINUTE, "ratelimited", in_doubt=False)

    assert await drain(store, NOW) == []
    assert [effect for _, _, effect in await drain(store, NOW + MINUTE)] == [Effect.POST, Effect.EDIT, Effect.REPLY]


async def test_cards_do_not_wait_for_each_other(store: Store) -> None:
    await say(store, Reason.OPENED, cause="stuck")
    await say(store, Reason.OPENED, cause="free")
    await store.postpone(await claimed(store), NOW + HOUR, "is_archived", in_doubt=False)

    assert [cause for cause, _, _ in await drain(store)] == ["free"]


async def test_the_oldest_is_said_first(store: Store) -> None:
    for cause in ("b", "a", "c"):
        await say(store, Reason.OPENED, cause=cause)

    assert [cause for cause, _, _ in await drain(store)] == ["b", "a", "c"]


async def test_waiting_edits_of_a_card_collapse_into_the_newest(store: Store) -> None:
    await say(store, Reason.OPENED)
    await drain(store)
    for sweeps in range(3):
        await say(store, Reason.EDITED, healthy_sweeps=sweeps)
        await say(store, Reason.EDITED, cause="other")

    first = await claimed(store)
    assert first.announcement.card.healthy_sweeps == 2
    assert [cause for cause, _, _ in await drain(store)] == ["root-expiry", "other"]


async def test_a_begun_edit_does_not_collapse(store: Store) -> None:
    await say(store, Reason.EDITED)
    await claimed(store)
    await say(store, Reason.EDITED)

    assert len(await drain(store)) == 2


async def test_broadcasts_never_collapse(store: Store) -> None:
    for reason in (Reason.WORSENED, Reason.EDITED, Reason.STILL_CRITICAL, Reason.EDITED, Reason.RESOLVED):
        await say(store, reason)

    assert [(reason, effect) for _, reason, effect in await drain(store)] == [
        (Reason.WORSENED, Effect.EDIT),
        (Reason.WORSENED, Effect.REPLY),
        (Reason.STILL_CRITICAL, Effect.EDIT),
        (Reason.STILL_CRITICAL, Effect.REPLY),
        (Reason.RESOLVED, Effect.EDIT),
    ]


async def test_a_new_card_does_not_swallow_the_last_edit_of_the_old_one(store: Store) -> None:
    await say(store, Reason.EDITED)
    await say(store, Reason.OPENED)

    assert [effect for _, _, effect in await drain(store)] == [Effect.EDIT, Effect.POST]


@pytest.mark.parametrize("reason", [Reason.EDITED, Reason.WORSENED])
async def test_a_card_whose_message_is_gone_is_posted_anew_under_a_new_id(store: Store, reason: Reason) -> None:
    await say(store, Reason.OPENED)
    await drain(store)
    await say(store, reason)
    edit = await claimed(store)
    await store.repost(edit)

    post = await claimed(store)

    assert (post.effect, post.place, post.attempts, post.first_begun_at, post.is_repost) == (Effect.POST, None, 0, None, True)
    assert post.id != edit.id
    assert post.announcement == edit.announcement


async def test_the_backlog_tells_how_much_since_when_and_until_when(store: Store) -> None:
    await say(store, Reason.OPENED, at=NOW)
    await say(store, Reason.WORSENED, at=NOW + MINUTE)
    await say(store, Reason.OPENED, cause="other", at=NOW + MINUTE)
    await store.postpone(await claimed(store, NOW), NOW + HOUR, "ratelimited", in_doubt=False)

    assert await store.backlog() == Backlog(count=4, oldest_at=NOW, due_at=NOW + MINUTE)


async def test_old_resolved_cards_are_forgotten_and_all_others_kept(store: Store) -> None:
    old = a_card("old", state=CardState.RESOLVED, resolved_at=NOW - 91 * DAY)
    young = a_card("young", state=CardState.RESOLVED, resolved_at=NOW - 89 * DAY)
    unsaid = a_card("unsaid", state=CardState.RESOLVED, resolved_at=NOW - 91 * DAY)
    await store.commit_sweep(a_report(), [old, young, unsaid, a_card("open")], [an_announcement(Reason.RESOLVED, unsaid)])

    await store.prune(NOW, 90 * DAY)

    assert [card.cause for card in await store.cards()] == ["open", "unsaid", "young"]


async def test_the_place_of_a_kept_card_is_kept(store: Store) -> None:
    await say(store, Reason.OPENED)
    await store.settle(await claimed(store), Delivered(PLACE))
    await store.prune(NOW + 91 * DAY, 90 * DAY)
    await say(store, Reason.EDITED)

    assert (await claimed(store)).place == PLACE


async def test_the_newest_report_and_the_last_useful_sweep_are_never_forgotten(store: Store) -> None:
    useful = a_report(an_answer("root-expiry"), an_answer("bundle-mismatch", category="trust"), taken_at=NOW)
    blind = a_report(an_answer("root-expiry", severity=Severity.UNKNOWN), taken_at=NOW + MINUTE)
    await store.commit_sweep(useful, [], [])
    await store.commit_sweep(blind, [], [])

    await store.prune(NOW + 100 * DAY, 90 * DAY)

    assert (await store.last_report(), await store.last_useful_sweep_at()) == (blind, NOW)


async def test_what_is_announced_waits_like_the_rest_and_leaves_no_card(store: Store) -> None:
    await say(store, Reason.OPENED)
    first, then = (an_announcement(reason, a_card("test-alert"), at=NOW + MINUTE) for reason in (Reason.OPENED, Reason.RESOLVED))

    await store.announce([first, then])

    assert [card.cause for card in await store.cards()] == ["root-expiry"]
    assert (await store.backlog("test-alert"), (await store.backlog()).count) == (
        Backlog(count=2, oldest_at=NOW + MINUTE, due_at=NOW + MINUTE), 3,
    )  # fmt: skip
    assert await drain(store, NOW + HOUR) == [
        ("root-expiry", Reason.OPENED, Effect.POST),
        ("test-alert", Reason.OPENED, Effect.POST),
        ("test-alert", Reason.RESOLVED, Effect.EDIT),
    ]
    assert await store.backlog("test-alert") == Backlog()


async def test_its_condition_is_told(store: Store) -> None:
    condition = await store.condition()

    assert (condition.exists, condition.writable, condition.revision) == (True, True, condition.newest)
    assert condition.size_bytes > 0
