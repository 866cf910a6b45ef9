"""What only the real memory can promise of requests and the record: what the file itself refuses, and what is no longer in it."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import store as sqlite
from bot.adapters.store.sqlite import SqliteStore
from bot.errors import InputError, Malformed, SettingsError
from bot.model.approval import Request, State, expired
from tests.cards import DAY, HOUR, NOW
from tests.fakes.approvals import FakeApprovals
from tests.requests import ANN, SEALED, a_deed, a_dossier, a_request, approved, broken


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    try:
        with connection:
            for statement in statements:
                connection.execute(statement)
    finally:
        connection.close()


def sinks(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


async def opened_and_ended(store: SqliteStore, id_: str, after: Request | None = None, **deviations: Any) -> None:
    before = a_request(id_, **deviations)
    assert await store.approvals.open_request(before, a_dossier(), a_deed(subject=id_))
    assert await store.approvals.save_request(before, after or expired(before, NOW + HOUR), [])


async def filled(path: Path, entries: int = 3) -> None:
    async with sqlite.opened(url(path)) as store:
        for number in range(entries):
            await store.approvals.enter(a_deed(detail=f"deed {number}"))


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE record SET detail = 'never'", "entries are not changed"),
        ("UPDATE record SET number = 9 WHERE number = 3", "entries are not changed"),
        ("UPDATE OR REPLACE record SET number = 2 WHERE number = 3", "entries are not changed"),
        ("DELETE FROM record WHERE number = 3", "entries are not deleted"),
        ("DELETE FROM record", "entries are not deleted"),
        ("INSERT OR REPLACE INTO record SELECT * FROM record WHERE number = 3", "only grows at its end"),
        ("REPLACE INTO record SELECT 2, at, verb, cluster, subject, actor, person, detail, before, digest FROM record", "at its end"),
        ("INSERT INTO record SELECT 9, at, verb, cluster, subject, actor, person, detail, before, digest FROM record", "at its end"),
    ],
)
async def test_the_file_refuses_to_change_cut_or_fill_the_record(path: Path, statement: str, refusal: str) -> None:
    await filled(path)
    before = list(sqlite.recorded(url(path)))

    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        run(path, statement)

    assert list(sqlite.recorded(url(path))) == before


async def test_the_file_refuses_a_second_pending_request_of_a_cluster(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.approvals.open_request(a_request(), a_dossier(), a_deed())

    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: requests\.cluster"):
        run(path, "INSERT INTO requests SELECT 9, 'r9', cluster, state, made_at, body, dossier, channel, ts FROM requests")


@pytest.mark.parametrize("state", [State.DENIED, State.EXPIRED, State.VOID])
async def test_a_request_that_has_ended_cannot_come_back(path: Path, state: State) -> None:
    ended = a_request(state=state)
    async with sqlite.opened(url(path)) as store:
        await opened_and_ended(store, "r1", ended)

        with pytest.raises(Malformed, match="has ended is not changed"):
            await store.approvals.save_request(ended, approved(ANN), [a_deed("plan-approved")])

        assert len(await store.approvals.record()) == 1


async def test_an_approved_request_does_not_become_pending_again(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await opened_and_ended(store, "r1", approved(ANN))

        with pytest.raises(Malformed, match="has ended is not changed"):
            await store.approvals.save_request(approved(ANN), a_request(), [])


async def test_a_destroyed_key_is_in_no_file_any_more_while_the_bot_runs(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        before = a_request()
        await store.approvals.open_request(before, a_dossier(), a_deed())
        there = [name for name, content in sinks(path).items() if SEALED in content]

        await store.approvals.save_request(before, expired(before, NOW + HOUR), [a_deed("plan-expired")])

        assert there == ["memory.sqlite3-wal"]
        assert [name for name, content in sinks(path).items() if SEALED in content] == []


async def test_a_destroyed_key_is_in_no_file_any_more_among_a_hundred_that_came_and_went(path: Path) -> None:
    """Pages split, rows move, free pages are used again: a copy could stay behind in any of them."""
    keys = [bytes([65 + number % 26]) * 4 + f"sealed{number:03d}".encode() * (20 + 7 * number) for number in range(100)]
    async with sqlite.opened(url(path)) as store:
        for number, key in enumerate(keys):
            await store.approvals.open_request(a_request(f"r{number}", cluster=f"c{number}"), a_dossier(key), a_deed())
        for number in (*range(0, 100, 2), *range(1, 99, 2)):
            before = a_request(f"r{number}", cluster=f"c{number}")
            await store.approvals.save_request(before, expired(before, NOW + HOUR), [a_deed("plan-expired")])
        left = b"".join(sinks(path).values())

    assert set(re.findall(rb"sealed\d\d\d", left)) == {b"sealed099"}


async def test_somebody_who_reads_delays_the_forgetting_until_the_next_pruning(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        before = a_request()
        await store.approvals.open_request(before, a_dossier(), a_deed())
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record").fetchall()
        await run_impatiently(store)

        assert await store.approvals.save_request(before, expired(before, NOW + HOUR), [])
        while_read = [name for name, content in sinks(path).items() if SEALED in content]
        reader.close()
        await store.prune(NOW, DAY)

        assert while_read == ["memory.sqlite3-wal"]
        assert [name for name, content in sinks(path).items() if SEALED in content] == []


async def run_impatiently(store: SqliteStore) -> None:
    """The bot would wait five seconds for whoever reads."""
    async with store._engine.connect() as connection:  # noqa: SLF001 - the test does not wait
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await (await raw.driver_connection.execute("PRAGMA busy_timeout=10")).close()


async def test_pruning_forgets_what_ended_long_ago_but_no_living_one_no_newest_and_nothing_of_the_record(path: Path) -> None:
    long_ago = NOW - 100 * DAY
    async with sqlite.opened(url(path)) as store:
        await opened_and_ended(store, "old", made_at=long_ago)
        await opened_and_ended(store, "approved", approved(ANN, id_="approved", made_at=long_ago), made_at=long_ago)
        await opened_and_ended(store, "young", made_at=NOW - DAY)
        await opened_and_ended(store, "newest", made_at=long_ago)
        await opened_and_ended(store, "elsewhere", cluster="prod-us", made_at=long_ago)
        await store.approvals.open_request(a_request("pending", cluster="prod-ap", made_at=long_ago), a_dossier(), a_deed())
        await store.prune(NOW, 90 * DAY)
        left = [id_ for id_ in ("old", "approved", "young", "newest", "elsewhere", "pending") if await store.approvals.request(id_)]

        assert left == ["approved", "young", "newest", "elsewhere", "pending"]
        assert len(await store.approvals.record()) == 6


async def test_the_record_is_read_while_the_bot_has_the_memory_open_and_nothing_is_written(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        entered = [await store.approvals.enter(a_deed(detail=str(number))) for number in range(3)]
        before = sinks(path)

        assert list(sqlite.recorded(url(path))) == entered
        assert {name: content for name, content in sinks(path).items() if not name.endswith("-shm")} == {
            name: content for name, content in before.items() if not name.endswith("-shm")
        }
        await store.approvals.enter(a_deed("later"))
        assert len(list(sqlite.recorded(url(path)))) == 4


async def test_the_record_of_a_bot_that_was_killed_is_read_from_its_log(path: Path, tmp_path: Path) -> None:
    """What -wal holds counts, though nobody has put it into the file yet."""
    left_behind = tmp_path / "left-behind"
    async with sqlite.opened(url(path)) as store:
        entered = await store.approvals.enter(a_deed())
        there = sinks(path)
    left_behind.mkdir()
    for name in ("memory.sqlite3", "memory.sqlite3-wal"):
        (left_behind / name).write_bytes(there[name])

    assert list(sqlite.recorded(url(left_behind / path.name))) == [entered]


async def test_more_than_a_page_of_entries_is_read_whole(path: Path) -> None:
    fake = FakeApprovals()
    for number in range(5003):
        await fake.enter(a_deed(detail=str(number)))
    async with sqlite.opened(url(path)):
        pass
    connection = sqlite3.connect(path)
    with connection:
        for one in fake.entries:
            deed = one.deed
            fields = (deed.verb, deed.cluster, deed.subject, deed.actor, deed.person, deed.detail, one.before, one.digest)
            at = deed.at.isoformat(timespec="microseconds")
            connection.execute("INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?,?)", (one.number, at, *fields))
    connection.close()

    assert list(sqlite.recorded(url(path))) == fake.entries


FORGERIES = {
    "a changed text": "UPDATE record SET detail = 'never' WHERE number = 2",
    "a text of bytes": "UPDATE record SET detail = x'6465' WHERE number = 2",
    "another time": "UPDATE record SET at = '2026-11-23T09:00:00.000001+00:00' WHERE number = 2",
    "one less": "DELETE FROM record WHERE number = 2",
    "two swapped": "UPDATE record SET number = CASE number WHEN 1 THEN -3 ELSE -1 END WHERE number != 2",
    "one before the first": "INSERT INTO record VALUES (-5, '2026-11-23T09:00:00.000000+00:00', '', '', '', '', '', '', '', '')",
    "another head": "UPDATE record SET digest = 'ff' WHERE number = 3",
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_whoever_goes_past_the_file_s_refusals_is_found(path: Path, forgery: str) -> None:
    await filled(path)
    triggers = ("record_is_not_changed", "record_is_not_cut", "record_grows_at_its_end")
    run(path, *(f"DROP TRIGGER {name}" for name in triggers), FORGERIES[forgery])

    assert broken(list(sqlite.recorded(url(path))))


async def test_what_no_bot_writes_is_an_error_that_says_so(path: Path) -> None:
    await filled(path)
    run(path, "DROP TRIGGER record_is_not_changed", "UPDATE record SET at = 'yesterday' WHERE number = 2")

    with pytest.raises(Malformed, match="holds what no bot writes") as refused:
        list(sqlite.recorded(url(path)))
    assert refused.value.hint == "Somebody changed the file."


def test_a_memory_that_is_not_there_is_not_made(path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no .*memory\.sqlite3") as refused:
        list(sqlite.recorded(url(path)))

    assert "DAPR_WARDEN_STORE" in refused.value.hint
    assert not path.exists()


def test_a_memory_of_an_earlier_version_has_no_record_yet_and_stays_as_it_is(path: Path) -> None:
    run(path, "CREATE TABLE cards (cause TEXT)")

    with pytest.raises(InputError, match="it has none yet"):
        list(sqlite.recorded(url(path)))


def test_a_file_that_is_no_database_has_no_record(path: Path) -> None:
    path.write_text("not a database at all" * 100)

    with pytest.raises(InputError, match="file is not a database"):
        list(sqlite.recorded(url(path)))


def test_a_store_that_is_no_file_is_refused() -> None:
    with pytest.raises(SettingsError, match="sqlite:///PATH"):
        list(sqlite.recorded("postgresql://user:secret@host/db"))
