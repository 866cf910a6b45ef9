"""What only the real memory can promise of a run: what the file itself refuses, what outlives a start, and what is no longer in it."""

import sqlite3
from pathlib import Path

import pytest

from bot.adapters import store as sqlite
from bot.errors import Malformed
from bot.model.run import Unread
from tests.cards import DAY, NOW
from tests.events import EVERY_EVENT, FINISHED, started
from tests.requests import ANN, SEALED, a_deed, a_dossier, a_request, approved


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def run(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(statement)
    finally:
        connection.close()


def rows(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return [*connection.execute("SELECT * FROM runs"), *connection.execute("SELECT * FROM journal")]
    finally:
        connection.close()


async def filled(path: Path, *, over: bool = False) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.journal.open_run("r1", a_dossier(), started(), NOW, fence=1, deed=a_deed("run-started"))
        await store.journal.write("r1", [*EVERY_EVENT, *((FINISHED,) if over else ())], NOW, fence=1)


ANOTHER = "INSERT {} INTO runs SELECT {}, {}, {}, begun_at, over, dossier FROM runs WHERE id = 'r1'"
ENTRY = "INSERT {} INTO journal SELECT {}, {}, at, fence, event FROM journal WHERE number = 2"


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE journal SET event = '{}' WHERE number = 2", "entries are not changed"),
        ("UPDATE journal SET run = 'r2'", "entries are not changed"),
        ("UPDATE OR REPLACE journal SET number = 2 WHERE number = 3", "entries are not changed"),
        ("DELETE FROM journal WHERE number = 9", "entries are not deleted"),
        ("DELETE FROM journal", "entries are not deleted"),
        (ENTRY.format("", 99, "'r1'"), "only grows at its end"),
        (ENTRY.format("OR REPLACE", 2, "'r1'"), "only grows at its end"),
        (ENTRY.format("", 10, "'r2'"), "of a run that is under way"),
        ("DELETE FROM runs", "not forgotten"),
        ("UPDATE runs SET id = 'r2'", "nothing changes but that it ends"),
        ("UPDATE runs SET cluster = 'x'", "nothing changes but that it ends"),
        ("UPDATE runs SET dossier = '{}', over = 1", "nothing changes but that it ends"),
        (ANOTHER.format("", 9, "'r2'", "cluster"), "begins once, and only when no other"),
        (ANOTHER.format("OR REPLACE", 9, "'r1'", "'elsewhere'"), "begins once, and only when no other"),
        (ANOTHER.format("OR REPLACE", 1, "'r2'", "'elsewhere'"), "begins once, and only when no other"),
    ],
)
async def test_the_file_refuses_to_change_cut_or_fill_a_journal(path: Path, statement: str, refusal: str) -> None:
    await filled(path)
    before = rows(path)

    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        run(path, statement)

    assert rows(path) == before


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE runs SET over = 0", "nothing changes but that it ends"),
        (ENTRY.format("", 11, "'r1'"), "of a run that is under way"),
        (ANOTHER.format("OR REPLACE", 9, "'r1'", "'elsewhere'"), "begins once"),
    ],
)
async def test_a_run_that_is_over_stays_over(path: Path, statement: str, refusal: str) -> None:
    await filled(path, over=True)

    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        run(path, statement)


async def test_a_run_and_the_name_of_its_memory_outlive_the_process(path: Path) -> None:
    await filled(path)
    async with sqlite.opened(url(path)) as store:
        first, name = await store.journal.latest_run("prod-eu"), await store.journal.identity()
    async with sqlite.opened(url(path)) as store:
        assert (await store.journal.latest_run("prod-eu"), await store.journal.identity()) == (first, name)


async def test_two_memories_have_two_names(tmp_path: Path) -> None:
    names = set[str]()
    for number in range(2):
        async with sqlite.opened(url(tmp_path / f"{number}.sqlite3")) as store:
            names.add(await store.journal.identity())

    assert len(names) == 2


async def test_pruning_forgets_nothing_of_a_run_and_no_key_that_it_needs(path: Path) -> None:
    request = a_request(made_at=NOW - 500 * DAY)
    async with sqlite.opened(url(path)) as store:
        await store.approvals.open_request(request, a_dossier(), a_deed())
        await store.approvals.save_request(request, approved(ANN, made_at=NOW - 500 * DAY), [])
        await store.approvals.open_request(a_request("newer"), a_dossier(), a_deed())
        await store.journal.open_run("r1", a_dossier(), started(), NOW - 500 * DAY, fence=1, deed=a_deed("run-started"))
        await store.journal.write("r1", EVERY_EVENT, NOW - 500 * DAY, fence=1)
        before = await store.journal.run("r1")
        await store.prune(NOW, DAY)
        under_way = await store.journal.run("r1")
        await store.journal.write("r1", [FINISHED], NOW - 400 * DAY, fence=1)
        over = await store.journal.run("r1")
        await store.prune(NOW, DAY)

        assert before is not None
        assert (under_way, under_way == before, before.dossier.sealed_key) == (before, True, SEALED)
        assert await store.journal.run("r1") == over


async def test_a_spent_key_is_in_no_file_any_more(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.approvals.open_request(a_request(), a_dossier(), a_deed())
        await store.journal.open_run("r1", a_dossier(), started(), NOW, fence=1, deed=a_deed("run-started"))
        there = [each.name for each in path.parent.iterdir() if SEALED in each.read_bytes()]

        await store.journal.spend_key("r1")

        assert there == ["memory.sqlite3-wal"]
        assert [each.name for each in path.parent.iterdir() if SEALED in each.read_bytes()] == []


async def test_an_event_of_another_version_is_told_as_that_and_never_guessed_at(path: Path) -> None:
    await filled(path)
    run(path, "DROP TRIGGER journal_is_not_changed")
    run(path, """UPDATE journal SET event = '{"type":"danced"}' WHERE number = 2""")

    async with sqlite.opened(url(path)) as store:
        file = await store.journal.run("r1")

    assert file is not None
    assert file.entries[1].event == Unread(text='{"type":"danced"}')
    assert file.run.unread


@pytest.mark.parametrize(
    "change",
    [
        """UPDATE journal SET event = '{"type":"danced"}' WHERE number = 1""",
        """UPDATE journal SET event = '{"type":' WHERE number = 2""",
    ],
)
async def test_a_journal_without_a_start_and_what_is_no_json_are_malformed(path: Path, change: str) -> None:
    await filled(path)
    run(path, "DROP TRIGGER journal_is_not_changed")
    run(path, change)

    async with sqlite.opened(url(path)) as store:
        with pytest.raises(Malformed):
            await store.journal.run("r1")
