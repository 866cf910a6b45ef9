"""A hundred clicks at once, from several processes with several connections each: one approval, and a whole record."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.adapters import store as sqlite
from bot.model.approval import State
from tests.requests import ANN, ASKER, BOB, CARL, SEALED, a_deed, a_dossier, a_request, broken

ROOT = Path(__file__).parents[2]
PROCESSES = 4
TIMES = 5
ACTORS = (ASKER, ANN, BOB, CARL, ANN)
PATIENCE_SECONDS = 120


@pytest.mark.parametrize("quorum", [1, 2])
async def test_a_hundred_racing_clicks_are_one_approval(tmp_path: Path, quorum: int) -> None:
    memory = tmp_path / "memory.sqlite3"
    async with sqlite.opened(f"sqlite:///{memory}") as store:
        assert await store.approvals.open_request(a_request(quorum=quorum), a_dossier(), a_deed())

    wins = await race(memory)

    async with sqlite.opened(f"sqlite:///{memory}") as store:
        asked, record = await store.approvals.request("r1"), await store.approvals.record()
    assert PROCESSES * TIMES * len(ACTORS) == 100
    assert asked is not None
    assert (wins, asked.request.state, asked.dossier.sealed_key) == (1, State.APPROVED, SEALED)
    assert Counter(one.deed.verb for one in record) == {"plan-asked": 1, "approval-given": quorum, "plan-approved": 1}
    assert {one.deed.actor for one in record if one.deed.verb == "approval-given"} == {vote.actor for vote in asked.request.votes}
    assert len({vote.person for vote in asked.request.votes} - {ASKER}) == quorum
    assert broken(record, record[-1].digest) == []


async def race(memory: Path) -> int:
    """How many clicks believe that they were the one that approved it."""
    command = (sys.executable, "-m", "tests.approvals.racer", str(memory), ",".join(ACTORS), str(TIMES))
    pipe = asyncio.subprocess.PIPE
    racers = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe) for _ in range(PROCESSES)]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for one in racers:
                assert one.stdout is not None
                assert await one.stdout.readline() == b"ready\n"
            told = await asyncio.gather(*(one.communicate(b"go\n") for one in racers))
    finally:
        for one in racers:
            if one.returncode is None:
                one.kill()
                await one.wait()
    return sum(int(out) for out, _ in told)
