"""One performance: the story on this terminal, stopped in good order by a signal, and its folder kept only if it failed."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from playground.demo import pace, screen, story
from playground.demo.child import DemoError
from playground.demo.screen import Screen

FAILED: Final = 1
STOPPED: Final = 130
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


Play: TypeAlias = Callable[[Screen, Path], Coroutine[None, None, None]]


def run(*, fast: bool, play: Play = story.play) -> int:
    """Play to the end, until a signal or until something does not come; the exit code. Nothing that was started is left."""
    folder = Path(tempfile.mkdtemp(prefix="dapr-warden-demo-"))
    problems: list[BaseException] = []
    code = FAILED
    try:
        code = asyncio.run(_told(play, folder, fast=fast))
    except* DemoError as group:
        problems.extend(_leaves(group))
    except* BrokenPipeError:
        # Whoever read along has left. Python would complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = STOPPED
    finally:
        if code == FAILED:
            _complain(problems, folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return code


async def _told(play: Play, folder: Path, *, fast: bool) -> int:
    environment = os.environ  # noqa: TID251 - the terminal's customary variables, not settings of the bot
    console, keys = screen.console(fast=fast, environment=environment)
    # Awaited below, and cancelled by a signal only.
    telling = asyncio.ensure_future(play(console, folder))
    signals: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        # Once: a second one would cancel the ending of the children, which is bounded in time.
        if not signals:
            signals.append(number)
            telling.cancel()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        with pace.silent(keys):
            await telling
    except asyncio.CancelledError:
        if not signals:
            raise
        sys.stderr.write("\nStopped, and the bot with it.\n")
        return STOPPED
    return 0


def _complain(problems: list[BaseException], folder: Path) -> None:
    for problem in problems:
        sys.stderr.write(f"\nThe demo did not come to its end. {problem}\n")
    sys.stderr.write(f"\nLogs, database and kubeconfig are kept in {folder}\n")


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
