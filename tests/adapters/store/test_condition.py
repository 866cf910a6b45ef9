"""The memory as seen from outside: nothing is made, moved or locked by looking."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters import store
from bot.errors import Unreachable
from bot.model.alert import Backlog, Reason
from tests.cards import NOW, a_card, a_report, an_announcement


def everything_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_where_nothing_is_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"

    condition, backlog = await store.from_outside(path)

    assert (condition.exists, condition.writable, condition.size_bytes, backlog) == (False, True, 0, Backlog())
    assert everything_in(tmp_path) == []


async def test_a_memory_in_use_is_seen_with_what_waits_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a name with % and ?.sqlite3"
    async with store.opened(f"sqlite:///{path}") as running:
        card = a_card()
        await running.commit_sweep(a_report(), [card], [an_announcement(Reason.OPENED, card, at=NOW)])

        condition, backlog = await store.from_outside(path)
        inside = await running.condition()

    assert (condition.exists, condition.writable, backlog.count, backlog.oldest_at) == (True, True, 1, NOW)
    assert (condition.path, condition.revision, condition.newest) == (inside.path, inside.revision, inside.newest)
    assert (condition.free_bytes or 0) > 0


async def test_an_older_schema_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    async with store.opened(f"sqlite:///{path}"):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    condition, _ = await store.from_outside(path)

    assert (condition.revision, condition.newest != "0001") == ("0001", True)


async def test_something_else_is_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    path.write_text("Dear diary, ..." * 100, encoding="utf-8")

    with pytest.raises(Unreachable, match="could not be read as the bot's memory") as caught:
        await store.from_outside(path)

    assert caught.value.hint


async def test_a_memory_that_lost_a_table_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    async with store.opened(f"sqlite:///{path}") as running:
        with closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("DROP TABLE seen_events")
            other.commit()

        with pytest.raises(Unreachable, match="does not answer"):
            await running.condition()
