"""The real bot as child processes: `serve` in the background, `status` in the foreground. None of them outlives its block."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from playground.demo.clusters import ROOT

SERVE: Final = ("bot", "serve")
GRACE_SECONDS: Final = 5.0
READY_SECONDS: Final = 30.0
STATUS_SECONDS: Final = 30.0
PROBE_SECONDS: Final = 0.05
TAIL: Final = 8


class DemoError(Exception):
    """Something did not come. Tells what was waited for, and where to look."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A running `serve`. Its log holds JSON lines."""

    process: Process
    log: Path

    async def ready(self) -> None:
        """Wait until /readyz says so: a sweep has finished and Slack is connected."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            await self.until(lambda: self._is_ready(session), "the bot to be ready", READY_SECONDS)

    async def until(self, happened: Callable[[], Awaitable[bool]], what: str, seconds: float) -> None:
        """Ask again and again. DemoError when the bot ends before it has happened, or after that many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while not await happened():
                    self.require_alive(what)
                    await asyncio.sleep(PROBE_SECONDS)
        except TimeoutError:
            raise self.trouble(f"Waited {seconds:.0f} s in vain for {what}.") from None

    def require_alive(self, what: str) -> None:
        """DemoError when the bot has ended."""
        if self.process.returncode is not None:
            raise self.trouble(f"The bot ended with exit code {self.process.returncode} before {what}.")

    def trouble(self, sentence: str) -> DemoError:
        """The sentence, with the last lines of the log and its path."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        return DemoError("\n".join((sentence, *(f"  | {line}" for line in lines), f"The bot's log: {self.log}")))

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        port = self._port()
        if not port:
            return False
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                return response.status == 200
        return False

    def _port(self) -> int:
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            event = _decoded(line)
            if event.get("event") == "serving":
                return int(event.get("port", 0))
        return 0


@asynccontextmanager
async def serving(environment: Mapping[str, str], log: Path, words: Sequence[str] = SERVE) -> AsyncGenerator[Bot]:
    """`python -m bot serve`, or another composition of it; stopped in good order when the block is left, however that happens."""
    with log.open("ab") as sink:
        # Same process group as ours: Ctrl-C in the terminal reaches it even if we could do nothing any more.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *words,
            cwd=ROOT,
            env=clean(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    try:
        yield Bot(process, log)
    finally:
        await _ended(process)


async def status(environment: Mapping[str, str]) -> tuple[str, int]:
    """`python -m bot status`: what it prints, and its exit code."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "status", cwd=ROOT, env=clean(environment), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            said, complained = await process.communicate()
    except TimeoutError:
        raise DemoError(f"`dapr-warden status` did not end within {STATUS_SECONDS:.0f} s.") from None
    finally:
        await _ended(process)
    if not said:
        raise DemoError(f"`dapr-warden status` said nothing but: {complained.decode(errors='replace').strip()}")
    return said.decode(), process.returncode or 0


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for a child: nothing of ours but PATH, so that nobody's own settings or proxies play along."""
    path = os.environ.get("PATH", "")  # noqa: TID251 - the rest is not handed on
    return {"PATH": path, "PYTHONUTF8": "1", **environment}


async def _ended(process: Process) -> None:
    """SIGTERM, and SIGKILL after a grace."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _decoded(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
