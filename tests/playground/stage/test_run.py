"""`make demo` as a person starts it: a process in a group of its own, so that a child left behind would be seen."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from playground.demo.clusters import ROOT
from playground.stage.browser import has_display

SECONDS = 60.0


@asynccontextmanager
async def shown(folder: Path, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONUTF8": "1"}  # noqa: TID251 - the rest must not matter
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground.stage", *words, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, start_new_session=True
    )
    try:
        async with asyncio.timeout(SECONDS):
            yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while found := (await process.stdout.readline()).decode():
        if url := re.search(r"http://127\.0\.0\.1:\d+/", found):
            return url.group()
    raise AssertionError("no address was printed")


def is_anybody_left(process: asyncio.subprocess.Process) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize(("number", "is_begun"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
async def test_it_shows_the_page_without_a_terminal_and_a_signal_leaves_nothing_behind(
    tmp_path: Path,
    number: signal.Signals,
    is_begun: bool,  # noqa: FBT001 - a table
) -> None:
    async with shown(tmp_path, "--port", "0") as process:
        url = await address(process)
        async with aiohttp.ClientSession() as browser:
            async with browser.get(url) as page, browser.get(f"{url}stage/state") as state:
                seen = (page.status, page.content_type, (await state.json())["scenario"])
            if is_begun:
                await until_ready(browser, url)
        process.send_signal(number)
        process.send_signal(number)
        _, complained = await process.communicate()

    assert seen == (200, "text/html", "expires-soon")
    assert (process.returncode, complained.decode()) == (0, "")
    assert not is_anybody_left(process)
    assert left_in(tmp_path) == []


async def until_ready(browser: aiohttp.ClientSession, url: str) -> None:
    version = -1
    while True:
        async with browser.get(f"{url}stage/state") as state:
            if not (await state.json())["busy"]:
                return
        async with browser.get(f"{url}control/wait", params={"since": str(version)}) as change:
            version = (await change.json())["version"]


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with shown(tmp_path, "--port", str(taken.getsockname()[1])) as process:
            _, complained = await process.communicate()

    assert process.returncode == 1
    assert "Choose another with --port" in complained.decode()
    assert left_in(tmp_path) == []


async def test_an_unknown_scenario_is_told(tmp_path: Path) -> None:
    async with shown(tmp_path, "--port", "0", "--scenario", "hamlet") as process:
        _, complained = await process.communicate()

    assert process.returncode == 1
    assert complained.decode().startswith("The demo could not begin: There is no scenario 'hamlet'.")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("environment", "is_shown"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True), ({"DISPLAY": ":0", "SSH_CONNECTION": "a b"}, False)],
)
def test_a_browser_is_opened_only_where_a_window_can_be_seen(environment: dict[str, str], is_shown: bool) -> None:  # noqa: FBT001 - a table
    assert has_display(environment, "linux") is is_shown


def test_a_mac_always_has_a_display() -> None:
    assert has_display({}, "darwin")
