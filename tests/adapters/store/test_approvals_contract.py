"""What every keeper of requests and of the record promises; run on the fake and on SQLite."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.adapters import store as sqlite
from bot.model.approval import Request, State, Taken, Verdict, decide, expired, startable, void
from bot.model.audit import GENESIS, entry
from bot.model.binding import Asked
from bot.ports import Approvals
from tests.cards import HOUR, MINUTE, NOW
from tests.fakes.approvals import FakeApprovals
from tests.requests import ANN, BOB, PEOPLE, SAME, SEALED, a_deed, a_denial, a_dossier, a_request, a_vote, approved, broken


@pytest.fixture(params=["fake", "sqlite"])
async def approvals(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Approvals]:
    if request.param == "fake":
        yield FakeApprovals()
    else:
        async with sqlite.opened(f"sqlite:///{tmp_path}/memory.sqlite3") as opened:
            yield opened.approvals


async def asked(approvals: Approvals, id_: str = "r1", **deviations: object) -> Request:
    request = a_request(id_, **deviations)
    assert await approvals.open_request(request, a_dossier(), a_deed(subject=id_))
    return request


async def found(approvals: Approvals, id_: str = "r1") -> Asked:
    one = await approvals.request(id_)
    assert one is not None
    return one


async def verbs(approvals: Approvals) -> list[str]:
    return [one.deed.verb for one in await approvals.record()]


async def test_an_empty_memory_knows_no_request_and_has_no_record(approvals: Approvals) -> None:
    assert (await approvals.request("r1"), await approvals.latest_request("prod-eu"), await approvals.record()) == (None, None, ())


async def test_a_request_comes_back_with_all_that_was_kept_with_it(approvals: Approvals) -> None:
    request = await asked(approvals)

    assert await found(approvals) == Asked(request=request, dossier=a_dossier())
    assert await verbs(approvals) == ["plan-asked"]


async def test_a_forged_id_finds_nothing(approvals: Approvals) -> None:
    await asked(approvals)

    assert [await approvals.request(forged) for forged in ("", "r", "R1", "r1 ", "%", "' OR 1=1 --")] == [None] * 6


async def test_while_one_is_pending_no_other_of_its_cluster_is_opened_nor_recorded(approvals: Approvals) -> None:
    first = await asked(approvals)

    assert not await approvals.open_request(a_request("r2"), a_dossier(b"other"), a_deed(subject="r2"))
    assert (await found(approvals)).request == first
    assert await approvals.request("r2") is None
    assert len(await approvals.record()) == 1


async def test_another_cluster_has_its_own(approvals: Approvals) -> None:
    await asked(approvals)
    await asked(approvals, "r2", cluster="prod-us")

    newest = [await approvals.latest_request(cluster) for cluster in ("prod-eu", "prod-us", "nowhere")]

    assert [one.request.id if one else None for one in newest] == ["r1", "r2", None]


@pytest.mark.parametrize("state", [one for one in State if one is not State.PENDING])
async def test_after_one_has_ended_another_is_opened_and_is_the_latest(approvals: Approvals, state: State) -> None:
    before = await asked(approvals)
    assert await approvals.save_request(before, a_request(state=state), [a_deed(f"plan-{state.value}")])

    await asked(approvals, "r2")

    latest = await approvals.latest_request("prod-eu")
    assert latest is not None
    assert latest.request.id == "r2"


async def test_one_that_has_expired_makes_way_once_it_is_told_so(approvals: Approvals) -> None:
    before = await asked(approvals)
    ended = expired(before, NOW + HOUR)

    assert not await approvals.open_request(a_request("r2"), a_dossier(), a_deed())
    assert await approvals.save_request(before, ended, [a_deed("plan-expired")])
    assert await approvals.open_request(a_request("r2"), a_dossier(), a_deed())


async def test_a_click_is_saved_with_its_deeds_and_the_key_stays_for_the_start(approvals: Approvals) -> None:
    before = await asked(approvals)
    decided = decide(before, a_vote(ANN), PEOPLE, SAME)
    assert isinstance(decided, Taken)

    assert await approvals.save_request(before, decided.request, [a_deed("approval-given"), a_deed("plan-approved")])

    one = await found(approvals)
    assert (one.request, one.dossier.sealed_key) == (decided.request, SEALED)
    assert await verbs(approvals) == ["plan-asked", "approval-given", "plan-approved"]


async def test_whoever_was_slower_changes_nothing_and_is_not_in_the_record(approvals: Approvals) -> None:
    before = await asked(approvals, quorum=2)
    first, second = (decide(before, a_vote(actor), PEOPLE, SAME) for actor in (ANN, BOB))
    assert isinstance(first, Taken)
    assert isinstance(second, Taken)

    assert await approvals.save_request(before, first.request, [a_deed("approval-given", actor=ANN)])
    assert not await approvals.save_request(before, second.request, [a_deed("approval-given", actor=BOB)])

    assert (await found(approvals)).request == first.request
    assert [one.deed.actor for one in await approvals.record()][1:] == [ANN]


async def test_of_one_that_does_not_exist_nothing_is_saved(approvals: Approvals) -> None:
    assert not await approvals.save_request(a_request(), approved(ANN), [a_deed("plan-approved")])
    assert await approvals.record() == ()


@pytest.mark.parametrize("how", ["denied", "expired", "void"])
async def test_a_request_that_ends_takes_its_key_with_it_and_keeps_the_rest(approvals: Approvals, how: str) -> None:
    before = await asked(approvals)
    denied = decide(before, a_denial(reason="Not today"), PEOPLE, SAME)
    assert isinstance(denied, Taken)
    ends = {"denied": denied.request, "expired": expired(before, NOW + HOUR), "void": void(before, NOW, ("the Secret was changed",))}

    assert await approvals.save_request(before, ends[how], [a_deed(f"plan-{how}")])

    assert await found(approvals) == Asked(request=ends[how], dossier=a_dossier(b""))


async def test_an_approval_that_does_not_hold_at_the_start_takes_its_key_with_it(approvals: Approvals) -> None:
    before = await asked(approvals)
    given = approved(ANN)
    late = startable(given, PEOPLE, SAME, NOW + HOUR, quorum=1)
    assert isinstance(late, Request)

    assert await approvals.save_request(before, given, [])
    assert await approvals.save_request(given, late, [a_deed("plan-void")])

    assert (await found(approvals)).dossier.sealed_key == b""


async def test_where_the_card_is_is_remembered_also_after_the_end(approvals: Approvals) -> None:
    before = await asked(approvals)
    await approvals.place_request("r1", "C1", "1.000001")
    assert await approvals.save_request(before, expired(before, NOW + HOUR), [])
    after_the_end = await found(approvals)
    await approvals.place_request("r1", "C1", "2.000002")
    await approvals.place_request("unknown", "C1", "3.000003")

    assert (after_the_end.channel, after_the_end.ts, (await found(approvals)).ts) == ("C1", "1.000001", "2.000002")


async def test_what_is_entered_stands_behind_the_one_before(approvals: Approvals) -> None:
    first = await approvals.enter(a_deed("run-started", detail="<@U1> said «no» \u202e \0 x"))
    second = await approvals.enter(a_deed("step-done", at=NOW + MINUTE))

    assert (first.before, second) == (GENESIS, entry(2, a_deed("step-done", at=NOW + MINUTE), first.digest))
    assert await approvals.record() == (first, second)
    assert broken(await approvals.record(), second.digest) == []


async def test_the_record_is_read_in_pieces(approvals: Approvals) -> None:
    entries = [await approvals.enter(a_deed(detail=str(number))) for number in range(5)]

    assert await approvals.record(most=2) == tuple(entries[:2])
    assert await approvals.record(after=2, most=2) == tuple(entries[2:4])
    assert await approvals.record(after=4) == tuple(entries[4:])
    assert await approvals.record(after=5) == ()


async def test_a_reason_with_half_a_character_is_kept_as_it_can_be(approvals: Approvals) -> None:
    before = await asked(approvals)
    denied = decide(before, a_denial(reason="no \ud83d way"), PEOPLE, SAME)
    assert isinstance(denied, Taken)

    assert await approvals.save_request(before, denied.request, [a_deed("plan-denied", detail=denied.request.reason)])

    assert [(vote.verdict, vote.reason) for vote in (await found(approvals)).request.votes] == [(Verdict.DENY, "no ? way")]
