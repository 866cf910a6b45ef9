"""The programs of this bench as child processes: one line of JSON comes back, and none outlives its block."""

import asyncio
import contextlib
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from playground.demo.clusters import ROOT

GRACE_SECONDS: Final = 5.0
LAST_WORDS: Final = 400
LONGEST_LINE: Final = 2**24
# A world may have to make 20,000 pods first; a typed listing of so many takes half a minute.
PATIENCE_SECONDS: Final = 120.0
# What the Dockerfile sets and what changes a figure.
IMAGE: Final = {"MALLOC_ARENA_MAX": "2"}


class BenchError(Exception):
    """A figure could not be had. Says of what, and why."""


@dataclass(frozen=True, slots=True)
class Bytecode:
    """Where Python keeps compiled modules: in ``folder``, filled by the first who needs them; ``kept`` False: nowhere.

    What lies in the checkout plays no part, unless ``folder`` is None: then it is Python's own habit.
    """

    folder: Path | None
    kept: bool = True

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that make it so."""
        place = {"PYTHONPYCACHEPREFIX": str(self.folder)} if self.folder else {}
        return place if self.kept else {**place, "PYTHONDONTWRITEBYTECODE": "1"}


def environment(bytecode: Bytecode, **variables: str) -> dict[str, str]:
    """All that a child is given: nobody's own settings or proxies play along."""
    path = os.environ.get("PATH", "")  # noqa: TID251 - the rest is not handed on
    return {"PATH": path, "PYTHONUTF8": "1", "HOME": tempfile.gettempdir(), **IMAGE, **bytecode.environment, **variables}


async def figures(program: str, options: Mapping[str, Any], bytecode: Bytecode) -> dict[str, Any]:
    """Run ``bench.programs.PROGRAM`` to its end. BenchError when that is not a good one, or takes too long."""
    async with _started(program, options, bytecode) as told:
        return told


@asynccontextmanager
async def world(options: Mapping[str, Any], bytecode: Bytecode) -> AsyncGenerator[dict[str, Any]]:
    """A simulated cluster that serves as long as the block lasts; yields what it tells."""
    async with _started("world", options, bytecode) as told:
        yield told


@asynccontextmanager
async def _started(program: str, options: Mapping[str, Any], bytecode: Bytecode) -> AsyncGenerator[dict[str, Any]]:
    arguments = ("-m", f"bench.programs.{program}", json.dumps(options))
    # What it complains of goes to a file: nobody reads a pipe while it works, and a full one would stop it.
    with tempfile.TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=ROOT,
            env=environment(bytecode),
            stdin=PIPE,
            stdout=PIPE,
            stderr=complaints,
            limit=LONGEST_LINE,
        )
        try:
            yield await _told(process, program, complaints)
        finally:
            await ended(process)


async def _told(process: Process, program: str, complaints: IO[bytes]) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await process.stdout.readline()
    except TimeoutError:
        raise BenchError(f"{program} told nothing within {PATIENCE_SECONDS:.0f} s") from None
    if not line:
        complaints.seek(0)
        words = complaints.read().decode(errors="replace").strip()[-LAST_WORDS:]
        raise BenchError(f"{program} ended without a figure: {words}")
    told: dict[str, Any] = json.loads(line)
    return told


async def ended(process: Process) -> None:
    """Close its input, then SIGTERM at once, and SIGKILL after a grace."""
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
