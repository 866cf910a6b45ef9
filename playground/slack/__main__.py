"""`python -m playground.slack`: a Slack workspace of one's own until Ctrl-C, for a bot in another process."""

import argparse
import asyncio
import signal
import sys
from datetime import timedelta

from playground.slack.clock import MovableClock
from playground.slack.emulator import SlackEmulator

BANNER = """This is NOT Slack. A playground on loopback with fake tokens and no security; stop it with Ctrl-C.
Control it with GET and POST below {url}/control/ (see playground/slack/control.py).
An app without Socket Mode: sign with {secret}, then POST {{"url": ...}} to {url}/control/over-http.
Point a bot at it with:
"""


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    emulator = SlackEmulator(
        port=options.port,
        clock=MovableClock(),
        ack_timeout=timedelta(seconds=options.ack_timeout),
        rate_limits=options.rate_limits,
    )
    async with emulator as slack:
        lines = [f"{name}={value}\n" for name, value in slack.environment.items()]
        sys.stdout.write(BANNER.format(url=slack.url, secret=slack.signing_secret) + "".join(lines))
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m playground.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--ack-timeout", type=float, default=3.0, help="seconds until an ack is too late (default 3)")
    parser.add_argument("--rate-limits", action="store_true", help="answer 429 as Slack does")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
