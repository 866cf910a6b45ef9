"""How fast the story goes: at a reader's pace, which Enter speeds up, or as fast as it comes."""

import asyncio
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol, TextIO

from playground.demo import ink
from playground.demo.ink import DIM, Run

SECONDS_PER_ROW: Final = 0.18
SHORTEST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 4.0
HINT: Final = "Enter: go on"
ERASE: Final = "\r\x1b[2K"
LOCAL_FLAGS: Final = 3


class Pace(Protocol):
    """How long a reader gets."""

    async def rest(self, rows: int) -> None:
        """Wait as long as so many rows take to read."""
        ...


class Hurried:
    """Nobody reads along: a pipe, a test, --fast."""

    async def rest(self, rows: int) -> None:
        """No wait at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A person at a terminal. ``keys``: its file descriptor, None when nothing can be typed."""

    out: TextIO
    keys: int | None
    colours: bool

    async def rest(self, rows: int) -> None:
        """A bounded while; any key ends it. The hint below the text is gone afterwards."""
        if self.keys is not None:
            # A key from before the pause must not end it.
            termios.tcflush(self.keys, termios.TCIFLUSH)
        self.out.write(ink.paint((Run(HINT if self.keys is not None else "", DIM),), colours=self.colours))
        self.out.flush()
        await _pressed_within(min(LONGEST_SECONDS, max(SHORTEST_SECONDS, rows * SECONDS_PER_ROW)), self.keys)
        self.out.write(ERASE)
        self.out.flush()


@contextmanager
def silent(keys: int | None) -> Iterator[None]:
    """Keys are not echoed and need no Enter to arrive, so that they cannot push the text around; Ctrl-C still interrupts."""
    if keys is None:
        yield
        return
    before = termios.tcgetattr(keys)
    quiet = [*before]
    quiet[LOCAL_FLAGS] = before[LOCAL_FLAGS] & ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(keys, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        # What was typed meanwhile was meant for us, not for the shell.
        termios.tcsetattr(keys, termios.TCSAFLUSH, before)


async def _pressed_within(seconds: float, keys: int | None) -> None:
    if keys is None:
        await asyncio.sleep(seconds)
        return
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(keys, pressed.set)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await pressed.wait()
        if pressed.is_set():
            os.read(keys, 1024)
    finally:
        loop.remove_reader(keys)
