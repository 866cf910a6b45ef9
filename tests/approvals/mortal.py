"""Each transaction of a request and its run, killed by a real `kill -9` at every instruction of SQLite, and looked at afterwards.

`python -m tests.approvals.mortal [STRIDE]` prints a line of JSON per transaction: how many deaths, how many found the state before, and
how many the one after, and what was neither. With STRIDE n only every n-th instruction is deadly, and the moment after the last.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

from bot.adapters import store as sqlite
from bot.adapters.store import life
from bot.adapters.store.sqlite import SqliteStore
from bot.model.approval import Taken, decide, expired
from bot.model.audit import flaws
from tests.cards import HOUR, NOW
from tests.events import EVERY_EVENT, FINISHED, started
from tests.requests import ANN, PEOPLE, SAME, SEALED, a_deed, a_denial, a_dossier, a_request, a_vote, approved

Deed = Callable[[SqliteStore], Awaitable[object]]
Seen = tuple[object, ...]
AFTERWARDS = -1


async def nothing(_: SqliteStore) -> None:
    """What goes before the first request."""


async def ask(store: SqliteStore) -> None:
    await store.approvals.open_request(a_request(), a_dossier(), a_deed())


async def approve(store: SqliteStore) -> None:
    found = decide(a_request(), a_vote(ANN), PEOPLE, SAME)
    assert isinstance(found, Taken)
    await store.approvals.save_request(a_request(), found.request, [a_deed("approval-given"), a_deed("plan-approved")])


async def deny(store: SqliteStore) -> None:
    found = decide(a_request(), a_denial(ANN), PEOPLE, SAME)
    assert isinstance(found, Taken)
    await store.approvals.save_request(a_request(), found.request, [a_deed("plan-denied")])


async def expire(store: SqliteStore) -> None:
    await store.approvals.save_request(a_request(), expired(a_request(), NOW + HOUR), [a_deed("plan-expired")])


async def place(store: SqliteStore) -> None:
    await store.approvals.place_request("r1", "C1", "1.000001")


async def enter(store: SqliteStore) -> None:
    await store.approvals.enter(a_deed("run-started"))


async def approved_request(store: SqliteStore) -> None:
    await ask(store)
    await approve(store)


async def begin(store: SqliteStore) -> None:
    assert await store.journal.open_run("r1", a_dossier(), started(), NOW, fence=1, deed=a_deed("run-started"))


async def begun(store: SqliteStore) -> None:
    await approved_request(store)
    await begin(store)


async def go_on(store: SqliteStore) -> None:
    await store.journal.write("r1", EVERY_EVENT[:3], NOW + HOUR, fence=2, deeds=[a_deed("step-started"), a_deed("step-done")])


async def finish(store: SqliteStore) -> None:
    await store.journal.write("r1", [FINISHED], NOW + HOUR, fence=1, deeds=[a_deed("run-done")])


async def spend(store: SqliteStore) -> None:
    await store.journal.spend_key("r1")


TRANSACTIONS: dict[str, tuple[Deed, Deed]] = {
    "open": (nothing, ask),
    "approve": (ask, approve),
    "deny": (ask, deny),
    "expire": (ask, expire),
    "place": (ask, place),
    "enter": (ask, enter),
    "begin": (approved_request, begin),
    "write": (begun, go_on),
    "finish": (begun, finish),
    "spend": (begun, spend),
}


async def seen(memory: Path) -> Seen:
    """All that a successor finds. Raises AssertionError where the parts do not fit each other."""
    async with sqlite.opened(f"sqlite:///{memory}") as store:
        asked, record = await store.approvals.request("r1"), await store.approvals.record()
        file = await store.journal.run("r1")
        is_free = await store.journal.open_run("probe", a_dossier(), started(), NOW, fence=9, deed=a_deed())
    assert not list(flaws(record)), "the record is not whole"
    if asked is not None:
        has_key = bool(asked.dossier.sealed_key)
        assert asked.request in (a_request(), approved(ANN)) or not has_key, "the key has not gone with its request"
        content = b"".join(each.read_bytes() for each in memory.parent.glob(memory.name + "*"))
        assert (SEALED in content) == has_key, "the sealed key is still in a file, or gone too early"
    assert is_free == (file is None or file.run.is_over), "whether a run is under way is not what its journal says"
    return asked, record, file


async def carry_out(memory: Path, deed: Deed, deadly: int) -> None:
    """The transaction, dead before the instruction of this number; AFTERWARDS: when it has returned."""
    async with life.connected(memory) as store:
        await store.approvals.record()  # the connection is made, and its schema read
        async with store._engine.connect() as connection:  # noqa: SLF001 - where SQLite itself can be stopped
            raw = await connection.get_raw_connection()
            await cast("Any", raw.driver_connection).set_progress_handler(_reaper(deadly), 1)
        await deed(store)
        if deadly == AFTERWARDS:
            os.kill(os.getpid(), signal.SIGKILL)


def _reaper(deadly: int) -> Callable[[], int]:
    passed = 0

    def pass_by() -> int:
        nonlocal passed
        passed += 1
        if passed == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    return pass_by


def dies(memory: Path, deed: Deed, deadly: int) -> bool:
    """Whether a process of its own was killed in it; False when it came to its end before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(carry_out(memory, deed, deadly))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the transaction failed by itself"
    return os.WIFSIGNALED(status)


def tell(name: str, folder: Path, stride: int) -> dict[str, object]:
    """Every death of one transaction."""
    given, deed = TRANSACTIONS[name]
    template = folder / f"{name}.sqlite3"
    asyncio.run(_prepared(template, given))
    before = asyncio.run(seen(_copy(template, "before")))
    whole = _copy(template, "after")
    assert not dies(whole, deed, 0)
    after = asyncio.run(seen(whole))
    found = {"before": 0, "after": 0}
    neither: list[str] = []
    deadly = AFTERWARDS
    while dies(memory := _copy(template, "killed"), deed, deadly):
        left = asyncio.run(_left(memory))
        if left in (before, after):
            found["before" if left == before else "after"] += 1
        else:
            neither.append(f"{deadly}: {left}")
        deadly = 1 if deadly == AFTERWARDS else deadly + stride
    return {"transaction": name, "deaths": sum(found.values()) + len(neither), **found, "neither": neither, "differ": before != after}


async def _left(memory: Path) -> Seen:
    try:
        return await seen(memory)
    except AssertionError as broken:
        return (str(broken),)


async def _prepared(memory: Path, given: Deed) -> None:
    async with sqlite.opened(f"sqlite:///{memory}") as store:
        await given(store)


def _copy(template: Path, name: str) -> Path:
    folder = template.parent / f"{template.stem}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return Path(shutil.copy(template, folder / "memory.sqlite3"))


def main(words: Sequence[str]) -> int:
    """Exit code 1 when something was neither before nor after."""
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in TRANSACTIONS:
            told = tell(name, Path(folder), int(words[0]) if words else 1)
            broken += bool(told["neither"])
            print(json.dumps(told), flush=True)  # noqa: T201 - the answer
    return min(broken, 1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
