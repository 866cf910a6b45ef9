"""What every keeper of a run's journal promises; run on the fake and on SQLite."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.adapters import store as sqlite
from bot.errors import Conflicting, Missing, Outrun
from bot.model.binding import Dossier
from bot.model.canary_urls import UrlTally
from bot.model.run import Entry, Event, File, Finished, Stand
from bot.ports import Approvals, Journal
from tests.cards import MINUTE, NOW
from tests.events import EVERY_EVENT, FINISHED, intended, started
from tests.fakes.approvals import FakeApprovals
from tests.fakes.journal import FakeJournal
from tests.requests import ANN, SEALED, a_deed, a_dossier, a_little_plan, a_request, broken


@dataclass
class Memory:
    journal: Journal
    approvals: Approvals

    async def opened(self, id_: str = "r1", *, cluster: str = "prod-eu", fence: int = 1) -> bool:
        return await self.journal.open_run(id_, of(cluster), started(), NOW, fence=fence, deed=a_deed("run-started", subject=id_))

    async def written(self, *events: Event, id_: str = "r1", fence: int = 1) -> None:
        await self.journal.write(id_, events, NOW + MINUTE, fence=fence)

    async def found(self, id_: str = "r1") -> File:
        file = await self.journal.run(id_)
        assert file is not None
        return file

    async def verbs(self) -> list[str]:
        return [entry.deed.verb for entry in await self.approvals.record()]


def of(cluster: str) -> Dossier:
    return a_dossier(plan=replace(a_little_plan(), cluster=cluster))


@pytest.fixture(params=["fake", "sqlite"])
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Memory]:
    if request.param == "fake":
        approvals = FakeApprovals()
        yield Memory(FakeJournal(approvals), approvals)
    else:
        async with sqlite.opened(f"sqlite:///{tmp_path}/memory.sqlite3") as opened:
            yield Memory(opened.journal, opened.approvals)


async def test_an_empty_memory_knows_no_run(memory: Memory) -> None:
    assert (await memory.journal.run("r1"), await memory.journal.latest_run("prod-eu"), await memory.journal.places("r1")) == (
        None,
        None,
        {},
    )


async def test_a_run_begins_with_its_start_and_enters_its_deed(memory: Memory) -> None:
    assert await memory.opened()

    file = await memory.found()
    assert (file.id, file.cluster, file.dossier) == ("r1", "prod-eu", a_dossier(b""))
    assert file.entries == (Entry(seq=1, at=NOW, fence=1, event=started()),)
    assert (file.run.stand, file.run.approved_by) == (Stand.RUNNING, started().approved_by)
    assert await memory.verbs() == ["run-started"]


async def test_every_event_comes_back_as_it_was_in_its_order(memory: Memory) -> None:
    await memory.opened()
    for event in EVERY_EVENT:
        await memory.written(event)
    await memory.written(FINISHED)

    entries = (await memory.found()).entries

    assert tuple(entry.event for entry in entries) == (started(), *EVERY_EVENT, FINISHED)
    assert [entry.seq for entry in entries] == list(range(1, len(EVERY_EVENT) + 3))
    assert {entry.at for entry in entries[1:]} == {NOW + MINUTE}
    assert (await memory.found()).run.stand is Stand.DONE


async def test_the_numbers_of_entries_grow_over_all_runs(memory: Memory) -> None:
    await memory.opened("a", cluster="one")
    await memory.opened("b", cluster="two")
    await memory.written(*EVERY_EVENT[:2], id_="a")
    await memory.written(intended(), id_="b")

    assert [[entry.seq for entry in (await memory.found(id_)).entries] for id_ in ("a", "b")] == [[1, 3, 4], [2, 5]]


async def test_while_a_run_is_not_over_its_cluster_has_no_other(memory: Memory) -> None:
    await memory.opened()

    assert not await memory.opened("r2")
    assert await memory.opened("r3", cluster="prod-us")
    assert await memory.journal.run("r2") is None
    assert await memory.verbs() == ["run-started"] * 2


@pytest.mark.parametrize("stand", [Stand.DONE, Stand.REVERTED, Stand.ABORTED])
async def test_after_its_end_another_begins_but_never_the_same(memory: Memory, stand: Stand) -> None:
    await memory.opened()
    await memory.written(Finished(stand=stand))

    assert not await memory.opened("r1")
    assert not await memory.opened("r1", cluster="prod-us")
    assert await memory.opened("r2")
    assert (await memory.found()).run.stand is stand


async def test_the_latest_run_is_the_one_begun_last_over_or_not(memory: Memory) -> None:
    await memory.opened("r1")
    await memory.written(FINISHED)
    over = await memory.journal.latest_run("prod-eu")
    await memory.opened("r2")
    await memory.opened("elsewhere", cluster="prod-us")
    under_way = await memory.journal.latest_run("prod-eu")

    assert over is not None
    assert under_way is not None
    assert (over.id, over.run.is_over, under_way.id, under_way.run.is_over) == ("r1", True, "r2", False)


async def test_the_run_before_is_the_one_of_the_same_cluster_begun_before_it(memory: Memory) -> None:
    await memory.opened("r1")
    await memory.written(FINISHED)
    await memory.opened("elsewhere", cluster="prod-us")
    await memory.opened("r2")
    await memory.written(FINISHED, id_="r2")
    await memory.opened("r3")

    found = [await memory.journal.run_before(id_) for id_ in ("r3", "r2", "r1", "elsewhere", "of nobody")]

    assert [one and one.id for one in found] == ["r2", "r1", None, None, None]


async def test_what_is_written_together_is_there_together_with_its_deeds(memory: Memory) -> None:
    await memory.opened()

    await memory.journal.write("r1", EVERY_EVENT, NOW, fence=1, deeds=[a_deed("step-started"), a_deed("step-done")])
    await memory.journal.write("r1", [], NOW, fence=1, deeds=[a_deed("run-paused")])

    assert len((await memory.found()).entries) == 1 + len(EVERY_EVENT)
    assert await memory.verbs() == ["run-started", "step-started", "step-done", "run-paused"]
    assert broken(await memory.approvals.record()) == []


async def test_a_run_that_never_began_is_missing(memory: Memory) -> None:
    with pytest.raises(Missing, match="never begun"):
        await memory.journal.write("r9", [intended()], NOW, fence=1, deeds=[a_deed()])

    assert await memory.verbs() == []


async def test_a_run_that_is_over_is_not_continued_by_anybody(memory: Memory) -> None:
    await memory.opened()
    await memory.written(FINISHED)
    before = await memory.found()

    for fence in (0, 1, 2):
        with pytest.raises(Conflicting):
            await memory.journal.write("r1", [intended()], NOW, fence=fence, deeds=[a_deed("step-started")])

    assert await memory.found() == before
    assert await memory.verbs() == ["run-started"]


async def test_who_lost_the_lease_writes_nothing_any_more(memory: Memory) -> None:
    await memory.opened(fence=3)
    await memory.written(intended(), fence=5)
    before = await memory.found()

    for fence in (1, 3, 4):
        with pytest.raises(Conflicting, match="has passed to a holder with fence 5"):
            await memory.journal.write("r1", [FINISHED], NOW, fence=fence, deeds=[a_deed("run-done")])

    assert await memory.found() == before
    assert await memory.verbs() == ["run-started"]
    await memory.written(intended(), fence=5)
    await memory.written(intended(), fence=6)
    assert [entry.fence for entry in (await memory.found()).entries] == [3, 5, 5, 6]


async def test_what_a_person_decides_needs_no_lease_and_takes_it_from_nobody(memory: Memory) -> None:
    await memory.opened(fence=3)
    await memory.written(EVERY_EVENT[-1], fence=0)
    await memory.written(intended(), fence=3)

    assert [entry.fence for entry in (await memory.found()).entries] == [3, 0, 3]


@pytest.mark.parametrize("events", [(intended(),), ()])
async def test_what_was_decided_on_a_journal_that_has_grown_since_changes_nothing(memory: Memory, events: tuple[Event, ...]) -> None:
    await memory.opened()
    seen = (await memory.found()).seq
    await memory.opened("elsewhere", cluster="prod-us")
    await memory.journal.write("r1", events, NOW, fence=1, after=seen)
    await memory.written(EVERY_EVENT[-1], fence=0)
    before = await memory.found()

    for fence in (0, 1):
        with pytest.raises(Outrun, match="has grown"):
            await memory.journal.write("r1", events, NOW, fence=fence, deeds=[a_deed("run-pause")], after=seen)

    assert await memory.found() == before
    assert "run-pause" not in await memory.verbs()
    await memory.journal.write("r1", events, NOW, fence=1, after=before.seq)


async def test_an_older_fence_does_not_begin_the_next_run_either_but_another_cluster_has_its_own(memory: Memory) -> None:
    await memory.opened(fence=5)
    await memory.written(FINISHED, fence=5)

    with pytest.raises(Conflicting):
        await memory.opened("r2", fence=4)
    assert await memory.journal.run("r2") is None
    assert await memory.opened("r3", cluster="prod-us", fence=1)
    assert await memory.opened("r2", fence=6)


async def test_the_key_of_the_request_is_there_until_it_is_spent(memory: Memory) -> None:
    await memory.approvals.open_request(a_request(), a_dossier(), a_deed())
    await memory.opened()
    before = (await memory.found()).dossier

    for _ in range(2):
        await memory.journal.spend_key("r1")
        await memory.journal.spend_key("of nobody")

    asked = await memory.approvals.request("r1")
    assert asked is not None
    assert (before.sealed_key, (await memory.found()).dossier.sealed_key, asked.dossier.sealed_key) == (SEALED, b"", b"")
    assert replace(before, sealed_key=b"") == asked.dossier


async def test_a_run_without_a_request_has_no_key(memory: Memory) -> None:
    await memory.journal.open_run("r1", a_dossier(), started(adopted=True), NOW, fence=1, deed=a_deed("run-adopted"))

    assert (await memory.found()).dossier.sealed_key == b""


async def test_messages_are_found_by_what_they_are_and_the_last_place_counts(memory: Memory) -> None:
    await memory.journal.place("r1", "card", "C1", "1.000001")
    await memory.journal.place("r1", "thread", "C1", "1.000002")
    await memory.journal.place("r1", "card", "C2", "1.000003")
    await memory.journal.place("r2", "card", "C9", "9.000009")

    assert await memory.journal.places("r1") == {"card": ("C2", "1.000003"), "thread": ("C1", "1.000002")}
    assert await memory.journal.places("r3") == {}


async def test_a_memory_has_one_name_for_ever(memory: Memory) -> None:
    names = {await memory.journal.identity() for _ in range(3)}

    assert len(names) == 1
    assert names.pop().startswith("dapr-warden-")


async def test_a_deed_of_a_person_is_told_with_their_name(memory: Memory) -> None:
    await memory.opened()
    await memory.journal.write("r1", [EVERY_EVENT[-1]], NOW, fence=0, deeds=[a_deed("run-lose", actor=ANN, person="Ann")])

    entry = (await memory.approvals.record())[-1]
    assert (entry.deed.verb, entry.deed.actor, entry.deed.person) == ("run-lose", ANN, "Ann")


async def test_what_calls_of_canary_urls_came_to_is_the_newest_in_its_order_and_no_entry_of_the_journal(memory: Memory) -> None:
    await memory.opened()
    before = await memory.found()
    shop, pay = UrlTally(url="http://shop/health"), UrlTally(url="http://pay/health")

    await memory.journal.tally("r1", (shop, pay))
    await memory.written(FINISHED)
    counted = (shop.called(NOW, ""), pay.called(NOW, "HTTP 503"))
    await memory.journal.tally("r1", counted)

    after = await memory.found()
    assert (before.urls, after.urls) == ((), counted)
    assert len(after.entries) == len(before.entries) + 1
    latest = await memory.journal.latest_run("prod-eu")
    assert latest is not None
    assert latest.urls == counted
