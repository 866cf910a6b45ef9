"""A real `kill -9` inside each transaction of a request and its run: its successor finds the state before or after, none between."""

import json
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
STRIDE = "31"
"""`make kills` does it at every instruction."""


async def test_whoever_comes_after_a_kill_finds_all_of_a_transaction_or_nothing() -> None:
    process = await create_subprocess_exec(sys.executable, "-m", "tests.approvals.mortal", STRIDE, cwd=ROOT, stdout=subprocess.PIPE)
    out, _ = await process.communicate()
    told = [json.loads(line) for line in out.splitlines()]

    assert [one["transaction"] for one in told] == [
        "open", "approve", "deny", "expire", "place", "enter", "begin", "write", "finish", "spend",
    ]  # fmt: skip
    assert [one["neither"] for one in told] == [[]] * 10
    assert all(one["differ"] and one["before"] and one["after"] for one in told)
    assert process.returncode == 0
