"""One evening on the stage: everything is started, the address is told, and at the end nothing is left."""

import asyncio
import errno
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from playground import page
from playground.slack import ImpossibleError, SlackEmulator
from playground.slack.clock import Clock
from playground.stage import browser, simulation
from playground.stage.clock import StageClock
from playground.stage.live import LiveStage, Programme
from playground.stage.tour import COMMAND

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8090
FAILED: Final = 1
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIMULATED: Final = "The bot, its checks and the certificates are real; Kubernetes and Slack are simulated, on this machine only."
WELCOME: Final = """
  dapr-warden is at work:  {url}

  {what}
  Open the address in a browser. Ctrl-C ends everything.
"""

Prepare: TypeAlias = Callable[[SlackEmulator], Programme]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """``port`` None: the customary one, or a free one if that is taken. ``scenario`` "": the first. ``what`` is real, and what is not."""

    port: int | None
    scenario: str
    opens_browser: bool
    what: str = SIMULATED


def run(evening: Evening) -> int:
    """The simulation until a signal; the exit code. Everything it writes is below one folder, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dapr-warden-demo-", ignore_cleanup_errors=True) as folder:
        clock = StageClock(Path(folder) / "offset")
        return show(evening, lambda slack: simulation.programme(slack, clock), clock)


def show(evening: Evening, prepare: Prepare, clock: Clock) -> int:
    """Any programme until a signal; the exit code."""
    code = FAILED
    try:
        asyncio.run(_shown(evening, prepare, clock))
        code = 0
    except* (ImpossibleError, OSError) as problems:
        for problem in _leaves(problems):
            sys.stderr.write(f"The demo could not begin: {problem}\n")
    return code


async def _shown(evening: Evening, prepare: Prepare, clock: Clock) -> None:
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        slack, stage = await opened(stack, prepare, clock, _port(evening.port))
        await stage.play(evening.scenario or stage.state().scenarios[0].id)
        sys.stdout.write(WELCOME.format(url=f"{slack.url}/", what=evening.what))
        sys.stdout.flush()
        if evening.opens_browser:
            await browser.show(f"{slack.url}/")
        await stop.wait()
        sys.stdout.write("\nStopping the bot and everything else …\n")
        sys.stdout.flush()


async def opened(stack: AsyncExitStack, prepare: Prepare, clock: Clock, port: int) -> tuple[SlackEmulator, LiveStage]:
    """Slack with the page on it, and the stage behind both; they end with ``stack``."""
    stages: list[LiveStage] = []
    slack = SlackEmulator(port=port, clock=clock, commands=(COMMAND,), routes=(lambda app, slack: page.add_routes(app, slack, stages[0]),))
    stage = LiveStage(slack, prepare(slack))
    stages.append(stage)
    await stack.enter_async_context(slack)
    return slack, await stack.enter_async_context(stage)


def _port(wanted: int | None) -> int:
    """One that can be listened on. OSError when the one that was asked for is taken."""
    with socket.socket() as probe:
        # As the server itself does it: the last demo's connections may linger for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, DEFAULT_PORT if wanted is None else wanted))
        except OSError as error:
            if wanted is None and error.errno == errno.EADDRINUSE:
                return 0
            raise OSError(error.errno, f"port {wanted} of {HOST}: {error.strerror}. Choose another with --port, or 0 for any.") from None
        return int(probe.getsockname()[1])


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
