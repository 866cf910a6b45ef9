"""What only the real memory can promise: durability, atomicity, schema, file modes."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from bot.adapters import store as sqlite
from bot.adapters.store import life
from bot.adapters.store.migration import FOLDER, migrate
from bot.adapters.store.sqlite import SqliteStore
from bot.adapters.store.tables import METADATA
from bot.errors import Malformed, SettingsError, Unreachable
from bot.model.alert import Reason
from bot.model.snapshot import AcceptedCa
from tests.cards import HOUR, MINUTE, NOW, a_card, a_finding, a_report, an_announcement, an_answer
from tests.events import started
from tests.requests import a_deed, a_dossier


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def write(path: Path, words: str, mode: int = 0o600) -> None:
    path.write_text(words)
    path.chmod(mode)


def read(path: Path) -> bytes:
    return path.read_bytes()


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


async def test_what_was_saved_is_there_after_reopening(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.commit_sweep(a_report(), [a_card()], [an_announcement()])
    async with sqlite.opened(url(path)) as store:
        assert await store.cards() == (a_card(),)
        assert (await store.backlog()).count == 1


async def test_only_the_owner_may_read_any_of_the_files(path: Path) -> None:
    write(path, "", mode=0o644)
    async with sqlite.opened(url(path)) as store:
        await store.first_sight("Ev1", NOW)

        assert {each.name: oct(each.stat().st_mode & 0o777) for each in path.parent.iterdir()} == {
            "memory.sqlite3": "0o600",
            "memory.sqlite3.lock": "0o600",
            "memory.sqlite3-wal": "0o600",
            "memory.sqlite3-shm": "0o600",
        }


async def test_the_id_of_an_event_is_not_kept(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.first_sight("Ev-CANARY", NOW)

    assert b"CANARY" not in read(path)


async def test_sqlite_behaves_as_told(path: Path) -> None:
    async with sqlite.opened(url(path)) as store, store._engine.connect() as connection:  # noqa: SLF001 - what no promise shows
        pragmas = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1}


async def test_no_update_is_lost_between_eight_writers(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await asyncio.gather(*(count_up(store) for _ in range(8)))

        last = await store.accepted_ca()

    assert last is not None
    assert last.issuer == "200"


async def count_up(store: SqliteStore) -> None:
    for _ in range(25):
        done = False
        while not done:
            last = await store.accepted_ca()
            count = int(last.issuer) + 1 if last else 1
            ca = AcceptedCa(roots=(), issuer=str(count), accepted_at=NOW, accepted_by="U1")
            done = await store.accept_ca(ca, expected=last)


async def test_the_probe_of_a_write_is_made_and_leaves_no_trace(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        for _ in range(2):
            assert (await store.condition()).writable
        with closing(connect(path)) as connection:
            assert connection.execute("SELECT count(*) FROM seen_events").fetchone() == (0,)


async def test_a_memory_that_may_only_be_read_says_so(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        async with store._engine.begin() as connection:  # noqa: SLF001 - the one connection that it has
            await connection.exec_driver_sql("PRAGMA query_only=ON")

        with pytest.raises(Unreachable, match="readonly"):
            await store.condition()


async def test_a_journal_on_a_full_disk_takes_not_even_nothing_and_with_room_nothing_leaves_no_trace(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        await store.journal.open_run("r1", a_dossier(b""), started(), NOW, fence=1, deed=a_deed("run-started", subject="r1"))
        before = await store.journal.run("r1")

        await has_room_for(store, 0)
        with pytest.raises(Unreachable, match="full"):
            await store.journal.write("r1", [], NOW, fence=1)

        await has_room_for(store, 1000)
        await store.journal.write("r1", [], NOW, fence=1)
        assert (await store.journal.run("r1"), await store.journal.places("r1")) == (before, {})


async def has_room_for(store: SqliteStore, pages: int) -> None:
    """So many pages more than there are; what lies free in the file is taken first."""
    async with store._engine.begin() as connection:  # noqa: SLF001 - the one connection that it has
        count = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={count + pages}")


async def test_a_sweep_is_saved_whole_or_not_at_all(path: Path) -> None:
    naive = NOW.replace(tzinfo=None)
    async with sqlite.opened(url(path)) as store:
        with pytest.raises(Malformed, match="naive"):
            await store.commit_sweep(a_report(), [a_card()], [an_announcement(), an_announcement(at=naive)])

        assert (await store.cards(), await store.last_report(), (await store.backlog()).count) == ((), None, 0)


async def test_a_run_of_equal_reports_is_one_row(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        for minutes, days in enumerate((12, 12, 11)):
            answer = an_answer("root-expiry", a_finding(rung=14, fact=f"Root CA expires in {days} days"))
            await store.commit_sweep(a_report(answer, taken_at=NOW + minutes * MINUTE), [], [])
        await store.commit_sweep(a_report(an_answer("root-expiry"), taken_at=NOW + HOUR), [], [])

    assert rows(path, "SELECT sweeps FROM reports ORDER BY seq") == [(3,), (1,)]


async def test_a_memory_that_does_not_answer_is_a_transient_error(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        run(path, "DROP TABLE cards")
        with pytest.raises(Unreachable, match="no such table"):
            await store.cards()


async def test_a_card_that_cannot_be_read_is_malformed(path: Path) -> None:
    async with sqlite.opened(url(path)) as store:
        run(path, "INSERT INTO cards (cause, body) VALUES ('a', '{}')")
        with pytest.raises(Malformed, match="cause"):
            await store.cards()


def test_the_migrations_lead_to_the_tables_that_the_code_expects(path: Path) -> None:
    engine = create_engine(url(path))
    migrate(engine, path)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), METADATA)
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005"])
async def test_a_memory_of_every_earlier_schema_is_taken_over(path: Path, revision: str) -> None:
    engine = create_engine(url(path))
    migrate(engine, path, to=revision)
    engine.dispose()
    run(path, "INSERT INTO places VALUES ('root-expiry', 'C1', '1.000001')")

    async with sqlite.opened(url(path)) as store:
        await store.commit_sweep(a_report(), [a_card()], [an_announcement(Reason.EDITED)])
        edit = await store.claim_next(NOW)

    assert edit is not None
    assert edit.place is not None


def test_every_revision_is_named_in_the_test_above() -> None:
    assert sorted(each.name[1:5] for each in (FOLDER / "versions").glob("r*.py")) == ["0001", "0002", "0003", "0004", "0005"]


async def test_a_memory_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    async with sqlite.opened(url(path)):
        pass
    run(path, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SettingsError, match=r"newer dapr-warden \(schema 9999; this one knows up to 0005\)"):
        async with sqlite.opened(url(path)):
            pass
    assert rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_a_database_of_something_else_is_refused(path: Path) -> None:
    run(path, "CREATE TABLE invoices (id INTEGER)")

    with pytest.raises(SettingsError, match=r"something else .* invoices"):
        async with sqlite.opened(url(path)):
            pass


async def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    write(path, "not a database at all, but quite long, so that SQLite has a header to look at" * 20)

    with pytest.raises(SettingsError, match="file is not a database"):
        async with sqlite.opened(url(path)):
            pass


async def test_a_directory_that_does_not_exist_is_named(path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere/memory.sqlite3") as caught:
        async with sqlite.opened(url(path.parent / "nowhere" / path.name)):
            pass
    assert "DAPR_WARDEN_STORE" in caught.value.hint


@pytest.mark.parametrize("wrong", ["", "memory.sqlite3", "sqlite://", "sqlite:///:memory:", "postgresql://host/db", "http://x"])
async def test_what_is_not_a_lasting_store_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///PATH"):
        async with sqlite.opened(wrong):
            pass


async def test_a_place_with_odd_characters_works(tmp_path: Path) -> None:
    odd = tmp_path / "100% odd #?&é"
    odd.mkdir()
    async with sqlite.opened(url(odd / "memory.sqlite3")) as store:
        assert await store.cards() == ()
    assert read(odd / "memory.sqlite3")


def test_the_hint_names_the_setting() -> None:
    assert "DAPR_WARDEN_STORE" in life.HINT


async def test_a_second_process_is_refused_with_the_number_of_the_first_and_welcome_after_it(path: Path) -> None:
    async with sqlite.opened(url(path)):
        with pytest.raises(SettingsError, match=rf"Another dapr-warden is using {path} right now \(process {os.getpid()}\)") as refused:
            async with sqlite.opened(url(path)):
                pass
    async with sqlite.opened(url(path)) as store:
        await store.commit_sweep(a_report(), [a_card()], [])

    assert "Run one bot per memory" in refused.value.hint
