"""The real `serve` on a simulated cluster and a strict Slack, watched from outside: when it is ready, what it has cost."""

import asyncio
import contextlib
import re
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench.children import LAST_WORDS, BenchError, Bytecode, ended, environment
from bench.programs import telling
from playground.demo.clusters import ROOT
from playground.kubernetes import ADMIN_TOKEN
from playground.slack import SlackEmulator

CHANNEL: Final = "ops"
PERSON: Final = "olga"
READY_SECONDS: Final = 60.0
PROBE_SECONDS: Final = 0.01
CONFIGMAP: Final = "/api/v1/namespaces/dapr-system/configmaps/dapr-trust-bundle"
SWEEPS: Final = re.compile(r"^dapr_warden_sweeps_total\S* (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Served:
    """A running `serve`, started at ``began`` (perf_counter); its endpoints are at ``url``."""

    process: Process
    log: Path
    url: str
    began: float
    session: aiohttp.ClientSession

    async def ready(self) -> float:
        """Wait until /readyz says so: it has swept and Slack is connected. Seconds since the start of the process."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await self._is_ready():  # noqa: ASYNC110 - another process is asked
                    await asyncio.sleep(PROBE_SECONDS)
        except TimeoutError:
            raise BenchError(f"the bot was not ready within {READY_SECONDS:.0f} s: {self._last_words()}") from None
        return time.perf_counter() - self.began

    async def sweeps(self) -> int:
        """How many sweeps it has finished."""
        async with self.session.get(f"{self.url}/metrics") as response:
            found = SWEEPS.findall(await response.text())
        return sum(map(int, found))

    @property
    def cpu_seconds(self) -> float:
        """So far."""
        return telling.cpu_seconds(str(self.process.pid))

    @property
    def peak_mib(self) -> float:
        """So far."""
        return telling.peak_mib(str(self.process.pid))

    @property
    def resident_mib(self) -> float:
        """Now."""
        return telling.resident_mib(str(self.process.pid))

    async def _is_ready(self) -> bool:
        if self.process.returncode is not None:
            raise BenchError(f"the bot ended with exit code {self.process.returncode}: {self._last_words()}")
        with contextlib.suppress(aiohttp.ClientError):
            async with self.session.get(f"{self.url}/readyz") as response:
                return response.status == 200  # noqa: PLR2004 - HTTP's own number
        return False

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace").strip()[-LAST_WORDS:]


@asynccontextmanager
async def serving(slack: SlackEmulator, kubeconfig: Path, store: Path, bytecode: Bytecode) -> AsyncGenerator[Served]:
    """`python -m bot serve` with default settings but for what must be told; ended when the block is left."""
    port, log = _free_port(), store.with_suffix(".log")
    settings = {
        **slack.environment,
        "SLACK_CHANNEL": slack.channel(CHANNEL).id,
        "DAPR_WARDEN_HTTP_HOST": "127.0.0.1",
        "DAPR_WARDEN_HTTP_PORT": str(port),
        "DAPR_WARDEN_KUBECONFIG": str(kubeconfig),
        "DAPR_WARDEN_STORE": f"sqlite:///{store}",
    }
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        with log.open("ab") as sink:
            began = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                cwd=ROOT,
                env=environment(bytecode, **settings),
                stdin=DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        try:
            yield Served(process, log, f"http://127.0.0.1:{port}", began, session)
        finally:
            await ended(process)


async def touch(session: aiohttp.ClientSession, world: str, number: int) -> None:
    """Write an annotation onto the ConfigMap, which the bot watches: it sweeps as soon as it hears of it."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}", "Content-Type": "application/merge-patch+json"}
    patch = {"metadata": {"annotations": {"bench/touched": str(number)}}}
    async with session.patch(world + CONFIGMAP, headers=headers, json=patch) as response:
        response.raise_for_status()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
