"""One evening on the stage: everything is started, the address is told, and at the end nothing is left."""

import asyncio
import errno
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from playground import page
from playground.page.stage import Stage
from playground.slack import ImpossibleError, SlackEmulator
from playground.stage import browser as browsers
from playground.stage.clock import MovableClock
from playground.stage.scenarios import SCENARIOS
from playground.stage.simulation import Simulation
from playground.stage.tour import COMMAND

HOST: Final = "127.0.0.1"
FAILED: Final = 1
DEFAULT_PORT: Final = 8090
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WELCOME: Final = """
  dapr-warden is at work:  {url}

  The bot, its checks and the certificates are real; Kubernetes and Slack are simulated, on this machine only.
  Open the address in a browser. Ctrl-C ends everything.
"""


def run(*, port: int | None, scenario: str, browser: bool) -> int:
    """Show the page until a signal; the exit code. ``port`` None: the customary one, or a free one if that is taken."""
    code = FAILED
    try:
        asyncio.run(_shown(_port(port), scenario or SCENARIOS[0].id, browser=browser))
        code = 0
    except* (ImpossibleError, OSError) as problems:
        for problem in _leaves(problems):
            sys.stderr.write(f"The demo could not begin: {problem}\n")
    return code


async def _shown(port: int, scenario: str, *, browser: bool) -> None:
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="dapr-warden-demo-", ignore_cleanup_errors=True) as folder:
        clock = MovableClock(Path(folder) / "offset")
        async with AsyncExitStack() as stack:
            slack, stage = await opened(stack, clock, port)
            await stage.play(scenario)
            sys.stdout.write(WELCOME.format(url=f"{slack.url}/"))
            sys.stdout.flush()
            if browser:
                await browsers.show(f"{slack.url}/")
            await stop.wait()
            sys.stdout.write("\nStopping the bot and everything else …\n")
            sys.stdout.flush()


async def opened(stack: AsyncExitStack, clock: MovableClock, port: int) -> tuple[SlackEmulator, Simulation]:
    """Slack with the page on it, and the stage behind both; they end with ``stack``."""
    stages: list[Stage] = []
    slack = SlackEmulator(port=port, clock=clock, commands=(COMMAND,), routes=(lambda app, slack: page.add_routes(app, slack, stages[0]),))
    stage = Simulation(slack, clock)
    stages.append(stage)
    await stack.enter_async_context(slack)
    return slack, await stack.enter_async_context(stage)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


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
