"""The demo as a person starts it: a process, in a process group of its own, so that a child left behind would be seen."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from playground.demo import run
from playground.demo.child import DemoError
from playground.demo.clusters import ROOT
from playground.demo.screen import Screen

SECONDS = 90.0
STORY = (
    "1 of 4 A healthy cluster",
    "olga types  /dapr status",
    "only visible to olga",
    "🟢 OK · Nothing needs action on staging",
    "The certificate in the cluster says the same: not after 2",
    "2 of 4 12 days left",
    "🟠 prod-eu · WARNING · Root CA and issuer expire in 12 days",
    "olga types  /dapr status",
    "🟠 WARNING · 1 thing needs action on prod-eu",
    "3 of 4 One newline",
    "$ kubectl apply -f dapr-trust-bundle.yaml",
    "later, in #ops:",
    "🔴 prod-eu · CRITICAL · Secret and ConfigMap differ: sentry would replace the CA",
    "dapr#9563",
    "Do not restart sentry",
    "$ dapr-warden status",
    "✗ CRITICAL: 2 things need action on prod-eu",
    "$ echo $?",
    "│ 2 ",
    "4 of 4 Repaired",
    "edited",
    "🟢 prod-eu · RESOLVED · Secret and ConfigMap differ",
    "Your turn",
    "reading only",
    "broke 0 of Slack's rules",
    "dapr-warden status --context YOUR-CONTEXT",
)


@asynccontextmanager
async def performing(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "COLUMNS": "120", "PYTHONUTF8": "1"}  # noqa: TID251 - the rest must not matter
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground.demo", cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, start_new_session=True
    )
    try:
        async with asyncio.timeout(SECONDS):
            yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def is_anybody_left(process: asyncio.subprocess.Process) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_demo_tells_its_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with performing(tmp_path) as process:
        said, complained = await process.communicate()

    assert (process.returncode, complained.decode()) == (0, "")
    story = said.decode()
    at = 0
    for sentence in STORY:
        assert sentence in story[at:]
        at = story.index(sentence, at) + len(sentence)
    assert "\x1b" not in story
    assert not is_anybody_left(process)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_everything_without_a_traceback(tmp_path: Path, number: signal.Signals) -> None:
    async with performing(tmp_path) as process:
        assert process.stdout is not None
        while "1 of 4" not in (await process.stdout.readline()).decode():
            assert not process.stdout.at_eof()
        process.send_signal(number)
        process.send_signal(number)
        _, complained = await process.communicate()

    assert process.returncode == run.STOPPED
    assert complained.decode() == "\nStopped, and the bot with it.\n"
    assert not is_anybody_left(process)
    assert left_in(tmp_path) == []


def test_what_does_not_come_is_told_with_the_folder_that_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    folders: list[Path] = []

    async def fail(_: Screen, folder: Path) -> None:
        folders.append(folder)
        raise ExceptionGroup("of a task group", [DemoError("Waited 30 s in vain for a card.")])

    code = run.run(fast=True, play=fail)
    complained = capsys.readouterr().err

    assert code == run.FAILED
    assert "The demo did not come to its end. Waited 30 s in vain for a card." in complained
    assert str(folders[0]) in complained
    folders[0].rmdir()


def test_what_has_worked_leaves_no_folder() -> None:
    folders: list[Path] = []

    async def succeed(_: Screen, folder: Path) -> None:
        folders.append(folder)

    assert run.run(fast=True, play=succeed) == 0
    assert not folders[0].exists()
