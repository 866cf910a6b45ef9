"""A process of its own that clicks: `python -m tests.approvals.racer MEMORY ACTORS TIMES`; several of them over one memory.

It begins when a line comes in, so that all begin at once, and prints how often its click was the one that approved.
"""

import asyncio
import sys
from pathlib import Path

from bot.adapters.store import life
from bot.adapters.store.sqlite import SqliteStore
from bot.model.approval import State, Taken, decide
from tests.requests import PEOPLE, SAME, a_deed, a_vote


async def click(store: SqliteStore, actor: str) -> bool:
    """As a button does: read, decide, save, and again when somebody was faster. True when this one approved it."""
    while (asked := await store.approvals.request("r1")) is not None:
        found = decide(asked.request, a_vote(actor), PEOPLE, SAME)
        if not isinstance(found, Taken):
            return False
        is_approval = found.request.state is State.APPROVED
        deeds = [a_deed("approval-given", actor=actor, person=actor), *([a_deed("plan-approved", actor=actor)] if is_approval else [])]
        if await store.approvals.save_request(asked.request, found.request, deeds):
            return is_approval
    raise AssertionError("the request is gone")


async def race(memory: str, actors: str, times: int) -> None:
    async with life.connected(Path(memory)) as one, life.connected(Path(memory)) as two:
        await asyncio.gather(one.approvals.record(), two.approvals.record())
        print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
        await asyncio.to_thread(sys.stdin.readline)
        clicks = [click((one, two)[number % 2], actor) for number in range(times) for actor in actors.split(",")]
        print(sum(await asyncio.gather(*clicks)), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], sys.argv[2], int(sys.argv[3])))
